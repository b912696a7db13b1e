// `npm run screenshots`: takes the pictures of the documentation from the gallery; `-- list logs` those of some states only.
import { provideChromium } from './chromium.mjs';
import { buildGallery, install, step } from './workspace.mjs';

await install();
provideChromium({ isNeeded: true });
await buildGallery();
const program = 'examples/gallery/scripts/take-screenshots.mjs';
await step('Taking the pictures', process.execPath, [program, ...process.argv.slice(2)]);
