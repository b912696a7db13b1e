import { createMemoryStores, type AuditRecord } from '@catalyst-plugins/core';
import { request, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { onLoad, startServer, token, type TestServer } from './start-server.ts';

const demo = {
  'plugin.json': { name: 'demo', version: '1.0.0', backend: { entry: 'index.js' }, permissions: ['server.read'] },
  'index.js': onLoad("ctx.registerRoute({ method: 'GET', url: '/x', handler: () => 'x' });"),
};

async function audit(server: TestServer, query = ''): Promise<AuditRecord[]> {
  const answer = (await (await server.admin(`/api/plugins/audit?${query}`)).json()) as { data: AuditRecord[] };
  return answer.data;
}

test('an administrator says why, and the entry has that, who it was and which request', async () => {
  await using server = await startServer({ plugins: { demo } });
  const post = (path: string, json: object, method = 'POST'): Promise<Response> =>
    server.admin(`/api/plugins${path}`, { method, json: { ...json, reason: ' spring cleaning ' } });
  await post('/demo/enable', { enabled: false });
  await post('/demo/enable', { enabled: true });
  await post('/demo/reload', {});
  await post('/-/demo/grants', { revoke: ['server.read'] }, 'PUT');
  await post('/demo/config', { config: { a: 1 } }, 'PUT');
  await post('/rescan', {});
  expect((await post('/nobody/enable', { enabled: true })).status).toBe(404);
  expect((await post('/operations/nothing/force', {})).status).toBe(404);
  const entries = (await audit(server, 'actor=ana')).toReversed();
  expect(entries.map(({ type, result }) => [type, result])).toEqual([
    ['plugin:disabled', 'ok'],
    ['plugin:enabled', 'ok'],
    ['plugin:reloaded', 'ok'],
    ['plugin:revoked', 'ok'],
    ['plugin:config-changed', 'ok'],
    ['plugin:reloaded', 'ok'],
    ['host:rescanned', 'ok'],
    ['plugin:enable-failed', 'failed'],
    ['plugin:drain-force-failed', 'failed'],
  ]);
  for (const { result, reason, data } of entries) {
    expect(result === 'ok' ? reason : data['commandReason']).toBe('spring cleaning');
    expect(data['request']).toEqual({ id: expect.any(String), ip: '127.0.0.1' });
  }
});

test('commands on tasks and levels say why too, and diagnostics who had them with which request', async () => {
  const task = onLoad("ctx.scheduleTask('0 0 1 1 *', () => {}, { name: 'sweep' });");
  await using server = await startServer({ plugins: { demo: { ...demo, 'index.js': task } } });
  const json = { reason: 'spring cleaning' };
  for (const what of ['run', 'pause', 'resume'])
    await server.admin(`/api/plugins/-/demo/tasks/sweep/${what}`, { method: 'POST', json });
  await server.admin('/api/plugins/-/demo/log-level', { method: 'PUT', json: { level: 'debug', ...json } });
  await server.admin('/api/plugins/-/demo/diagnostics');
  const entries = (await audit(server, 'actor=ana')).toReversed();
  expect(entries.map(({ type, reason }) => [type, reason])).toEqual([
    ['plugin:task-run', 'spring cleaning'],
    ['plugin:task-paused', 'spring cleaning'],
    ['plugin:task-resumed', 'spring cleaning'],
    ['plugin:log-level', 'spring cleaning'],
    ['plugin:diagnostics', null],
  ]);
  for (const { data } of entries) expect(data['request']).toEqual({ id: expect.any(String), ip: '127.0.0.1' });
});

test('filters and pages find what they say, and nothing is found where they make no sense', async () => {
  await using server = await startServer({ plugins: { demo } });
  // what belongs to different plugins is in order only once it is written
  await audit(server);
  await server.admin('/api/plugins/demo/reload', { method: 'POST', json: {} });
  const types = async (query: string): Promise<string[]> => (await audit(server, query)).map(({ type }) => type);
  expect(await types('type=plugin:reloaded&type=host:*')).toEqual(['plugin:reloaded', 'host:started']);
  expect(await types(`until=${encodeURIComponent('2020-01-01T00:00:00Z')}`)).toEqual([]);
  expect(await types(`since=${encodeURIComponent('2020-01-01T00:00:00+02:00')}&plugin=(host)`)).toEqual([
    'host:started',
  ]);
  expect(await types('text=RELOADED')).toEqual(['plugin:reloaded']);
  const [first] = await audit(server, 'limit=1');
  expect(await types(`before=${first?.id}`)).not.toContain('plugin:reloaded');
  for (const query of ['result=maybe', 'since=yesterday', 'limit=0', 'before=x', 'text='])
    expect([query, (await server.admin(`/api/plugins/audit?${query}`)).status]).toEqual([query, 400]);
});

test('requests that are not let in are written down once, then counted, and choose nothing of what is written', async () => {
  await using server = await startServer({ plugins: { demo } });
  for (let index = 0; index < 50; index += 1)
    await server.fetch(`/api/plugins/-/nobody-${index}-x'y/config`, { headers: { authorization: 'Bearer wrong' } });
  expect((await server.fetch('/api/plugins/demo/reload', { method: 'POST' })).status).toBe(401);
  const before = await audit(server, 'result=denied');
  expect(before.map(({ plugin, reason, data }) => [plugin, data['code'], data['path'], reason])).toEqual([
    ['demo', 'UNAUTHENTICATED', '/api/plugins/:name/reload', expect.any(String)],
    ['(host)', 'FORBIDDEN', '/api/plugins/-/:name/config', expect.any(String)],
  ]);
  expect(before[0]).toMatchObject({
    type: 'host:request-denied',
    actor: 'unknown',
    data: { method: 'POST', permission: 'plugins.write', request: { ip: '127.0.0.1' } },
  });
});

test('requests to the operations API that are not let in are entries of the plugin that they name, if there is one', async () => {
  await using server = await startServer({ plugins: { demo } });
  // of one address and code the log has one a minute
  const refused = async (plugin: string, headers: Record<string, string>): Promise<number> =>
    (await server.fetch(`/plugins/reload?plugin=${plugin}`, { method: 'POST', headers })).status;
  expect(await refused('demo', { authorization: 'Bearer wrong' })).toBe(403);
  expect(await refused('nobody', {})).toBe(401);
  const denied = await audit(server, 'result=denied');
  expect(denied.map(({ plugin }) => plugin).toSorted()).toEqual(['(host)', 'demo']);
  expect(denied.map(({ data }) => data['path'])).toEqual(['/plugins/reload', '/plugins/reload']);
});

test('the log is a CSV file that spreadsheets do not calculate, and programs can read', async () => {
  const stores = createMemoryStores();
  const at = new Date('2026-01-02T03:04:05.678Z');
  const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', 'a "quoted", one\nof two lines', 'plain'];
  await stores.audit.append(
    evil.map((actor) => ({ plugin: 'demo', type: 'plugin:error', actor, reason: actor, data: { actor }, at })),
  );
  await using server = await startServer({ host: { stores, audit: { keepDays: false } } });
  const answer = await server.admin('/api/plugins/audit/export?format=csv&plugin=demo');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
  const [head, ...rows] = parseCsv(await answer.text());
  expect(head).toEqual(['id', 'at', 'plugin', 'type', 'result', 'actor', 'reason', 'data']);
  expect(rows.map(([, time, plugin, type, result]) => [time, plugin, type, result])).toEqual(
    evil.map(() => [at.toISOString(), 'demo', 'plugin:error', 'ok']),
  );
  const cells = rows.map(([, , , , , actor, reason]) => [actor, reason]).toReversed();
  expect(cells).toEqual(evil.map((text) => (/^[=+\-@\t\r]/.test(text) ? [`'${text}`, `'${text}`] : [text, text])));
  expect(rows.map((row) => JSON.parse(row[7] ?? '')).toReversed()).toEqual(evil.map((actor) => ({ actor })));
});

test('a hundred thousand entries are a file of lines of JSON, read page by page', async () => {
  const { server, pages } = await withEntries(100_000);
  await using _server = server;
  const answer = await server.admin('/api/plugins/audit/export?format=ndjson&plugin=demo');
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  let count = 0;
  let last = '';
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    const lines = (last + Buffer.from(chunk).toString('latin1')).split('\n');
    last = lines.pop() ?? '';
    count += lines.length;
  }
  expect([count, last]).toEqual([100_000, '']);
  expect(pages()).toBe(101);
});

