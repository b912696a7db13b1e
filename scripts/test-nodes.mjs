// `npm run test:nodes [-- 22 26]`: runs the tests of the host and of the Fastify adapter on other versions of Node than
// the one at hand, each brought by npm.
import path from 'node:path';
import { provideChromium } from './chromium.mjs';
import { installNode } from './install-node.mjs';
import { build, install, run } from './workspace.mjs';

const supportedMajors = ['20', '22', '24', '26'];
const own = process.versions.node.split('.')[0];
const majors = process.argv.length > 2 ? process.argv.slice(2) : supportedMajors.filter((major) => major !== own);

await install();
await build();
provideChromium();
for (const major of majors) {
  const node = await installNode(major);
  const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
  // workers are processes, so that each test file has a process of that version for itself
  const projects = ['--project', 'core', '--project', 'fastify-adapter', '--pool', 'forks'];
  process.stderr.write(`Node ${major}:\n`);
  const code = await run(node, [vitest, 'run', ...projects]);
  if (code !== 0) process.exit(code);
}
