// `npm run test:nodes [-- 22 26]`: runs the tests of the host and of the Fastify adapter on other versions of Node than
// the one at hand, each brought by npm. With `--spread` each test file runs on one of those versions instead of on all.
import path from 'node:path';
import { provideChromium } from './chromium.mjs';
import { installNode } from './install-node.mjs';
import { build, install, run } from './workspace.mjs';

const supportedMajors = ['20', '22', '24', '26'];
const own = process.versions.node.split('.')[0];
const given = process.argv.slice(2);
const named = given.filter((argument) => argument !== '--spread');
const majors = named.length > 0 ? named : supportedMajors.filter((major) => major !== own);

await install();
await build();
provideChromium();
for (const [index, major] of majors.entries()) {
  const node = await installNode(major);
  const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
  // workers are processes, so that each test file has a process of that version for itself
  const projects = ['--project', 'core', '--project', 'fastify-adapter', '--pool', 'forks'];
  const part = given.includes('--spread') ? [`--shard=${index + 1}/${majors.length}`] : [];
  process.stderr.write(`Node ${major}:\n`);
  const code = await run(node, [vitest, 'run', ...projects, ...part]);
  if (code !== 0) process.exit(code);
}
