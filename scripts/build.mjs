// `npm run build`: installs what is missing and compiles what has changed.
import { build, install } from './workspace.mjs';

await install();
await build();
