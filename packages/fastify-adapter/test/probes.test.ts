import { createMemoryStores, PluginError, type JsonObject } from '@catalyst-plugins/core';
import { expect, test } from 'vitest';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const files = (name: string, code: string): object => ({
  'plugin.json': { name, version: '1.0.0', backend: { entry: 'index.js' } },
  'index.js': code,
});
const good = files('good', onLoad(`ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 'x' });`));
const bad = files('bad', onLoad(`throw new Error('the password is hunter2');`));
const probes = { probes: true } as const;

async function ask(
  server: TestServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<[number, JsonObject]> {
  const response = await server.fetch(path, { headers });
  return [response.status, (await response.json()) as JsonObject];
}

test('probes are there when they are asked for, where they are asked for', async () => {
  await using none = await startServer();
  for (const path of ['/live', '/ready', '/health']) expect((await none.fetch(path)).status).toBe(404);
  await using all = await startServer({ adapter: probes });
  for (const path of ['/live', '/ready', '/health']) expect((await all.fetch(path)).status).toBe(200);
  await using some = await startServer({ adapter: { probes: { health: '/_/health', live: false } } });
  const statuses = await Promise.all(
    ['/_/health', '/live', '/ready'].map(async (path) => (await some.fetch(path)).status),
  );
  expect(statuses).toEqual([200, 404, 200]);
  await expect(startServer({ adapter: { probes: { live: 'live' } } })).rejects.toMatchObject({
    code: 'OPTIONS_INVALID',
  });
});

test('/health tells everybody of a half-working host in numbers and states, without names and errors', async () => {
  await using server = await startServer({ plugins: { good, bad } as never, adapter: probes });
  await expect.poll(() => server.host.health.of('good').status).toBe('healthy');
  const [status, health] = await ask(server, '/health');
  expect([status, health]).toEqual([
    200,
    {
      status: 'degraded',
      phase: 'running',
      uptimeSeconds: expect.any(Number),
      plugins: { total: 2, healthy: 1, degraded: 0, unhealthy: 1, transitioning: 0, unknown: 0 },
      states: { active: 1, failed: 1 },
      database: 'up',
      eventLoop: { utilization: expect.any(Number) },
      tainted: false,
      auditDropped: 0,
      safeMode: false,
    },
  ]);
  expect(JSON.stringify(health)).not.toMatch(/good|hunter2/);
  const wrong = await ask(server, '/health', { authorization: 'Bearer wrong' });
  expect(Object.keys(wrong[1])).toEqual(Object.keys(health));
});

test('/health names the plugins that are not well to whoever may read of them', async () => {
  await using server = await startServer({ plugins: { good, bad } as never, adapter: probes });
  const health = await (await server.admin('/health')).json();
  expect(health.notWell).toEqual([
    { plugin: 'bad', status: 'unhealthy', state: 'failed', message: expect.stringContaining('hunter2') },
  ]);
  expect(health.store).toEqual({ available: true, since: null, reason: null });
});

test('/health is 503 when nothing works, /ready and /live are not', async () => {
  await using server = await startServer({ plugins: { bad } as never, adapter: probes });
  expect((await ask(server, '/health'))[0]).toBe(503);
  expect(await ask(server, '/ready')).toEqual([200, { status: 'ready' }]);
  expect(await ask(server, '/live')).toEqual([200, { status: 'live' }]);
});

test('/ready is 503 from the moment that the end is announced, and before the host has started', async () => {
  await using server = await startServer({ plugins: { good } as never, adapter: { ...probes, manageHost: false } });
  expect(await ask(server, '/ready')).toEqual([503, { status: 'starting' }]);
  await server.host.start();
  expect(await ask(server, '/ready')).toEqual([200, { status: 'ready' }]);
  server.host.announceStop();
  expect(await ask(server, '/ready')).toEqual([503, { status: 'stopping' }]);
  expect((await server.fetch('/api/plugins/good/x')).status).toBe(200);
  await server.host.stop();
  expect(await ask(server, '/ready')).toEqual([503, { status: 'stopping' }]);
  expect(await ask(server, '/live')).toEqual([200, { status: 'live' }]);
});

test('/ready is 503 while the store does not answer; the host is degraded then, and plugins go on', async () => {
  const stores = createMemoryStores();
  await using server = await startServer({ plugins: { good } as never, host: { stores }, adapter: probes });
  const list = stores.plugins.list.bind(stores.plugins);
  const away = (): Promise<never> => Promise.reject(new PluginError('STORE_UNAVAILABLE', 'away'));
  stores.plugins.list = away;
  stores.plugins.update = away;
  await server.host.disable('good').catch(() => undefined);
  await expect.poll(() => ask(server, '/ready')).toEqual([503, { status: 'store-unavailable' }]);
  expect(await ask(server, '/health')).toMatchObject([200, { status: 'degraded', database: 'down' }]);
  expect((await server.fetch('/api/plugins/good/x')).status).toBe(200);
  stores.plugins.list = list;
});

test('/ready and /health tell of a store that is gone although nobody asks the host for anything, and when it is back', async () => {
  const stores = createMemoryStores();
  const host = { stores, health: false, storeCheckMs: 50 } as const;
  await using server = await startServer({ plugins: { good } as never, host, adapter: probes });
  await server.host.disable('good');
  const get = stores.plugins.get.bind(stores.plugins);
  stores.plugins.get = () => Promise.reject(new PluginError('STORE_UNAVAILABLE', 'away'));
  await expect.poll(() => ask(server, '/ready')).toEqual([503, { status: 'store-unavailable' }]);
  expect(await ask(server, '/health')).toMatchObject([200, { status: 'degraded', database: 'down' }]);
  stores.plugins.get = get;
  await expect.poll(() => ask(server, '/ready')).toEqual([200, { status: 'ready' }]);
  expect(await ask(server, '/health')).toMatchObject([200, { status: 'healthy', database: 'up' }]);
});

test('/health says that a plugin has left an error uncaught, for as long as the process lives', async () => {
  const crashing = files(
    'crashing',
    onLoad(`ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => {
      setTimeout(() => { throw new Error('uncaught'); });
      return 'soon';
    } });`),
  );
  await using server = await startServer({ plugins: { good, crashing } as never, adapter: probes });
  expect(await ask(server, '/health')).toMatchObject([200, { tainted: false }]);
  expect((await server.fetch('/api/plugins/crashing/x')).status).toBe(200);
  await expect.poll(() => ask(server, '/health')).toMatchObject([200, { tainted: true }]);
  await server.host.disable('crashing');
  expect(await ask(server, '/health')).toMatchObject([200, { tainted: true }]);
});

test('/health says how many entries of the audit log were lost, and so does a scrape', async () => {
  const stores = createMemoryStores();
  await using server = await startServer({ plugins: { good } as never, host: { stores }, adapter: probes });
  const append = stores.audit.append.bind(stores.audit);
  stores.audit.append = () => Promise.reject(new PluginError('STORE_UNAVAILABLE', 'away'));
  const scraped = (): number =>
    Number(/^catalyst_host_audit_entries_dropped_total (\d+)$/m.exec(server.host.metrics.prometheus())?.[1]);
  expect(await ask(server, '/health')).toMatchObject([200, { auditDropped: 0 }]);
  expect(scraped()).toBe(0);
  for (let note = 0; note < 20_100; note += 1) await server.host.enable('nobody').catch(() => undefined);
  const [, { auditDropped }] = await ask(server, '/health');
  expect(auditDropped).toBeGreaterThanOrEqual(100);
  expect(scraped()).toBe(server.host.auditHealth().dropped);
  expect(scraped()).toBeGreaterThanOrEqual(100);
  stores.audit.append = append;
});

test('/health says that the host runs no plugins in safe mode', async () => {
  await using safe = await startServer({ plugins: { good } as never, host: { safeMode: true }, adapter: probes });
  expect(await ask(safe, '/health')).toMatchObject([
    200,
    { status: 'degraded', safeMode: true, states: { blocked: 1 } },
  ]);
  expect(safe.host.getPluginStatus().plugin_system.enabled).toBe(false);
});

test('probes are no requests of plugins, and answer while plugins are busy', async () => {
  const slow = files(
    'slow',
    onLoad(`ctx.registerRoute({ method: 'GET', url: '/x', handler: () => new Promise(() => {}) });`),
  );
  await using server = await startServer({ plugins: { slow } as never, host: { drainMs: 100 }, adapter: probes });
  const waiting = Array.from({ length: 50 }, () => server.fetch('/api/plugins/slow/x').catch(() => undefined));
  await expect.poll(() => server.host.summary('slow')?.activeRequests).toBe(50);
  for (let turn = 0; turn < 20; turn += 1)
    for (const path of ['/live', '/ready', '/health']) expect((await server.fetch(path)).status).toBe(200);
  expect(server.host.getPluginStatus().plugin_system.active_requests).toBe(50);
  await server.host.disable('slow');
  await Promise.all(waiting);
});
