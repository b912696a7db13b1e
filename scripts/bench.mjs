// `npm run bench`: installs, builds what is measured, and runs the benchmarks; arguments go to them (`-- --help`).
import { install, root, run, step, typescript } from './workspace.mjs';
import path from 'node:path';

await install();
const packages = ['packages/core', 'packages/fastify-adapter', 'prisma'];
await step('Building', process.execPath, [...typescript(6), '-b', ...packages]);
const benchmark = path.join(root, 'bench', 'bench.mjs');
process.exit(await run(process.execPath, [benchmark, ...process.argv.slice(2)]));
