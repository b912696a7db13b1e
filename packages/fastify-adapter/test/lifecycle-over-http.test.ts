import type { PluginFiles } from '@catalyst-plugins/core/testing';
import { expect, test } from 'vitest';
import { onLoad, startServer, token } from './start-server.ts';

const base = '/api/plugins/demo';

const version = (text: string): Record<string, string> => ({
  'index.js': onLoad(`
    ctx.registerRoute({ method: 'GET', url: '/version', handler: async () => ({ version: ${JSON.stringify(text)} }) });
    ctx.registerRoute({ method: 'GET', url: '/only-${text}', handler: async () => ({ here: true }) });
  `),
});

test('a reload adds, changes and removes routes while the server listens', async () => {
  await using server = await startServer({ plugins: { demo: version('one') } });
  const get = async (path: string): Promise<number> => (await server.fetch(`${base}${path}`)).status;
  expect([await get('/only-one'), await get('/only-two')]).toEqual([200, 404]);
  await server.folder.write('demo', version('two'));
  const reloaded = await server.admin(`${base}/reload`, { method: 'POST' });
  expect([reloaded.status, (await reloaded.json()).data]).toEqual([
    200,
    expect.objectContaining({ state: 'active', generation: 2 }),
  ]);
  expect(await (await server.fetch(`${base}/version`)).json()).toEqual({ version: 'two' });
  expect([await get('/only-one'), await get('/only-two')]).toEqual([404, 200]);
});

test('a disabled plugin answers 503 with the reason, and answers again once it is enabled', async () => {
  await using server = await startServer({ plugins: { demo: version('one') } });
  const enable = (enabled: boolean): Promise<Response> =>
    server.admin(`${base}/enable`, { method: 'POST', json: { enabled } });
  expect((await enable(false)).status).toBe(200);
  const refused = await server.fetch(`${base}/version`);
  expect([refused.status, refused.headers.get('content-type')]).toEqual([
    503,
    'application/problem+json; charset=utf-8',
  ]);
  expect(await refused.json()).toMatchObject({
    code: 'PLUGIN_NOT_ACTIVE',
    success: false,
    detail: expect.stringContaining('disabled'),
  });
  expect((await enable(true)).status).toBe(200);
  expect((await server.fetch(`${base}/version`)).status).toBe(200);
});

