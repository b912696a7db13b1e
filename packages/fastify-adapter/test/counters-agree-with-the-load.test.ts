import http from 'node:http';
import { manifestOf } from '@catalyst-plugins/core/testing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { metricsSchemas } from '../src/admin/metrics-schemas.ts';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const base = '/api/plugins/demo';

/** Requests that wait in the plugin until the test lets them go on. */
interface Held {
  readonly waiting: ((answer?: unknown) => void)[];
}
const held: Held = { waiting: [] };
Object.assign(globalThis, { held });
afterEach(() => void held.waiting.splice(0));

const wait = 'await new Promise((resolve) => globalThis.held.waiting.push(resolve));';
const demo = `
  const route = (method, url, handler, more = {}) => ctx.registerRoute({ method, url, handler, ...more });
  route('GET', '/ok', () => 'fine');
  route('GET', '/later', async () => { await null; return { fine: true }; });
  route('GET', '/items/:id', async ({ params }) => params);
  route('GET', '/hooked', async () => 'fine', { preHandler: async () => undefined });
  route('GET', '/sent', (request, reply) => { reply.send('fine'); });
  route('GET', '/moved', (request, reply) => reply.redirect('/elsewhere'));
  route('GET', '/none', (request, reply) => reply.code(404).send({ none: true }));
  route('GET', '/boom', () => { throw new Error('boom'); });
  route('GET', '/boom-later', async () => { throw new Error('boom'); });
  route('GET', '/boom-hooked', async () => 'never', { preHandler: async () => { throw new Error('boom'); } });
  route('GET', '/teapot', async () => { throw Object.assign(new Error('no'), { statusCode: 418 }); });
  route('POST', '/checked', async () => 'fine', { schema: { body: { type: 'object', required: ['a'] } } });
  route('POST', '/plain', async () => 'fine');
  route('POST', '/own', async () => 'fine', { errorHandler: (error, request, reply) => reply.code(409).send({}), schema: { body: { type: 'object', required: ['a'] } } });
  route('GET', '/mine', async () => 'fine', { config: { auth: 'required' } });
  route('GET', '/slow', async () => { ${wait} return 'late'; });
  route('GET', '/slow-hooked', async () => { ${wait} return 'late'; }, { preHandler: async () => undefined });
  route('GET', '/half', (request, reply) => { reply.raw.write('half'); return new Promise((resolve) => globalThis.held.waiting.push(resolve)); });
`;

const plugins = { demo: { 'index.js': onLoad(demo) } };
const nothing = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, timeout: 0, cut: 0, aborted: 0 };
const noRefusals = { overloaded: 0, 'no-route': 0, inactive: 0, changed: 0, unauthorized: 0, rejected: 0 };

async function send(server: TestServer, times: number, path: string, init?: RequestInit): Promise<number[]> {
  const one = async (): Promise<number> => {
    const response = await server.fetch(path, { redirect: 'manual', ...init });
    await response.arrayBuffer();
    return response.status;
  };
  return Promise.all(Array.from({ length: times }, one));
}

/** Opens a request and destroys its connection once the plugin has it. */
async function abandon(server: TestServer, path: string): Promise<void> {
  const before = held.waiting.length;
  const request = http.get(`${server.url}${path}`, { agent: false });
  request.on('error', () => undefined);
  await expect.poll(() => held.waiting.length).toBe(before + 1);
  const closed = new Promise((resolve) => request.once('close', resolve));
  request.destroy();
  await closed;
}

function counted(server: TestServer, plugin = 'demo'): object {
  const { requests, calls } = server.host.metrics.of(plugin);
  const { count, failed, inFlight } = calls.request;
  return { outcomes: requests.outcomes, refused: requests.refused, count, failed, inFlight };
}

test('every request that a plugin answers is counted once, by how it ended', async () => {
  await using server = await startServer({ plugins });
  const json = { 'content-type': 'application/json' };
  const sent: readonly [path: string, times: number, status: number, init?: RequestInit][] = [
    ['/ok', 5, 200],
    ['/later', 4, 200],
    ['/items/7', 3, 200],
    ['/hooked', 2, 200],
    ['/sent', 2, 200],
    ['/checked', 3, 200, { method: 'POST', headers: json, body: '{"a":1}' }],
    ['/moved', 2, 302],
    ['/none', 6, 404],
    ['/teapot', 2, 418],
    ['/own', 1, 409, { method: 'POST', headers: json, body: '{}' }],
    ['/boom', 3, 500],
    ['/boom-later', 2, 500],
    ['/boom-hooked', 2, 500],
  ];
  for (const [path, times, status, init] of sent)
    expect(await send(server, times, base + path, init)).toEqual(Array.from({ length: times }, () => status));
  const outcomes = { ...nothing, '2xx': 19, '3xx': 2, '4xx': 9, '5xx': 7 };
  await expect
    .poll(() => counted(server))
    .toEqual({ outcomes, refused: noRefusals, count: 37, failed: 7, inFlight: 0 });
  expect(server.host.metrics.of('demo').requests.latency.counts.reduce((sum, count) => sum + count)).toBe(37);
});

