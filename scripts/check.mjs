// `npm run check`: everything that is checked without running the product; fails at the first thing that is wrong.
import { build, install, step, tool, typescript } from './workspace.mjs';

const published = ['packages/core', 'packages/fastify-adapter', 'packages/react', 'prisma'];

await install();
await step('Format', tool('oxfmt'), ['--check', '.']);
await step('Lint', tool('oxlint'), ['--type-aware']);
await build();
await step('Types (TypeScript 6)', process.execPath, [...typescript(6), '-p', 'tsconfig.test.json']);
await step('Types (TypeScript 7)', process.execPath, [...typescript(7), '-p', 'tsconfig.test.json']);
await step('Layers', process.execPath, ['scripts/check-layers.mjs']);
await step('Unused files, exports and dependencies', tool('knip'), []);
await step('One version of each dependency', tool('sherif'), []);
await step('Migrations fit the models', process.execPath, ['prisma/scripts/make-migration.mjs', '--check']);
for (const folder of published) {
  await step(`Package ${folder} (publint)`, tool('publint'), ['--strict', folder]);
  await step(
    `Package ${folder} (attw)`,
    tool('attw'),
    ['--pack', folder, '--profile', 'esm-only', '--format', 'ascii'],
    { quiet: true },
  );
}
