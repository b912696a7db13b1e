import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const manifest = {
  name: 'demo',
  version: '1.0.0',
  backend: { entry: 'index.js' },
  config: { apiKey: { type: 'password' }, visible: 'x' },
};
const routes = `
const { Readable } = await import('node:stream');
const key = () => 'upstream refused ' + ctx.getConfig('apiKey');
const fail = () => { throw new Error(key()); };
const add = (url, handler, more) => ctx.registerRoute({ method: 'GET', url, handler, ...more });
add('/thrown', async () => fail());
add('/thrown-at-once', () => fail());
add('/text', async () => { throw key(); });
add('/cause', async () => { throw Object.assign(new Error('no', { cause: new Error(key()) }), { statusCode: 418, config: { key: key() } }); });
add('/hook', async () => 'x', { preHandler: async () => fail() });
add('/own-handler', async () => fail(), { errorHandler(error) { throw error; } });
add('/own-reply', async () => fail(), { errorHandler(error, request, reply) { reply.send(error); } });
add('/late', async () => 'sent', { onResponse: async () => fail() });
add('/stream-at-once', async () => new Readable({ read() { this.destroy(new Error(key())); } }));
add('/stream', async () => Readable.from((async function* () { yield 'begun'; await new Promise(setImmediate); fail(); })()));
add('/said', async (request) => { request.log.error({ key: key() }, key()); return 'said'; });
add('/fine', async () => 'fine');
`;
const plugins = { demo: { 'plugin.json': manifest, 'index.js': onLoad(routes) } };
const secret = 'planted "key"/1';

interface Logged extends TestServer {
  readonly lines: string[];
}

async function startLogged(adapter: Parameters<typeof startServer>[0] = {}): Promise<Logged> {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const server = await startServer({ plugins, server: { logger: { level: 'warn', stream } }, ...adapter });
  await server.host.config.update('demo', { apiKey: secret });
  return Object.assign(server, { lines });
}

test.each([
  ['/thrown', 500],
  ['/thrown-at-once', 500],
  ['/text', 500],
  ['/cause', 418],
  ['/hook', 500],
  ['/own-handler', 500],
  ['/own-reply', 500],
  ['/late', 200],
  ['/stream-at-once', 500],
  ['/stream', 200],
  ['/said', 200],
])('neither the answer of %s nor a line of the log has the secret in it', async (path, status) => {
  await using server = await startLogged();
  const response = await server.fetch(`/api/plugins/demo${path}`);
  expect(response.status).toBe(status);
  // a stream that fails on the way is cut
  const text = await response.text().catch(() => '');
  // errors below 500 are logged as information, which this log leaves out
  if (status !== 418) await expect.poll(() => server.lines).toHaveLength(1);
  const written = `${text}\n${server.lines.join('\n')}`;
  expect(written).not.toContain('planted');
  if (status !== 418) expect(written).toContain('upstream refused [secret]');
});

test("the host's own error handler gets an error of the same kind without the secret", async () => {
  const seen: unknown[] = [];
  await using server = await startLogged({
    before: (app) =>
      void app.setErrorHandler((error, _request, reply) => {
        seen.push(error);
        return reply.code(502).send({ told: (error as Error).message });
      }),
  });
  const response = await server.fetch('/api/plugins/demo/cause');
  expect([response.status, await response.json()]).toEqual([502, { told: 'no' }]);
  expect(seen).toMatchObject([
    { statusCode: 418, config: { key: 'upstream refused [secret]' }, cause: { message: 'upstream refused [secret]' } },
  ]);
  expect(seen[0]).toBeInstanceOf(Error);
});

test('an error that has no secret in it reaches the error handler as it was thrown, and is logged once', async () => {
  const seen: unknown[] = [];
  const entry = onLoad(`
    class Refused extends Error {}
    ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => { throw Object.assign(new Refused('plain'), { Refused }); } });
  `);
  const demo = { 'plugin.json': manifest, 'index.js': entry };
  await using server = await startLogged({
    plugins: { demo },
    before: (app) => void app.addHook('onError', async (_request, _reply, error) => void seen.push(error)),
  });
  expect(await (await server.fetch('/api/plugins/demo/x')).json()).toMatchObject({ message: 'plain', statusCode: 500 });
  const [error] = seen as [Error & { Refused: new () => Error }];
  expect(error).toBeInstanceOf(error.Refused);
  expect(server.lines).toHaveLength(1);
});

test('the reason that code could not be loaded has no secret in it', async () => {
  await using server = await startLogged();
  await server.folder.write('demo', { 'index.js': `throw new Error('cannot use ' + ${JSON.stringify(secret)});` });
  const response = await server.admin('/api/plugins/demo/reload', { method: 'POST' });
  const answer = await response.text();
  expect(answer).toContain('cannot use [secret]');
  const detail = await (await server.admin('/api/plugins/demo')).text();
  expect(JSON.parse(detail)).toMatchObject({ data: { lastFailure: { code: 'MODULE_FAILED' } } });
  const audit = await (await server.admin('/api/plugins/audit')).text();
  const log = inspect(server.logger.lines, { depth: Infinity, maxStringLength: null });
  expect(`${answer}${detail}${audit}${log}${server.lines.join()}`).not.toContain('planted');
});
