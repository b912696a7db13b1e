import { createMemoryLogger, type MemoryLogger } from '@catalyst-plugins/core/testing';
import { expect, test } from 'vitest';
import { onLoad, startServer } from './start-server.ts';

const entry = onLoad(`
  ctx.registerRoute({ method: 'GET', url: '/say', handler(request) {
    request.log.warn({ word: 'here' }, 'said by the request');
    request.log.child({ part: 'x' }).info('a child of the request');
    request.log.debug('too low');
    ctx.logger.info('said by the context');
    return 'said';
  } });
  ctx.registerRoute({ method: 'GET', url: '/fail', async handler() { throw new RangeError('no row ' + Math.random()); } });
  ctx.registerRoute({ method: 'GET', url: '/hooked', onRequest: (request, reply, done) => { request.log.info('in a hook'); done(); }, handler: () => 'ok' });
  ctx.registerRoute({ method: 'GET', url: '/secret', handler(request) { request.log.error(new Error('with ' + ctx.getConfig('key'))); return request.log.bindings(); } });
`);
const manifest = { name: 'demo', version: '1.0.0', backend: { entry: 'index.js' } };
const plugins = { demo: { 'plugin.json': manifest, 'index.js': entry } };
const logs = '/api/plugins/-/demo/logs';

interface Line {
  readonly seq: number;
  readonly level: string;
  readonly message: string;
  readonly generation: number | null;
  readonly details: Record<string, unknown>;
}

interface Answer {
  readonly data: readonly Line[];
  readonly hasMore: boolean;
  readonly dropped: number;
}

/** A server whose own log is on, as it is by default. */
function logging(written: string[] = []): object {
  return { logger: { stream: { write: (line: string) => void written.push(line) } } };
}

/** A log of the host that is at `info`, as it is by default. */
function atInfo(): MemoryLogger {
  return Object.assign(createMemoryLogger(), { level: 'info' });
}

test.each([
  ['with a log of its own', logging()],
  ['without a log', {}],
])('what routes log by request.log is kept beside the rest, on a server %s', async (_name, server) => {
  await using started = await startServer({ plugins, server, host: { logger: atInfo() } });
  for (const path of ['say', 'hooked']) expect((await started.fetch(`/api/plugins/demo/${path}`)).status).toBe(200);
  const answer = (await (await started.admin(logs)).json()) as Answer;
  expect(answer).toMatchObject({ success: true, hasMore: false, dropped: 0 });
  expect(answer.data.map(({ level, message, generation }) => [level, message, generation])).toEqual([
    ['warn', 'said by the request', 1],
    ['info', 'a child of the request', 1],
    ['info', 'said by the context', 1],
    ['info', 'in a hook', 1],
  ]);
  expect(answer.data[0]?.details).toEqual({ word: 'here' });
  expect(answer.data[1]?.details).toEqual({ part: 'x' });
});

test('errors of routes are grouped, and the log of the server has them as ever', async () => {
  const written: string[] = [];
  await using server = await startServer({ plugins, server: logging(written) });
  for (let at = 0; at < 3; at += 1) expect((await server.fetch('/api/plugins/demo/fail')).status).toBe(500);
  const { data } = (await (await server.admin('/api/plugins/-/demo/errors')).json()) as {
    data: { type: string; count: number; where: string; example: { stack: string } }[];
  };
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({ type: 'RangeError', count: 3 });
  expect(data[0]?.where).toMatch(/^index\.js:\d+:\d+$/);
  const errors = written
    .map((line) => JSON.parse(line) as { level: number; msg: string })
    .filter(({ level }) => level === 50);
  expect(errors.map(({ msg }) => msg)).toEqual([1, 2, 3].map(() => expect.stringMatching(/^no row 0\./) as string));
});

test('secrets of the plugin are in no line that its requests log', async () => {
  const config = { key: { type: 'password', default: 'planted-key' } };
  const written: string[] = [];
  await using server = await startServer({
    plugins: { demo: { 'plugin.json': { ...manifest, config }, 'index.js': entry } },
    server: logging(written),
  });
  expect(await (await server.fetch('/api/plugins/demo/secret')).json()).toMatchObject({
    reqId: expect.any(String) as string,
  });
  const kept = await (await server.admin(logs)).text();
  expect(kept).toContain('with [secret]');
  expect(kept + written.join('')).not.toContain('planted');
});

