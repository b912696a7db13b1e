import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The permissions that are granted and revoked. */
export const permissions = ['plugin.rpc', 'ledger.read'];

/** Writes a plugin that keeps what it is told, and tells what it has; `save` makes its folder another version. */
export async function writeKeeper(pluginsDir, name) {
  const folder = path.join(pluginsDir, name);
  const draft = path.join(path.dirname(pluginsDir), `${name}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'index.js'), entryFile);
  const save = async (version) => {
    // in one step, so that what a kill leaves is the host's doing alone
    await writeFile(draft, manifestText(name, version));
    await rename(draft, path.join(folder, 'plugin.json'));
  };
  await save(0);
  return { name, save };
}

/** What each file of a version has in it, for copies of it. */
export function filesOf(name, version) {
  return { 'plugin.json': manifestText(name, version), 'index.js': entryFile };
}

function manifestText(name, version) {
  const config = { round: 0, token: { type: 'password', default: 'token 0' } };
  return JSON.stringify({
    name,
    version: `1.0.${version}`,
    backend: { entry: 'index.js' },
    permissions,
    config,
  });
}

const entryFile = `export default {
  onLoad(ctx) {
    const items = ctx.collection('items');
    const add = (method, url, handler) => ctx.registerRoute({ method, url, handler });
    add('GET', '/all', async () => ({
      version: ctx.manifest.version,
      round: ctx.getConfig('round'),
      token: ctx.getConfig('token'),
      keys: await ctx.listStorage('key-'),
      latest: await ctx.getStorage('latest'),
      items: (await items.find({ kind: 'item' })).map(({ _id }) => _id),
      count: (await items.findOne({ _id: 'counter' }))?.n ?? 0,
    }));
    add('POST', '/store', async ({ body: { number } }) => {
      await ctx.setStorage('key-' + number, { number });
      await ctx.setStorage('latest', number);
      return { number };
    });
    add('POST', '/insert', async ({ body: { number } }) => {
      await items.insert({ _id: 'item-' + number, kind: 'item', number });
      if ((await items.update({ _id: 'counter' }, { $inc: { n: 1 } })) === 0)
        await items.insert({ _id: 'counter', kind: 'counter', n: 1 });
      return { number };
    });
    add('POST', '/fail', () => (ctx.emit('fail'), { failed: true }));
    ctx.on('fail', () => {
      throw new Error('failed on purpose');
    });
  },
  onConfigChange() {},
};
`;
