// Serves the built gallery: /19/<state> and /18/<state>, each with one version of React.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Listens on a port of this machine, 0 for any that is free; resolves to the address and a way to end. */
export async function serveGallery(port = 0) {
  const files = readFiles();
  const server = createServer(({ url = '/' }, response) => {
    const [asked = '/'] = url.split('?', 1);
    const [, version] = /^\/(18|19)\/[\w-]*$/.exec(asked) ?? [];
    const file = files.get(version === undefined ? asked : `/${version}/index.html`);
    // names of assets have a hash of their contents; the rest stays the same for as long as this server runs
    const keep = asked.includes('/assets/') ? 'max-age=31536000, immutable' : 'max-age=60';
    if (file) response.writeHead(200, { 'content-type': file.type, 'cache-control': keep }).end(file.content);
    else if (asked === '/') response.writeHead(302, { location: '/19/' }).end();
    else response.writeHead(404).end();
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** All files by address: what is not there now is not served. */
function readFiles() {
  const entries = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const address = `/${path.relative(dist, file).split(path.sep).join('/')}`;
      const type = types[path.extname(name)] ?? 'application/octet-stream';
      return [address, { type, content: readFileSync(file) }];
    }),
  );
}
