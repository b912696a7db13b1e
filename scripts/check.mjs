// `npm run check`: everything that is checked without running the product; fails at the first thing that is wrong.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build, install, pnpm, step, tool, typescript } from './workspace.mjs';

const published = ['packages/core', 'packages/panel', 'packages/fastify-adapter', 'packages/react', 'prisma'];

await install();
await step('Format', tool('oxfmt'), ['--check', '.']);
// the types of one package are those that another was built to
await build();
await step('Lint', tool('oxlint'), ['--type-aware']);
await step('Types (TypeScript 6)', process.execPath, [...typescript(6), '-p', 'tsconfig.test.json']);
await step('Types (TypeScript 7)', process.execPath, [...typescript(7), '-p', 'tsconfig.test.json']);
await step('Layers', process.execPath, ['scripts/check-layers.mjs']);
await step('Sizes', ...pnpm('--dir', 'packages/react', 'exec', 'size-limit'));
await step('Unused files, exports and dependencies', tool('knip'), []);
await step('One version of each dependency', tool('sherif'), []);
await step('Migrations fit the models', process.execPath, ['prisma/scripts/make-migration.mjs', '--check']);

// what packages export beside modules has no types to be right or wrong
const noModules = ['schema/catalyst-plugins.prisma', 'styles.css', 'styles.layer.css'];
const tarballs = mkdtempSync(path.join(os.tmpdir(), 'catalyst-pack-'));
for (const folder of published) {
  const before = new Set(readdirSync(tarballs));
  await step(`Package ${folder}`, ...pnpm('--dir', folder, 'pack', '--pack-destination', tarballs), { quiet: true });
  const tarball = path.join(
    tarballs,
    readdirSync(tarballs).find((file) => !before.has(file)),
  );
  await step(`Package ${folder} (publint)`, tool('publint'), ['run', tarball, '--strict']);
  await step(
    `Package ${folder} (attw)`,
    tool('attw'),
    [tarball, '--profile', 'esm-only', '--format', 'ascii', '--exclude-entrypoints', ...noModules],
    {
      quiet: true,
    },
  );
}
rmSync(tarballs, { recursive: true });