test('a plugin that is still loading answers 503 with Retry-After', async () => {
  await using server = await startServer({
    plugins: {
      demo: {
        'index.js': `export default { onLoad: () => new Promise((resolve) => { globalThis.finishLoading = resolve; }) };`,
      },
    },
    host: { startWaitMs: 0 },
  });
  const response = await server.fetch(`${base}/version`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  (globalThis as unknown as { finishLoading: () => void }).finishLoading();
  await expect.poll(() => server.host.get('demo')?.state).toBe('active');
});

test('a reload that fails is answered with the reason and leaves the old routes serving', async () => {
  await using server = await startServer({ plugins: { demo: version('one') } });
  await server.folder.write('demo', { 'index.js': 'export default { onLoad() {\n  const broken = ;\n} };' });
  const response = await server.admin(`${base}/reload`, { method: 'POST' });
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({
    code: 'MODULE_FAILED',
    detail: expect.stringContaining('index.js:2'),
    hint: expect.any(String),
  });
  expect(await (await server.fetch(`${base}/version`)).json()).toEqual({ version: 'one' });
  expect(server.host.get('demo')).toMatchObject({
    state: 'active',
    lastFailure: { code: 'MODULE_FAILED', during: 'reload' },
  });
  const audit = await (await server.admin('/api/plugins/audit?plugin=demo&limit=1')).json();
  expect(audit.data[0]).toMatchObject({ type: 'plugin:reload-failed', actor: 'ana', data: { code: 'MODULE_FAILED' } });
});

test('what a plugin has stored is deleted once it is disabled; before it is 409', async () => {
  const keeper = {
    'plugin.json': { name: 'demo', version: '1.0.0', backend: { entry: 'index.js' } },
    'index.js': onLoad(`
      const word = await ctx.getStorage('word');
      await ctx.setStorage('word', 'hello');
      ctx.registerRoute({ method: 'GET', url: '/word', handler: () => ({ word }) });
    `),
  };
  await using server = await startServer({ plugins: { demo: keeper } });
  const clear = (): Promise<Response> => server.admin('/api/plugins/-/demo/data/clear', { method: 'POST' });
  const refused = await clear();
  expect([refused.status, (await refused.json()).code]).toEqual([409, 'PLUGIN_ENABLED']);
  await server.admin(`${base}/reload`, { method: 'POST' });
  expect(await (await server.fetch(`${base}/word`)).json()).toEqual({ word: 'hello' });
  await server.admin(`${base}/enable`, { method: 'POST', json: { enabled: false } });
  const done = await clear();
  expect([done.status, (await done.json()).message]).toEqual([200, 'What plugin "demo" had stored is deleted.']);
  await server.admin(`${base}/enable`, { method: 'POST', json: { enabled: true } });
  expect(await (await server.fetch(`${base}/word`)).json()).toEqual({ word: null });
});

test('a rollback goes back to the release before, and without one it is 409', async () => {
  await using server = await startServer({ plugins: { demo: version('one') } });
  const none = await server.admin('/api/plugins/-/demo/rollback', { method: 'POST' });
  expect([none.status, (await none.json()).code]).toEqual([409, 'ROLLBACK_UNAVAILABLE']);
  await server.folder.write('demo', version('two'));
  await server.admin(`${base}/reload`, { method: 'POST' });
  expect((await server.admin('/api/plugins/-/demo/rollback', { method: 'POST' })).status).toBe(200);
  expect(await (await server.fetch(`${base}/version`)).json()).toEqual({ version: 'one' });
});

test('a rollback to a version goes there, and the detail view lists what there is', async () => {
  const release = (semver: string): PluginFiles => ({
    'plugin.json': { name: 'demo', version: semver, backend: { entry: 'index.js' } },
    'index.js': onLoad(
      `ctx.registerRoute({ method: 'GET', url: '/version', handler: () => ({ version: '${semver}' }) });`,
    ),
  });
  await using server = await startServer({ plugins: { demo: release('1.0.0') } });
  for (const semver of ['1.1.0', '1.2.0']) {
    await server.folder.write('demo', release(semver));
    await server.admin(`${base}/reload`, { method: 'POST' });
  }
  const done = await server.admin('/api/plugins/-/demo/rollback', { method: 'POST', json: { to: '1.0.0' } });
  expect([done.status, (await done.json()).data.version]).toEqual([200, '1.0.0']);
  expect(await (await server.fetch(`${base}/version`)).json()).toEqual({ version: '1.0.0' });
  const { data } = await (await server.admin(base)).json();
  expect(data.releases).toMatchObject([
    { version: '1.0.0', current: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { version: '1.2.0', current: false },
    { version: '1.1.0', current: false },
  ]);
  const unknown = await server.admin('/api/plugins/-/demo/rollback', { method: 'POST', json: { to: '7.0.0' } });
  expect([unknown.status, (await unknown.json()).code]).toEqual([409, 'ROLLBACK_UNAVAILABLE']);
  const invalid = await server.admin('/api/plugins/-/demo/rollback', { method: 'POST', json: { to: 7 } });
  expect([invalid.status, (await invalid.json()).code]).toEqual([400, 'REQUEST_INVALID']);
});

test('a saved setting is what the plugin sees, also after a reload', async () => {
  const entry = onLoad(
    `ctx.registerRoute({ method: 'GET', url: '/greeting', handler: async () => ({ greeting: ctx.getConfig('greeting') }) });`,
  );
  const manifest = {
    name: 'demo',
    version: '1.0.0',
    backend: { entry: 'index.js' },
    config: {
      greeting: { type: 'string', default: 'Hello', description: 'How to greet' },
      apiKey: { type: 'password' },
    },
  };
  await using server = await startServer({ plugins: { demo: { 'plugin.json': manifest, 'index.js': entry } } });
  const greeting = async (): Promise<unknown> => (await server.fetch(`${base}/greeting`)).json();
  const save = (config: unknown): Promise<Response> =>
    server.admin(`${base}/config`, { method: 'PUT', json: { config } });
  expect(await greeting()).toEqual({ greeting: 'Hello' });
  await Promise.all([save({ greeting: 'Salut' }), save({ apiKey: 'canary-7c1f' })]);
  expect(await greeting()).toEqual({ greeting: 'Salut' });
  await server.admin(`${base}/reload`, { method: 'POST' });
  expect(await greeting()).toEqual({ greeting: 'Salut' });
  const detail = await (await server.admin(base)).text();
  expect(detail).not.toContain('canary-7c1f');
  expect(JSON.parse(detail).data).toMatchObject({
    config: { greeting: 'Salut', apiKey: { $secret: 'set' } },
    configRevision: 2,
  });
  const refused = await save({ greeting: 5 });
  expect([refused.status, await refused.json()]).toMatchObject([
    422,
    { code: 'CONFIG_INVALID', errors: [{ pointer: '/greeting' }] },
  ]);
  expect(JSON.stringify(await server.host.audit())).not.toContain('canary-7c1f');
});

test('close() lets a running request end, and unloads the plugins', async () => {
  const plugins = {
    demo: {
      'index.js': `export default {
        onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => new Promise((resolve) => { globalThis.finishSlow = () => resolve('finished'); }) }); },
        onUnload() { globalThis.unloaded = true; },
      };`,
    },
  };
  const server = await startServer({ plugins });
  const slow = server.fetch(`${base}/slow`);
  await expect.poll(() => server.host.inspect().activeCalls).toBe(1);
  const closed = server.app.close();
  await expect.poll(() => server.host.get('demo')?.state).toBe('unloading');
  (globalThis as unknown as { finishSlow: () => void }).finishSlow();
  expect(await (await slow).text()).toBe('finished');
  await closed;
  expect(globalThis).toMatchObject({ unloaded: true });
  expect(server.host.inspect()).toEqual({ listeners: 0, generations: 0, activeCalls: 0 });
  await server.folder[Symbol.asyncDispose]();
});

test('an in-flight request finishes on the old generation while new requests reach the next', async () => {
  const slow = (text: string): Record<string, string> => ({
    'index.js': onLoad(
      `ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => new Promise((resolve) => { globalThis.finish = () => resolve(${JSON.stringify(text)}); }) });`,
    ),
  });
  await using server = await startServer({ plugins: { demo: slow('old') } });
  const finish = (): void => (globalThis as unknown as { finish: () => void }).finish();
  const old = server.fetch(`${base}/slow`);
  await expect.poll(() => server.host.inspect().activeCalls).toBe(1);
  const finishOld = (globalThis as unknown as { finish: () => void }).finish;
  await server.folder.write('demo', slow('new'));
  await server.admin(`${base}/reload`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  const next = server.fetch(`${base}/slow`);
  await expect.poll(() => server.host.inspect().activeCalls).toBe(1);
  finish();
  expect(await (await next).text()).toBe('new');
  finishOld();
  expect(await (await old).text()).toBe('old');
});

test('a request that outlasts the drain time is answered 503, and the plugin is disabled', async () => {
  await using server = await startServer({
    plugins: {
      demo: {
        'index.js': onLoad(
          `ctx.registerRoute({ method: 'GET', url: '/never', handler: () => new Promise(() => {}) });`,
        ),
      },
    },
    host: { drainMs: 50 },
  });
  const never = server.fetch(`${base}/never`);
  await expect.poll(() => server.host.inspect().activeCalls).toBe(1);
  await server.host.disable('demo');
  const response = await never;
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  expect(server.host.get('demo')?.state).toBe('disabled');
});
