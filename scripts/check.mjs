// `npm run check`: everything that is checked without running the product; fails at the first thing that is wrong.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { build, install, root, step, tool } from './workspace.mjs';

const published = ['packages/core', 'packages/fastify-adapter', 'packages/react', 'prisma'];

await install();
await step('Format', tool('oxfmt'), ['--check', '.']);
await step('Lint', tool('oxlint'), ['--type-aware']);
await build();
await step('Types of tests (TypeScript 6)', tool('tsc'), ['-p', 'tsconfig.test.json']);
await step('Types (TypeScript 7)', process.execPath, [typescript7(), '-p', 'tsconfig.test.json']);
await step('Layers', process.execPath, ['scripts/check-layers.mjs']);
await step('Unused files, exports and dependencies', tool('knip'), []);
await step('One version of each dependency', tool('sherif'), []);
await step('Migrations fit the models', process.execPath, ['prisma/scripts/make-migration.mjs', '--check']);
for (const folder of published) {
  await step(`Package ${folder} (publint)`, tool('publint'), ['--strict', folder]);
  await step(`Package ${folder} (attw)`, tool('attw'), ['--pack', folder, '--profile', 'esm-only', '--format', 'ascii'], { quiet: true });
}

function typescript7() {
  const folder = path.join(root, 'node_modules', 'typescript7');
  const bin = readdirSync(path.join(folder, 'bin')).find((file) => /^tsc(?:\.js)?$/.test(file));
  return path.join(folder, 'bin', bin);
}
