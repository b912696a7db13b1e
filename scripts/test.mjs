// `npm test`: installs, builds, and runs every test; arguments go to vitest.
import { provideChromium } from './chromium.mjs';
import { build, install, run, tool } from './workspace.mjs';

await install();
await build();
provideChromium();
const vitest = ['scripts/with-postgres.mjs', '--', tool('vitest'), 'run', ...process.argv.slice(2)];
process.exit(await run(process.execPath, vitest));
