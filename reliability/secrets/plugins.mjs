import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { noSecret } from './canaries.mjs';

/** Writes plugins that tell their secrets in every way that they have. */
export async function writeTalkativePlugins(pluginsDir, canaries) {
  const open = { type: 'string', default: noSecret };
  const secret = { type: 'string', secret: true, max: 40 };
  await write(pluginsDir, 'talkative', entryFile, {
    permissions: ['ledger.read'],
    config: {
      token: { type: 'password', default: canaries['default of a secret'], max: 40 },
      odd: secret,
      own: secret,
      apiKey: secret,
      note: 'visible',
      open,
    },
    configSchema: {
      properties: {
        smtp: {
          type: 'object',
          properties: { user: { type: 'string' }, pass: { type: 'string', format: 'password' } },
        },
        keys: { type: 'array', items: { type: 'string', secret: true } },
      },
    },
  });
  await write(pluginsDir, 'other', "export default { onLoad(ctx) { ctx.logger.info(ctx.getConfig(), 'mine'); } };", {
    config: { token: { type: 'password' } },
  });
}

async function write(pluginsDir, name, code, manifest) {
  const folder = path.join(pluginsDir, name);
  await mkdir(folder, { recursive: true });
  const full = { name, version: '1.0.0', backend: { entry: 'index.js' }, ...manifest };
  await writeFile(path.join(folder, 'plugin.json'), JSON.stringify(full));
  await writeFile(path.join(folder, 'index.js'), code);
}

const entryFile = `export default {
  onLoad(ctx) {
    const all = () => ctx.getConfig();
    const text = () => Object.values(all()).map((value) => JSON.stringify(value)).join(' ');
    ctx.logger.info(all(), 'my settings');
    ctx.logger.warn('token %s', all().token);
    ctx.logger.info({ manifest: ctx.manifest, config: ctx.originalConfig, url: 'x?key=' + encodeURIComponent(all().odd) });
    const add = (method, url, handler) => ctx.registerRoute({ method, url, handler });
    add('GET', '/throw', () => { throw new Error('upstream refused ' + all().token + text()); });
    add('GET', '/cause', () => { throw Object.assign(new Error('no', { cause: new Error(text()) }), { config: all() }); });
    add('GET', '/log', (request) => (request.log.error({ all: all() }, text()), ctx.logger.error(new Error(text())), { logged: true }));
    add('GET', '/crash', () => (setTimeout(() => { throw new Error('crashed with ' + text()); }), { crashed: true }));
    add('GET', '/rows', () => ctx.db.ledger.count());
    add('POST', '/own', async ({ body }) => (await ctx.setConfig('own', body.value), { saved: true }));
    add('GET', '/ask', () => (ctx.emit('ask'), { asked: true }));
    ctx.on('ask', () => Promise.reject(new Error('listener with ' + text())));
    ctx.scheduleTask('* * * * * *', () => { throw new Error('task with ' + text()); }, { name: 'talks' });
  },
  onEnable(ctx) { if (ctx.getConfig('note') === 'fail') throw new Error('onEnable with ' + JSON.stringify(ctx.getConfig())); },
  health(ctx) { return { status: 'degraded', message: 'half well with ' + ctx.getConfig('token') }; },
  validateConfig(ctx, config) {
    if (config.note === 'refuse') return { errors: ['refused ' + config.token], messages: [config.token] };
  },
  onDisable(ctx) { throw new Error('onDisable with ' + JSON.stringify(ctx.getConfig())); },
};
`;
