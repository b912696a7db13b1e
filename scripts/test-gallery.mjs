// `npm run test:gallery`: looks at every state of the panel in every theme, width and version of React, which `npm test`
// spreads over the states.
import { provideChromium } from './chromium.mjs';
import { install, run, tool } from './workspace.mjs';

await install();
provideChromium({ isNeeded: true });
const vitest = ['run', '--project', 'gallery', ...process.argv.slice(2)];
process.exit(await run(tool('vitest'), vitest, { env: { GALLERY_MATRIX: 'whole' } }));
