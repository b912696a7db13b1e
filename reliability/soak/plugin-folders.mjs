import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeChatPlugin } from '../../bench/sockets/chat-plugin.mjs';
import { writeLoadedPlugin } from '../../bench/traffic/plugin-versions.mjs';

/** Models of the database of the host. */
export const models = ['ledger'];

/** Writes the plugins of the soak; those that change have a `save`. */
export async function writeSoakPlugins(pluginsDir) {
  for (const [name, { manifest = {}, body, extra = '' }] of Object.entries(plainPlugins)) {
    const folder = path.join(pluginsDir, name);
    await mkdir(folder, { recursive: true });
    const full = { name, version: '1.0.0', backend: { entry: 'index.js' }, ...manifest };
    await writeFile(path.join(folder, 'plugin.json'), JSON.stringify(full));
    await writeFile(
      path.join(folder, 'index.js'),
      `export default {\n  onLoad(ctx) {${helpers}${body}},\n${extra}};\n`,
    );
  }
  const touch = (name) => (version) =>
    writeFile(path.join(pluginsDir, name, 'version.js'), `export const version = ${version};\n`);
  return {
    loaded: await writeLoadedPlugin(pluginsDir),
    chat: await writeChatPlugin(pluginsDir),
    clock: { name: 'clock', save: touch('clock') },
  };
}

const helpers = `
    const add = (method, url, handler) => ctx.registerRoute({ method, url, handler });
`;

const plainPlugins = {
  /** Nothing is ever done to it, so nothing of it may ever fail. */
  steady: {
    manifest: { storage: { collections: { notes: { indexes: ['at'] } } }, permissions: ['plugin.rpc'] },
    body: `
    const notes = ctx.collection('notes');
    add('GET', '/hello', () => ({ hello: 'world' }));
    add('POST', '/store', async ({ body: { key, value } }) => {
      await ctx.setStorage(key, value);
      return { value: await ctx.getStorage(key) };
    });
    add('POST', '/note', async ({ body: { id, at } }) => {
      await notes.delete({ _id: id });
      await notes.insert({ _id: id, at });
      return { found: await notes.count({ _id: id, at }) };
    });
    add('GET', '/notes', async () => ({ notes: (await notes.find({ at: { $gte: 0 } }, { sort: '-at', limit: 5 })).length }));
    add('POST', '/log', ({ body: { number } }) => {
      ctx.logger.info({ number }, 'a line of a plugin');
      ctx.emit('logged', { number });
      return { number };
    });
    ctx.on('logged', () => {});
`,
  },
  switched: { body: `add('GET', '/hello', () => ({ hello: 'world' }));` },
  configured: {
    manifest: { config: { round: 0 } },
    body: `add('GET', '/round', () => ({ round: ctx.getConfig('round') }));`,
    extra: '  onConfigChange() {},\n',
  },
  crashing: {
    body: `
    add('GET', '/hello', () => ({ hello: 'world' }));
    add('POST', '/crash', () => {
      setTimeout(() => { throw new Error('crashed on purpose'); }, 1);
      return { crashed: true };
    });
`,
  },
  refused: {
    manifest: { permissions: ['ledger.read'] },
    body: `add('GET', '/rows', async () => ({ rows: await ctx.db.ledger.count() }));`,
  },
  clock: {
    body: `ctx.scheduleTask('* * * * * *', () => {});`,
  },
};