test('lines are filtered, paged, and downloaded one JSON text a line', async () => {
  await using server = await startServer({ plugins });
  for (let at = 0; at < 3; at += 1) await server.fetch('/api/plugins/demo/say');
  const read = async (query: string): Promise<Answer> =>
    (await (await server.admin(`${logs}?${query}`)).json()) as Answer;
  expect((await read('level=warn')).data.map(({ message }) => message)).toEqual(Array(3).fill('said by the request'));
  expect((await read('text=CONTEXT&limit=2')).data).toHaveLength(2);
  const [last = { seq: 0 }] = (await read('limit=1')).data;
  expect((await read(`before=${last.seq}&limit=1`)).data[0]?.seq).toBe(last.seq - 1);
  expect((await read(`after=${last.seq}`)).data).toEqual([]);
  for (const request of [
    server.admin(`${logs}?format=ndjson&level=warn`),
    server.admin(`${logs}?level=warn`, { headers: { accept: 'application/x-ndjson' } }),
  ]) {
    const response = await request;
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="demo-log.ndjson"');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Line).message)).toEqual(Array(3).fill('said by the request'));
  }
  for (const wrong of ['level=loud', 'limit=0', 'limit=x', 'before=-1', 'format=xml', `text=${'x'.repeat(501)}`])
    expect((await server.admin(`${logs}?${wrong}`)).status).toBe(400);
  expect((await server.admin('/api/plugins/-/nobody/logs')).status).toBe(404);
  expect((await server.fetch(logs)).status).toBe(401);
});

test('the level of a plugin is set for a time over HTTP', async () => {
  await using server = await startServer({ plugins, host: { logger: atInfo() } });
  const level = '/api/plugins/-/demo/log-level';
  const put = (json: unknown): Promise<Response> => server.admin(level, { method: 'PUT', json });
  expect(await (await server.admin(level)).json()).toEqual({
    success: true,
    data: { level: 'info', standard: 'info', until: null },
  });
  const set = (await (await put({ level: 'debug', forMs: 60_000 })).json()) as {
    data: { level: string; until: string };
  };
  expect(set.data.level).toBe('debug');
  expect(Date.parse(set.data.until) - Date.now()).toBeLessThanOrEqual(60_000);
  await server.fetch('/api/plugins/demo/say');
  expect(await (await server.admin(`${logs}?text=too%20low`)).json()).toMatchObject({ data: [{ level: 'debug' }] });
  expect(await (await put({ level: null })).json()).toMatchObject({ data: { level: 'info', until: null } });
  for (const wrong of [{}, { level: 'loud' }, { level: 'debug', forMs: 0 }, { level: 'debug', forMs: 86_400_001 }])
    expect((await put(wrong)).status).toBe(400);
  const changes = async (): Promise<unknown> =>
    (await (await server.admin('/api/plugins/audit?type=plugin:log-level')).json()).data;
  await expect.poll(changes).toMatchObject([{ actor: 'ana' }, { actor: 'ana' }]);
});

test('diagnostics are downloaded as a file, of all plugins or of one, by those who may read', async () => {
  await using server = await startServer({ plugins });
  await server.fetch('/api/plugins/demo/say');
  for (const [path, about] of [
    ['/api/plugins/diagnostics', 'plugins'],
    ['/api/plugins/-/demo/diagnostics', 'demo'],
  ] as const) {
    const response = await server.admin(path);
    expect(response.headers.get('content-disposition')).toMatch(
      new RegExp(`^attachment; filename="${about}-diagnostics-\\d{4}-[\\dT-]+\\.json"$`),
    );
    const { data } = (await response.json()) as { data: { plugins: { detail: object; logs: Line[] }[] } };
    expect(data.plugins).toHaveLength(1);
    expect(data.plugins[0]?.detail).toMatchObject({ name: 'demo', state: 'active' });
    expect(data.plugins[0]?.logs.map(({ message }) => message)).toContain('said by the request');
    expect((await server.fetch(path)).status).toBe(401);
  }
  expect((await server.admin('/api/plugins/-/nobody/diagnostics')).status).toBe(404);
});
