import { expect, test } from 'vitest';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const base = '/api/plugins/demo';

const crashing = {
  'index.js': onLoad(`
    ctx.registerRoute({ method: 'GET', url: '/version', handler: async () => ({ version: 1 }) });
    ctx.registerRoute({ method: 'GET', url: '/hang', handler: () => new Promise(() => {}) });
    ctx.registerRoute({ method: 'POST', url: '/crash', handler: async () => {
      setImmediate(() => { throw new Error('lost in a callback'); });
      return new Promise(() => {});
    } });
  `),
};
const steady = {
  'index.js': onLoad("ctx.registerRoute({ method: 'GET', url: '/version', handler: async () => ({ version: 1 }) });"),
};

const activeCalls = (server: TestServer) => (): number => server.host.inspect().activeCalls;

test('a crash answers the requests of that plugin with 503 and no other request', async () => {
  await using server = await startServer({ plugins: { demo: crashing, steady } });
  const hanging = server.fetch(`${base}/hang`);
  await expect.poll(activeCalls(server)).toBe(1);
  const crashed = await server.fetch(`${base}/crash`, { method: 'POST' });
  for (const response of [crashed, await hanging]) {
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ code: 'PLUGIN_NOT_ACTIVE', success: false });
  }
  const refused = await server.fetch(`${base}/version`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ detail: expect.stringMatching(/retrying.*lost in a callback/) });
  expect((await server.fetch('/api/plugins/steady/version')).status).toBe(200);
  await expect.poll(async () => (await server.fetch(`${base}/version`)).status).toBe(200);
});

test('a quarantined plugin answers 503 with the reason, and the admin API shows it', async () => {
  await using server = await startServer({ plugins: { demo: crashing }, host: { crashBudget: { crashes: 1 } } });
  await server.fetch(`${base}/crash`, { method: 'POST' });
  const refused = await server.fetch(`${base}/version`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, null]);
  expect(await refused.json()).toMatchObject({
    code: 'PLUGIN_NOT_ACTIVE',
    detail: expect.stringMatching(/quarantined.*crashed once.*lost in a callback/),
    hint: expect.stringMatching(/Enable it/),
  });
  expect(await (await server.admin(base)).json()).toMatchObject({
    data: { state: 'quarantined', enabled: true, reason: { code: 'PLUGIN_QUARANTINED' } },
  });
  const enabled = await server.admin(`${base}/enable`, { method: 'POST', json: { enabled: true } });
  expect((await enabled.json()).data).toMatchObject({ state: 'active' });
});