test('requests that do not reach the code of a plugin are counted by the reason', async () => {
  const full = {
    ...plugins,
    full: {
      'plugin.json': manifestOf('full', { limits: { maxConcurrentRequests: 1 } }),
      'index.js': onLoad(
        `ctx.registerRoute({ method: 'GET', url: '/slow', handler: async () => { ${wait} return 'late'; } });`,
      ),
    },
  };
  await using server = await startServer({ plugins: full });
  const json = { 'content-type': 'application/json' };
  expect(await send(server, 3, `${base}/nowhere`)).toEqual([404, 404, 404]);
  expect(await send(server, 2, `${base}/ok`, { method: 'DELETE' })).toEqual([405, 405]);
  expect(await send(server, 2, `${base}/checked`, { method: 'POST', headers: json, body: '{}' })).toEqual([400, 400]);
  expect(await send(server, 1, `${base}/plain`, { method: 'POST', headers: json, body: '{"a' })).toEqual([400]);
  expect(
    await send(server, 1, `${base}/plain`, { method: 'POST', headers: { 'content-type': 'a/b' }, body: 'x' }),
  ).toEqual([415]);
  expect(await send(server, 2, `${base}/mine`)).toEqual([401, 401]);
  const refused = { ...noRefusals, 'no-route': 5, rejected: 4, unauthorized: 2 };
  expect(counted(server)).toEqual({ outcomes: nothing, refused, count: 0, failed: 0, inFlight: 0 });

  const first = server.fetch('/api/plugins/full/slow');
  await expect.poll(() => held.waiting.length).toBe(1);
  expect(await send(server, 4, '/api/plugins/full/slow')).toEqual([503, 503, 503, 503]);
  expect(counted(server, 'full')).toMatchObject({ refused: { ...noRefusals, overloaded: 4 }, count: 0, inFlight: 1 });
  held.waiting[0]?.();
  expect((await first).status).toBe(200);

  await server.host.disable('demo');
  expect(await send(server, 3, `${base}/ok`)).toEqual([503, 503, 503]);
  expect(counted(server)).toMatchObject({ refused: { ...refused, inactive: 3 } });
  expect(await send(server, 2, '/api/plugins/nobody/ok')).toEqual([404, 404]);
  expect(server.host.metrics.snapshot()).toMatchObject({ host: { unknownPluginRequests: 2 } });
  expect(server.host.metrics.prometheus()).not.toContain('nobody');
});

test('a client that goes away is counted as such, whatever the handler does afterwards', async () => {
  await using server = await startServer({ plugins });
  await abandon(server, `${base}/slow`);
  await abandon(server, `${base}/slow-hooked`);
  await abandon(server, `${base}/half`);
  await expect.poll(() => server.host.inspect().activeCalls).toBe(3);
  for (const go of held.waiting) go();
  const outcomes = { ...nothing, aborted: 3 };
  await expect.poll(() => counted(server)).toEqual({ outcomes, refused: noRefusals, count: 3, failed: 0, inFlight: 0 });
});

test('an answer that was sent whole counts by its status, however long the handler goes on', async () => {
  const body = `ctx.registerRoute({ method: 'GET', url: '/x', handler: async (request, reply) => { reply.send('whole'); ${wait} } });`;
  await using server = await startServer({ plugins: { demo: { 'index.js': onLoad(body) } } });
  expect(await send(server, 2, `${base}/x`)).toEqual([200, 200]);
  expect(counted(server)).toMatchObject({ count: 0, inFlight: 2 });
  for (const go of held.waiting) go();
  await expect.poll(() => counted(server)).toMatchObject({ outcomes: { ...nothing, '2xx': 2 }, count: 2, inFlight: 0 });
});

test('requests that took too long, and those that were cut, are told from errors of the plugin', async () => {
  const manifest = manifestOf('demo', { limits: { requestTimeoutMs: 100, drainMs: 50 } });
  await using server = await startServer({ plugins: { demo: { 'plugin.json': manifest, 'index.js': onLoad(demo) } } });
  expect(await send(server, 3, `${base}/slow`)).toEqual([504, 504, 504]);
  expect(counted(server)).toMatchObject({ outcomes: { ...nothing, timeout: 3 }, failed: 3, inFlight: 0 });
  const slow = manifestOf('demo', { limits: { requestTimeoutMs: 60_000, drainMs: 50 } });
  await server.folder.write('demo', { 'plugin.json': slow, 'index.js': onLoad(demo) });
  await server.host.reload('demo');
  const cut = [send(server, 2, `${base}/slow`), send(server, 1, `${base}/slow-hooked`)];
  await expect.poll(() => held.waiting.length).toBe(6);
  await server.host.reload('demo');
  expect((await Promise.all(cut)).flat()).toEqual([503, 503, 503]);
  const outcomes = { ...nothing, timeout: 3, cut: 3 };
  expect(counted(server)).toMatchObject({ outcomes, count: 6, failed: 6, inFlight: 0 });
  expect(server.host.metrics.of('demo').drains).toMatchObject({ callsCut: 3 });
});

