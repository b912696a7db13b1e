import { request as openRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const base = '/api/plugins/demo';
const files = (body: string): Record<string, string> => ({ 'index.js': onLoad(body) });
const postRoute = (name: string, options = ''): string => `
  ctx.registerRoute({ method: 'POST', url: '/x', ${options} handler: async ({ body }) => ({ name: '${name}', body }) });
`;

/** A host that sees every request begin, and may hold them before the plugin has its turn. */
function watchedHost(): {
  readonly begun: string[];
  readonly held: (() => void)[];
  readonly before: (app: FastifyInstance) => void;
} {
  const begun: string[] = [];
  const held: (() => void)[] = [];
  return {
    begun,
    held,
    before(app) {
      app.addHook('onRequest', async (request) => void begun.push(request.url));
      app.addHook('preHandler', async (request) => {
        if (request.headers['x-hold'] !== undefined) await new Promise<void>((resolve) => held.push(resolve));
      });
    },
  };
}

interface Upload {
  readonly request: ClientRequest;
  /** Sends the rest of the body. */
  end(): Promise<{ readonly status: number; readonly headers: IncomingMessage['headers']; readonly json: unknown }>;
}

/** Opens a request whose body has only begun to arrive. */
async function openUpload(server: TestServer, begun: readonly string[], path = `${base}/x`): Promise<Upload> {
  const text = '{"a":"1"}';
  const headers = { 'content-type': 'application/json', 'content-length': text.length };
  const seen = begun.length;
  const request = openRequest(`${server.url}${path}`, { method: 'POST', headers, agent: false });
  const response = new Promise<IncomingMessage>((resolve, reject) =>
    request.on('response', resolve).on('error', reject),
  );
  response.catch(() => undefined);
  request.write(text.slice(0, 3));
  await expect.poll(() => begun.length).toBe(seen + 1);
  return {
    request,
    async end() {
      request.end(text.slice(3));
      const answer = await response;
      let body = '';
      for await (const chunk of answer) body += String(chunk);
      return { status: answer.statusCode ?? 0, headers: answer.headers, json: JSON.parse(body) as unknown };
    },
  };
}

async function reloadWith(server: TestServer, body: string): Promise<void> {
  await server.folder.write('demo', files(body));
  await server.host.reload('demo');
}

test('a request whose body still arrives while the plugin reloads is answered by the new generation', async () => {
  const { begun, before } = watchedHost();
  await using server = await startServer({ plugins: { demo: files(postRoute('old')) }, before });
  const upload = await openUpload(server, begun);
  expect(server.host.inspect().activeCalls).toBe(0);
  await reloadWith(server, postRoute('new'));
  expect(await upload.end()).toMatchObject({ status: 200, json: { name: 'new', body: { a: '1' } } });
  await expect.poll(() => server.host.inspect().activeCalls).toBe(0);
});

test('the schema of the new generation checks a body that began to arrive before it', async () => {
  const { begun, before } = watchedHost();
  const checked = (type: string): string =>
    postRoute(type, `schema: { body: { type: 'object', properties: { a: { type: '${type}' } } } },`);
  await using server = await startServer({ plugins: { demo: files(checked('string')) }, before });
  const first = await openUpload(server, begun);
  await reloadWith(server, checked('integer'));
  expect(await first.end()).toMatchObject({ status: 200, json: { name: 'integer', body: { a: 1 } } });
  const second = await openUpload(server, begun);
  await reloadWith(server, checked('boolean'));
  expect(await second.end()).toMatchObject({ status: 400, json: { message: 'body/a must be boolean' } });
});

test('a body that arrives while another plugin reloads is still checked by its own', async () => {
  const { begun, before } = watchedHost();
  const route = postRoute('demo', `schema: { body: { type: 'object', properties: { a: { type: 'integer' } } } },`);
  await using server = await startServer({ plugins: { demo: files(route), other: files('') }, before });
  const upload = await openUpload(server, begun);
  await server.host.reload('other');
  expect(await upload.end()).toMatchObject({ status: 200, json: { name: 'demo', body: { a: 1 } } });
});

test('hooks, middleware and response schema that a reload adds count for requests that began before it', async () => {
  const { begun, before } = watchedHost();
  await using server = await startServer({ plugins: { demo: files(postRoute('old')) }, before });
  const upload = await openUpload(server, begun);
  await reloadWith(
    server,
    `
    const note = (name) => async (request) => { (request.seen ??= []).push(name); };
    ctx.registerMiddleware(note('middleware'));
    ctx.registerRoute({
      method: 'POST', url: '/x', onRequest: note('onRequest'), preValidation: note('preValidation'), preHandler: note('preHandler'),
      schema: { response: { 200: { type: 'object', properties: { seen: { type: 'array', items: { type: 'string' } } } } } },
      handler: async ({ seen }) => ({ seen, secret: true }),
    });
  `,
  );
  const answer = await upload.end();
  expect(answer).toMatchObject({
    status: 200,
    json: { seen: ['onRequest', 'preValidation', 'middleware', 'preHandler'] },
  });
  expect(answer.json).not.toHaveProperty('secret');
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  await expect.poll(() => server.host.inspect().activeCalls).toBe(0);
});

test('a hook added by a reload refuses requests that began before it, by reply, error and rejected handler', async () => {
  const { begun, before } = watchedHost();
  await using server = await startServer({ plugins: { demo: files(postRoute('old')) }, before });
  const answerOf = async (body: string): Promise<unknown> => {
    const upload = await openUpload(server, begun);
    await reloadWith(server, body);
    const { status, json } = await upload.end();
    await reloadWith(server, postRoute('old'));
    return { status, json };
  };
  const replies = `preHandler: async (request, reply) => reply.code(402).send({ paid: false }),`;
  expect(await answerOf(postRoute('new', replies))).toEqual({ status: 402, json: { paid: false } });
  const fails = `preValidation: async () => { throw Object.assign(new Error('no'), { statusCode: 418 }); },`;
  expect(await answerOf(postRoute('new', fails))).toMatchObject({ status: 418, json: { message: 'no' } });
  const own = `errorHandler: (error, request, reply) => reply.code(499).send({ own: error.message }), preHandler: async () => {},`;
  const route = `ctx.registerRoute({ method: 'POST', url: '/x', ${own} handler: () => { throw new Error('inside'); } });`;
  expect(await answerOf(route)).toEqual({ status: 499, json: { own: 'inside' } });
  const later = `preHandler: async () => {}, handler: (request, reply) => { setImmediate(() => reply.send({ later: true })); }`;
  expect(await answerOf(`ctx.registerRoute({ method: 'POST', url: '/x', ${later} });`)).toEqual({
    status: 200,
    json: { later: true },
  });
  await expect.poll(() => server.host.inspect().activeCalls).toBe(0);
});

test('a request that began before a reload added a hook on its reply is asked to try again', async () => {
  const { begun, before } = watchedHost();
  await using server = await startServer({ plugins: { demo: files(postRoute('old')) }, before });
  const upload = await openUpload(server, begun);
  await reloadWith(server, postRoute('new', 'onSend: async () => {},'));
  const answer = await upload.end();
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  expect(answer.json).toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
});

test('a request that waits in a hook of the host while the plugin reloads is answered by the new generation', async () => {
  const { begun, held, before } = watchedHost();
  const get = (name: string, options = ''): string => `
    ctx.registerRoute({ method: 'GET', url: '/x', ${options} handler: async () => ({ name: '${name}', more: 1 }) });
    ctx.registerRoute({ method: 'GET', url: '/p/:${name}', handler: async ({ params }) => params });
  `;
  const schema = `schema: { response: { '2xx': { type: 'object', properties: { name: { type: 'string' } } } } },`;
  await using server = await startServer({ plugins: { demo: files(get('old')) }, before });
  const hold = { headers: { 'x-hold': '1' } };
  const answers = Promise.all([server.fetch(`${base}/x`, hold), server.fetch(`${base}/p/7`, hold)]);
  await expect.poll(() => held.length).toBe(2);
  await reloadWith(server, get('new', schema));
  for (const go of held) go();
  const [fixed, parameter] = await answers;
  expect(begun.length).toBe(2);
  expect([fixed.headers.get('content-type'), await fixed.json()]).toEqual([
    'application/json; charset=utf-8',
    { name: 'new' },
  ]);
  expect(await parameter.json()).toEqual({ new: '7' });
});

test('what a new handler returns to an earlier request is sent as Fastify sends it', async () => {
  const { held, before } = watchedHost();
  const get = (handler: string): string => `ctx.registerRoute({ method: 'GET', url: '/x', handler: ${handler} });`;
  await using server = await startServer({ plugins: { demo: files(get(`async () => 'old'`)) }, before });
  const answerOf = async (handler: string): Promise<unknown> => {
    held.length = 0;
    const answer = server.fetch(`${base}/x`, { headers: { 'x-hold': '1' } });
    await expect.poll(() => held.length).toBe(1);
    await reloadWith(server, get(handler));
    held[0]?.();
    const response = await answer;
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  expect(await answerOf(`async () => 'text'`)).toEqual([200, 'text/plain; charset=utf-8', 'text']);
  expect(await answerOf(`() => ({ sync: 1 })`)).toEqual([200, 'application/json; charset=utf-8', '{"sync":1}']);
  expect(await answerOf(`async () => null`)).toEqual([200, 'application/json; charset=utf-8', 'null']);
  expect(await answerOf(`async (q, reply) => reply.type('application/x+json').send({ a: 1 })`)).toEqual([
    200,
    'application/x+json; charset=utf-8',
    '{"a":1}',
  ]);
  expect(await answerOf(`() => Promise.reject(Object.assign(new Error('no'), { statusCode: 418 }))`)).toEqual([
    418,
    'application/json; charset=utf-8',
    expect.stringContaining('"message":"no"'),
  ]);
});

test('a plugin that is disabled while a request arrives answers it with 503', async () => {
  const { begun, held, before } = watchedHost();
  const routes = `${postRoute('old')} ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 'x' });`;
  await using server = await startServer({ plugins: { demo: files(routes) }, before });
  const upload = await openUpload(server, begun);
  const waiting = server.fetch(`${base}/x`, { headers: { 'x-hold': '1' } });
  await expect.poll(() => held.length).toBe(1);
  await server.host.disable('demo');
  held[0]?.();
  expect((await waiting).status).toBe(503);
  expect(await upload.end()).toMatchObject({ status: 503, json: { code: 'PLUGIN_NOT_ACTIVE' } });
});

test('a plugin that was off and on again while a body arrived checks it all the same', async () => {
  const { begun, before } = watchedHost();
  const schema = `schema: { body: { type: 'object', properties: { a: { type: 'boolean' } } } },`;
  await using server = await startServer({ plugins: { demo: files(postRoute('demo', schema)) }, before });
  const upload = await openUpload(server, begun);
  await server.host.disable('demo');
  await server.host.enable('demo');
  expect((await upload.end()).status).toBe(400);
});

test('a client that goes away during its upload leaves nothing, and its handler never runs', async () => {
  const { begun, before } = watchedHost();
  const route = `
    globalThis.calls = 0;
    ctx.registerRoute({ method: 'POST', url: '/x', handler: async () => { globalThis.calls += 1; } });
  `;
  await using server = await startServer({ plugins: { demo: files(route) }, before });
  const upload = await openUpload(server, begun);
  upload.request.destroy();
  const connections = (): Promise<number> =>
    new Promise((resolve) => server.app.server.getConnections((_error, count) => resolve(count)));
  await expect.poll(connections).toBe(0);
  expect(server.host.inspect().activeCalls).toBe(0);
  expect((globalThis as unknown as { calls: number }).calls).toBe(0);
});

test('a handler that does not end is cut when draining has taken too long, and the next generation answers', async () => {
  const get = (handler: string): string => `ctx.registerRoute({ method: 'GET', url: '/x', handler: ${handler} });`;
  await using server = await startServer({
    plugins: { demo: files(get('() => new Promise(() => {})')) },
    host: { drainMs: 20 },
  });
  const never = server.fetch(`${base}/x`);
  await expect.poll(() => server.host.inspect().activeCalls).toBe(1);
  await reloadWith(server, get(`async () => 'new'`));
  expect((await never).status).toBe(503);
  expect(await (await server.fetch(`${base}/x`)).text()).toBe('new');
  await expect.poll(() => server.host.inspect().activeCalls).toBe(0);
});