test('a reader who leaves ends the reading, and one who does not read holds it up', async () => {
  const { server, pages } = await withEntries(100_000);
  await using _server = server;
  const headers = { authorization: `Bearer ${token}` };
  const reader = request(`${server.url}/api/plugins/audit/export?format=ndjson`, { headers });
  const answer = await new Promise<IncomingMessage>((resolve) => {
    reader.on('response', resolve).end();
  });
  answer.pause();
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = pages() === before;
        before = pages();
        return isStill;
      },
      { interval: 300 },
    )
    .toBe(true);
  expect(pages()).toBeLessThan(80);
  reader.destroy();
  await expect.poll(() => server.app.server.listening).toBe(true);
  const left = pages();
  expect(await audit(server, 'limit=1')).toHaveLength(1);
  expect(pages()).toBeLessThanOrEqual(left + 3);
});

/** A server whose log has many entries that are made up when they are read, and how many pages were. */
async function withEntries(count: number): Promise<{ server: TestServer; pages: () => number }> {
  const stores = createMemoryStores();
  let pages = 0;
  const query: typeof stores.audit.query = async ({ before, limit = 100 }) => {
    pages += 1;
    const first = before === undefined ? count : Number(before) - 1;
    return Array.from({ length: Math.min(limit, first) }, (_, index) => ({
      id: String(first - index),
      plugin: 'demo',
      type: 'plugin:error',
      actor: 'system',
      result: 'failed' as const,
      reason: 'x'.repeat(200),
      data: {},
      at: new Date(0),
    }));
  };
  const log = Object.assign(Object.create(stores.audit) as typeof stores.audit, { query });
  const server = await startServer({ host: { stores: { ...stores, audit: log } } });
  return { server, pages: () => pages };
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    const row = rows.at(-1) ?? [];
    if (rows.length === 0) rows.push(row);
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