test('nothing is counted twice or lost while the plugin is reloaded again and again under load', async () => {
  await using server = await startServer({ plugins });
  const statuses: number[] = [];
  const over = new AbortController();
  const ask = async (path: string): Promise<void> => {
    while (!over.signal.aborted) statuses.push(...(await send(server, 1, base + path)));
  };
  const load = Promise.all(['/ok', '/later', '/items/3', '/hooked', '/none', '/boom', '/nowhere', '/ok'].map(ask));
  for (let round = 0; round < 10; round += 1) {
    const code = round % 5 === 4 ? 'throw new Error("broken");' : demo;
    await server.folder.write('demo', { 'index.js': onLoad(`/* ${round} */ ${code}`) });
    await server.host.reload('demo').catch(() => undefined);
  }
  over.abort();
  await load;
  const times = (status: number): number => statuses.filter((one) => one === status).length;
  await expect.poll(() => counted(server)).toMatchObject({ inFlight: 0 });
  const { requests, operations, calls } = server.host.metrics.of('demo');
  const { refused, outcomes } = requests;
  expect(calls.request.count + refused['no-route']).toBe(statuses.length);
  expect(outcomes).toEqual({
    ...nothing,
    '2xx': times(200),
    '4xx': times(404) - refused['no-route'],
    '5xx': times(500),
  });
  expect(refused['no-route']).toBeGreaterThan(0);
  expect(operations.reload).toEqual({ succeeded: 8, failed: 2 });
}, 60_000);

test('an upload that breaks off before the plugin has its turn is one that the server rejected', async () => {
  const begun: string[] = [];
  const before = (app: FastifyInstance): void => {
    app.addHook('onRequest', async (request) => void begun.push(request.url));
  };
  await using server = await startServer({ plugins, before });
  const headers = { 'content-type': 'application/json', 'content-length': 100 };
  const request = http.request(`${server.url}${base}/plain`, { method: 'POST', headers, agent: false });
  request.on('error', () => undefined);
  request.write('{"a":');
  await expect.poll(() => begun.length).toBe(1);
  request.destroy();
  const refused = { ...noRefusals, rejected: 1 };
  await expect.poll(() => counted(server)).toEqual({ outcomes: nothing, refused, count: 0, failed: 0, inFlight: 0 });
});

test('Prometheus finds the figures at /metrics where the host wants it, for those who may', async () => {
  await using open = await startServer({ plugins, adapter: { metrics: true } });
  await send(open, 3, `${base}/ok`);
  const answer = await open.fetch('/metrics');
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await answer.text()).toContain('catalyst_plugin_requests_total{plugin="demo",outcome="2xx"} 3\n');

  const authorize = ({ headers }: FastifyRequest): boolean => headers.authorization === 'Bearer scraper';
  await using guarded = await startServer({ plugins, adapter: { metrics: { path: '/figures', authorize } } });
  expect((await guarded.fetch('/figures')).status).toBe(401);
  expect((await guarded.fetch('/figures', { headers: { authorization: 'Bearer scraper' } })).status).toBe(200);
  expect((await guarded.fetch('/metrics')).status).toBe(404);
});

test('a path for the metrics that cannot be one is refused', async () => {
  await expect(startServer({ adapter: { metrics: { path: 'metrics' } } })).rejects.toMatchObject({
    code: 'OPTIONS_INVALID',
  });
});

test('administrators read what is counted, and what a plugin did over time', async () => {
  await using server = await startServer({ plugins });
  await send(server, 3, `${base}/ok`);
  expect((await server.fetch('/api/plugins/metrics')).status).toBe(401);
  const all = (await (await server.admin('/api/plugins/metrics')).json()) as object;
  expect(metricsSchemas.snapshot.strict().parse(all)).toEqual(all);
  expect(all).toMatchObject({
    success: true,
    data: { plugins: [{ plugin: 'demo', calls: { request: { count: 3 } } }], host: { unknownPluginRequests: 0 } },
  });
  const since = new Date(Date.now() - 60_000).toISOString();
  const path = '/api/plugins/-/demo/metrics';
  const series = (await (await server.admin(`${path}?since=${since}&stepMs=10000`)).json()) as object;
  expect(metricsSchemas.series.strict().parse(series)).toEqual(series);
  expect(series).toMatchObject({ success: true, data: { plugin: 'demo', since, isComplete: true } });
  expect((await server.admin(`${path}?since=yesterday`)).status).toBe(400);
  expect((await server.admin(`${path}?stepMs=10`)).status).toBe(400);
  expect((await server.admin('/api/plugins/-/nobody/metrics')).status).toBe(404);
});
