// `npm test`: installs, builds, and runs every test; arguments go to vitest.
import { build, install, run, tool } from './workspace.mjs';

await install();
await build();
const vitest = ['scripts/with-postgres.mjs', '--', tool('vitest'), 'run', ...process.argv.slice(2)];
process.exit(await run(process.execPath, vitest));
