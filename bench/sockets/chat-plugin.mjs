import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes a plugin that answers every `ping` of a client with its number, and passes the host's `tick` on to all clients. */
export async function writeChatPlugin(pluginsDir) {
  const folder = path.join(pluginsDir, 'chat');
  await mkdir(folder);
  const save = (version) => writeFile(path.join(folder, 'version.js'), `export const version = ${version};\n`);
  await writeFile(
    path.join(folder, 'plugin.json'),
    JSON.stringify({ name: 'chat', version: '1.0.0', backend: { entry: 'index.js' } }),
  );
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(path.join(folder, 'index.js'), entryFile);
  await save(0);
  return { name: 'chat', save };
}

const entryFile = `import { version } from './version.js';

export default {
  onLoad(ctx) {
    ctx.onWebSocketMessage('ping', ({ number }, client) => {
      ctx.sendWebSocketMessage(client, { type: 'pong', data: { number, version } });
    });
    ctx.on('tick', ({ number }) => {
      ctx.sendWebSocketMessage('*', { type: 'tick', data: { number, version } });
    });
  },
};
`;
