import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Size of the pieces of a download. */
export const pieceBytes = 65_536;

/** Writes a plugin of two files; `save` makes its folder another version. */
export async function writePlugin(pluginsDir, name, body, manifest = {}) {
  const folder = path.join(pluginsDir, name);
  await mkdir(folder, { recursive: true });
  const full = { name, version: '1.0.0', backend: { entry: 'index.js' }, ...manifest };
  const save = (version) => writeFile(path.join(folder, 'version.js'), `export const version = ${version};\n`);
  await writeFile(path.join(folder, 'plugin.json'), JSON.stringify(full));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(
    path.join(folder, 'index.js'),
    `import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { version } from './version.js';

export default {
  onLoad(ctx) {
    const add = (method, url, handler, more) => ctx.registerRoute({ method, url, handler, ...more });
${body}
  },
};
`,
  );
  await save(0);
  return { name, save };
}

/** What the plugins of the cases do. */
export const bodies = {
  version: `    add('GET', '/version', () => ({ version }));
    add('GET', '/slow', async () => (await wait(300), { version }));`,
  hanging: `    add('GET', '/version', () => ({ version }));
    add('GET', '/endless', async () => {
      await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
      ctx.emit('cut', { version });
      await wait(50);
      return { version };
    });`,
  streams: `    async function* pieces(count) {
      for (let sent = 0; sent < count; sent += 1) {
        yield Buffer.alloc(${pieceBytes}, sent);
      }
    }
    add('GET', '/download/:count', ({ params }, reply) => reply.send(Readable.from(pieces(Number(params.count)))));
    add(
      'POST',
      '/upload',
      ({ body }) => ({ version, bytes: body.text.length, hash: createHash('sha256').update(body.text).digest('hex') }),
      { bodyLimit: 100_000_000 },
    );`,
  clock: `    ctx.scheduleTask('* * * * * *', () => {});`,
};
