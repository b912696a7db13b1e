// `npm run gallery`: installs, builds and serves every state of the admin panel until Ctrl+C; `-- 4000` is another port.
import { buildGallery, install } from './workspace.mjs';

await install();
await buildGallery();
const { serveGallery } = await import('../examples/gallery/scripts/gallery-server.mjs');
const { url } = await serveGallery(Number(process.argv[2] ?? 3100));
console.log(`The gallery is on ${url}`);
