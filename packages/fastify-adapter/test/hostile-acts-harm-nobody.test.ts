import { createPluginsFolder, type PluginsFolder } from '@catalyst-plugins/core/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFailed, vi } from 'vitest';
import { get } from './support/get.ts';
import { hostileActs } from './support/hostile-acts.ts';
import { startServerProcess, type ServerProcess } from './support/server-process.ts';

// they start processes
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const acts = Object.entries(hostileActs);
const packageText = `
const real = require;
${acts.map(([title, body]) => `exports[${JSON.stringify(title)}] = function (request, reply) { ${body} };`).join('\n')}
`;

/** One for each act, as most acts are the end of the one who does it. */
const doers = Object.fromEntries(
  acts.map(([title], index) => [
    `bad-${index}`,
    {
      'node_modules/acts/package.json': { name: 'acts', main: 'index.js' },
      'node_modules/acts/index.js': packageText,
      'index.js': `import acts from 'acts';
        export default { onLoad(ctx) {
          const handler = async (request, reply) => acts[${JSON.stringify(title)}](request, reply);
          ctx.registerRoute({ method: 'GET', url: '/act', handler });
        } };`,
    },
  ]),
);

const good = {
  'index.js': `export default { onLoad(ctx) {
    ctx.registerRoute({ method: 'GET', url: '/fine', handler: async () => ({ fine: await ctx.getStorage('x') ?? 'yes' }) });
  } };`,
};

/** Only the guard of everything keeps plugins from these. */
const onIntrinsics: ReadonlySet<string> = new Set([
  'deletes global timers',
  'replaces JSON.stringify',
  'replaces Array.prototype.push',
  'replaces Promise.prototype.then',
  'replaces EventEmitter.prototype.emit',
  'replaces the end of responses',
]);

describe.each(['everything', 'process'] as const)('with the guard of %s, a package of a plugin', (guard) => {
  let folder: PluginsFolder;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    folder = await createPluginsFolder({ ...doers, good });
  });
  afterAll(async () => {
    await server?.kill();
    await folder[Symbol.asyncDispose]();
  });

  const guarded = acts.filter(([title]) => guard === 'everything' || !onIntrinsics.has(title));
  it.each(guarded)('that %s harms nobody else', async (title) => {
    server ??= await startServerProcess('./hostile-host.ts', folder.directory, JSON.stringify({ guard }));
    const doer = server;
    onTestFailed(async () => {
      // one that is harmed is of no use to the next act
      server = undefined;
      await doer.kill();
    });
    const url = `/api/plugins/bad-${acts.findIndex(([name]) => name === title)}/act`;
    const acted = await get(doer, url, { timeoutMs: title === 'never answers' ? 500 : 10_000 }).catch(() => undefined);
    expect(acted?.headers['set-cookie']).toBeUndefined();
    for (let time = 0; time < 2; time += 1) {
      const paths = ['/own', '/api/plugins/good/fine', '/fail'];
      const answers = await Promise.all(paths.map((path) => get(doer, path)));
      expect(answers.map(({ status, text }) => [status, text])).toEqual([
        [200, '{"own":true}'],
        [200, '{"fine":"yes"}'],
        [500, 'an error of the host'],
      ]);
    }
    expect(doer.isAlive()).toBe(true);
  });
});
