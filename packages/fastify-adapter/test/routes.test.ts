import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const withPlugin = (body: string, options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> =>
  startServer({ plugins: { demo: { 'index.js': onLoad(body) } }, ...options });

const base = '/api/plugins/demo';

test('a url may be written with, without, or as a leading slash', async () => {
  await using server = await withPlugin(`
    for (const url of ['/with', 'without', '/']) ctx.registerRoute({ method: 'GET', url, handler: async () => ({ url }) });
  `);
  expect(await (await server.fetch(`${base}/with`)).json()).toEqual({ url: '/with' });
  expect(await (await server.fetch(`${base}/without`)).json()).toEqual({ url: 'without' });
  expect(await (await server.fetch(`${base}/`)).json()).toEqual({ url: '/' });
});

test('a static segment wins over a parameter, whatever was registered first', async () => {
  await using server = await withPlugin(`
    ctx.registerRoute({ method: 'GET', url: '/items/:id', handler: async (request) => ({ id: request.params.id }) });
    ctx.registerRoute({ method: 'GET', url: '/items/latest', handler: async () => ({ latest: true }) });
  `);
  expect(await (await server.fetch(`${base}/items/latest`)).json()).toEqual({ latest: true });
  expect(await (await server.fetch(`${base}/items/7?x=1`)).json()).toEqual({ id: '7' });
  expect(await (await server.fetch(`${base}/items/a%2Fb`)).json()).toEqual({ id: 'a/b' });
});

test('a wildcard answers what nothing else does', async () => {
  await using server = await withPlugin(`
    ctx.registerRoute({ method: 'GET', url: '/files/*', handler: async (request) => ({ rest: request.params['*'] }) });
  `);
  expect(await (await server.fetch(`${base}/files/a/b.txt`)).json()).toEqual({ rest: 'a/b.txt' });
});

test('HEAD is answered like GET, without the body', async () => {
  await using server = await withPlugin(
    `ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 'hello' });`,
  );
  const response = await server.fetch(`${base}/x`, { method: 'HEAD' });
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '5', '']);
});

test('another method than those of the route is 405 with the methods allowed, OPTIONS lists them', async () => {
  await using server = await withPlugin(`
    ctx.registerRoute({ method: ['GET', 'put'], url: '/x', handler: async () => 'x' });
  `);
  const refused = await server.fetch(`${base}/x`, { method: 'DELETE' });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, PUT, HEAD']);
  expect(await refused.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405, success: false });
  const options = await server.fetch(`${base}/x`, { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, PUT, HEAD']);
});

test('an unknown path of a plugin and an unknown plugin are 404, told apart', async () => {
  await using server = await withPlugin(`ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 'x' });`);
  const path = await server.fetch(`${base}/nowhere`);
  expect([path.status, (await path.json()).code]).toEqual([404, 'ROUTE_NOT_FOUND']);
  const plugin = await server.fetch('/api/plugins/nobody/x');
  expect([plugin.status, (await plugin.json()).code]).toEqual([404, 'PLUGIN_NOT_FOUND']);
  const names = ['constructor', '__proto__', 'toString', '..%2f'];
  for (const name of names) expect((await server.fetch(`/api/plugins/${name}/x`)).status, name).toBe(404);
});

test('a path that is not valid percent-encoding is 400', async () => {
  await using server = await withPlugin(`ctx.registerRoute({ method: 'GET', url: '/:id', handler: async () => 'x' });`);
  expect((await server.fetch(`${base}/%zz`)).status).toBe(400);
});

test('hooks run in Fastify order, in callback and promise style, and undefined ones are passed over', async () => {
  await using server = await withPlugin(`
    const seen = [];
    const note = (name) => async () => { seen.push(name); };
    ctx.registerRoute({
      method: 'POST', url: '/hooks',
      schema: { body: { type: 'object' } },
      onRequest: [note('onRequest 1'), undefined, (request, reply, done) => { seen.push('onRequest 2'); setImmediate(done); }],
      preParsing: (request, reply, payload, done) => { seen.push('preParsing'); done(null, payload); },
      preValidation: note('preValidation'),
      preHandler: [undefined, null, (request, reply, done) => { seen.push('preHandler'); done(); }],
      preSerialization: async (request, reply, payload) => ({ ...payload, more: seen.push('preSerialization') }),
      onSend: async (request, reply, payload) => { seen.push('onSend'); return payload.replace('"a"', '"A"'); },
      onResponse: async () => { seen.push('onResponse'); },
      handler: async (request) => { seen.push('handler'); return { a: request.body.a }; },
    });
    ctx.registerRoute({ method: 'GET', url: '/seen', handler: async () => seen });
  `);
  const response = await server.fetch(`${base}/hooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  expect(await response.json()).toEqual({ A: 1, more: 7 });
  const seen = [
    'onRequest 1',
    'onRequest 2',
    'preParsing',
    'preValidation',
    'preHandler',
    'handler',
    'preSerialization',
    'onSend',
    'onResponse',
  ];
  await expect.poll(async () => (await server.fetch(`${base}/seen`)).json()).toEqual(seen);
});

test('a hook that fails or replies keeps the handler from running', async () => {
  await using server = await withPlugin(`
    let calls = 0;
    const handler = async () => ({ calls: ++calls });
    ctx.registerRoute({ method: 'GET', url: '/throws', preHandler: async () => { throw Object.assign(new Error('no'), { statusCode: 418 }); }, handler });
    ctx.registerRoute({ method: 'GET', url: '/callback', preHandler: (q, r, done) => done(Object.assign(new Error('no'), { statusCode: 419 })), handler });
    ctx.registerRoute({ method: 'GET', url: '/replies', onRequest: async (request, reply) => reply.code(402).send({ paid: false }), handler });
    ctx.registerRoute({ method: 'GET', url: '/calls', handler: async () => ({ calls }) });
  `);
  expect((await server.fetch(`${base}/throws`)).status).toBe(418);
  expect((await server.fetch(`${base}/callback`)).status).toBe(419);
  const replied = await server.fetch(`${base}/replies`);
  expect([replied.status, await replied.json()]).toEqual([402, { paid: false }]);
  expect(await (await server.fetch(`${base}/calls`)).json()).toEqual({ calls: 0 });
});

test('a handler may return, reply by hand, reply later, or send a stream', async () => {
  await using server = await withPlugin(`
    const { Readable } = await import('node:stream');
    ctx.registerRoute({ method: 'GET', url: '/sync', handler: () => ({ sync: true }) });
    ctx.registerRoute({ method: 'GET', url: '/hand', handler: (request, reply) => { reply.code(201).send({ hand: true }); } });
    ctx.registerRoute({ method: 'GET', url: '/later', handler: (request, reply) => { setImmediate(() => reply.send({ later: true })); } });
    ctx.registerRoute({ method: 'GET', url: '/await', handler: async (request, reply) => { reply.header('x-a', '1'); await reply.send('text'); } });
    ctx.registerRoute({ method: 'GET', url: '/stream', handler: async (request, reply) => reply.type('text/plain').send(Readable.from(['a', 'b', 'c'])) });
    ctx.registerRoute({ method: 'GET', url: '/raw', handler: async (request, reply) => { reply.hijack(); reply.raw.end('raw'); } });
  `);
  expect(await (await server.fetch(`${base}/sync`)).json()).toEqual({ sync: true });
  const hand = await server.fetch(`${base}/hand`);
  expect([hand.status, await hand.json()]).toEqual([201, { hand: true }]);
  expect(await (await server.fetch(`${base}/later`)).json()).toEqual({ later: true });
  expect(await (await server.fetch(`${base}/await`)).text()).toBe('text');
  expect(await (await server.fetch(`${base}/stream`)).text()).toBe('abc');
  expect(await (await server.fetch(`${base}/raw`)).text()).toBe('raw');
  await expect.poll(() => server.host.inspect().activeCalls).toBe(0);
});

test('a request that does not fit the schema is 400 in the words of Fastify, and values are coerced as Fastify does', async () => {
  await using server = await withPlugin(`
    ctx.registerRoute({
      method: 'POST', url: '/orders/:id',
      schema: {
        params: { type: 'object', properties: { id: { type: 'integer' } } },
        querystring: { type: 'object', properties: { page: { type: 'integer', default: 1 } } },
        headers: { type: 'object', properties: { 'X-Token': { type: 'string' } } },
        body: { type: 'object', required: ['count'], properties: { count: { type: 'integer', minimum: 1 } } },
        response: { 200: { type: 'object', properties: { id: { type: 'integer' }, page: { type: 'integer' }, count: { type: 'integer' } } } },
      },
      handler: async ({ params, query, body }) => ({ id: params.id, page: query.page, count: body.count, secret: 'left out by the response schema' }),
    });
  `);
  const post = (path: string, body: unknown): Promise<Response> =>
    server.fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect(await (await post('/orders/7', { count: '3' })).json()).toEqual({ id: 7, page: 1, count: 3 });
  const refused = await post('/orders/7', { count: 0 });
  expect([refused.status, await refused.json()]).toEqual([
    400,
    { statusCode: 400, code: 'FST_ERR_VALIDATION', error: 'Bad Request', message: 'body/count must be >= 1' },
  ]);
  expect((await post('/orders/x', { count: 1 })).status).toBe(400);
  expect((await post('/orders/7', {})).status).toBe(400);
});

test('a zod schema checks and transforms the request and the response', async () => {
  const { createRequire } = await import('node:module');
  const zodPath = createRequire(import.meta.url).resolve('zod');
  await using server = await withPlugin(`
    const { z } = await import(${JSON.stringify(`file://${zodPath}`)});
    ctx.registerRoute({
      method: 'POST', url: '/z',
      schema: { body: z.object({ at: z.string().transform((text) => text.length) }), response: { 200: z.object({ length: z.number() }) } },
      handler: async ({ body }) => ({ length: body.at, more: 1 }),
    });
  `);
  const post = (body: unknown): Promise<Response> =>
    server.fetch(`${base}/z`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect(await (await post({ at: 'four' })).json()).toEqual({ length: 4 });
  const refused = await post({ at: 5 });
  expect([refused.status, (await refused.json()).message]).toEqual([400, expect.stringContaining('/at')]);
});

test('a schema that does not compile fails the load and never a request', async () => {
  await using server = await withPlugin(`
    ctx.registerRoute({ method: 'GET', url: '/x', schema: { querystring: { type: 'nonsense' } }, handler: async () => 'x' });
  `);
  expect(server.host.get('demo')).toMatchObject({ state: 'failed', reason: { code: 'ROUTE_INVALID' } });
});

test('a reload may give a schema id another meaning, and a schema that is none leaves the old one serving', async () => {
  const pluginWith = (bound: string): string =>
    onLoad(`
      const querystring = { $id: 'page', type: 'object', properties: { page: { type: 'integer', ${bound} } } };
      ctx.registerRoute({ method: 'GET', url: '/x', schema: { querystring }, handler: async () => 'x' });
    `);
  await using server = await startServer({ plugins: { demo: { 'index.js': pluginWith('maximum: 5') } } });
  const statuses = (): Promise<number[]> =>
    Promise.all([3, 7].map(async (page) => (await server.fetch(`${base}/x?page=${page}`)).status));
  expect(await statuses()).toEqual([200, 400]);
  await server.folder.write('demo', { 'index.js': pluginWith('minimum: 5') });
  await server.host.reload('demo');
  expect(await statuses()).toEqual([400, 200]);
  await server.folder.write('demo', { 'index.js': pluginWith(`minimum: 'five'`) });
  await expect(server.host.reload('demo')).rejects.toMatchObject({ code: 'ROUTE_INVALID' });
  expect(await statuses()).toEqual([400, 200]);
});

test('a route may allow a larger or a smaller body than the server', async () => {
  await using server = await withPlugin(
    `
    const handler = async (request) => ({ length: request.body.text.length });
    ctx.registerRoute({ method: 'POST', url: '/default', handler });
    ctx.registerRoute({ method: 'POST', url: '/small', bodyLimit: 50, handler });
    ctx.registerRoute({ method: 'POST', url: '/large', bodyLimit: 3000, handler });
  `,
    { server: { bodyLimit: 1000 } },
  );
  const post = async (path: string, length: number, chunked = false): Promise<number> => {
    const text = JSON.stringify({ text: 'x'.repeat(length) });
    const body = chunked ? new Blob([text]).stream() : text;
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' };
    return (await server.fetch(`${base}${path}`, init)).status;
  };
  expect([await post('/default', 900), await post('/default', 1100)]).toEqual([200, 413]);
  expect([await post('/small', 20), await post('/small', 60)]).toEqual([200, 413]);
  expect([await post('/large', 2900), await post('/large', 3100)]).toEqual([200, 413]);
  expect([await post('/large', 2900, true), await post('/large', 3100, true)]).toEqual([200, 413]);
});

test("the host's decorators, hooks, user and error handler are there for plugin routes", async () => {
  const responses: string[] = [];
  await using server = await withPlugin(
    `
    ctx.registerRoute({ method: 'GET', url: '/me', async handler(request, reply) {
      reply.header('x-from', this.greeting);
      return { user: request.user, ip: typeof request.ip, double: this.double(21), viaRequest: request.server.double(2) };
    } });
    ctx.registerRoute({ method: 'GET', url: '/fails', handler: async () => { throw new Error('inside'); } });
    ctx.registerRoute({ method: 'GET', url: '/own', errorHandler: (error, request, reply) => reply.code(499).send({ own: error.message }), handler: async () => { throw new Error('mine'); } });
  `,
    {
      before(app) {
        app.decorate('double', (value: number) => value * 2);
        app.decorate('greeting', 'host');
        app.decorateRequest('user', null);
        app.addHook('onRequest', async (request) => {
          (request as { user?: unknown }).user = { name: request.headers['x-user'] ?? 'nobody' };
        });
        app.addHook('onSend', async (_request, reply) => void reply.header('x-host', 'sent'));
        app.addHook('onResponse', async (request) => void responses.push(request.url));
      },
      after(app) {
        app.setErrorHandler((error, _request, reply) =>
          reply.code(500).send({ handledByHost: (error as Error).message }),
        );
      },
    },
  );
  const response = await server.fetch(`${base}/me`, { headers: { 'x-user': 'ana' } });
  expect(await response.json()).toEqual({ user: { name: 'ana' }, ip: 'string', double: 42, viaRequest: 4 });
  expect([response.headers.get('x-from'), response.headers.get('x-host')]).toEqual(['host', 'sent']);
  const failed = await server.fetch(`${base}/fails`);
  expect([failed.status, await failed.json()]).toEqual([500, { handledByHost: 'inside' }]);
  const own = await server.fetch(`${base}/own`);
  expect([own.status, await own.json()]).toEqual([499, { own: 'mine' }]);
  await expect.poll(() => responses).toContain(`${base}/me`);
});

test('inject() reaches plugin routes without a socket', async () => {
  await using server = await withPlugin(
    `ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => ({ x: 1 }) });`,
  );
  const response = await server.app.inject(`${base}/x`);
  expect([response.statusCode, response.json()]).toEqual([200, { x: 1 }]);
  await expect.poll(() => server.host.inspect().activeCalls).toBe(0);
});

test('middleware runs before every route, with and without next, as callback and as promise', async () => {
  await using server = await withPlugin(`
    ctx.registerMiddleware((request, reply, next) => { request.seen = ['callback']; setImmediate(next); });
    ctx.registerMiddleware(async (request) => { request.seen.push('promise'); });
    ctx.registerMiddleware((request) => { request.seen.push('plain'); });
    ctx.registerMiddleware(async (request, reply, next) => { request.seen.push('async with next'); next(); });
    ctx.registerMiddleware(async (request, reply, next) => { request.seen.push('async without next'); });
    ctx.registerRoute({ method: 'GET', url: '/x', handler: async (request) => request.seen });
  `);
  expect(await (await server.fetch(`${base}/x`)).json()).toEqual([
    'callback',
    'promise',
    'plain',
    'async with next',
    'async without next',
  ]);
});

test('middleware that replies or fails keeps the route from being called', async () => {
  await using server = await withPlugin(`
    ctx.registerMiddleware(async (request, reply) => {
      if (request.headers['x-stop']) return reply.code(403).send({ stopped: true });
      if (request.headers['x-fail']) throw Object.assign(new Error('failed'), { statusCode: 409 });
    });
    ctx.registerMiddleware((request, reply, next) => next(request.headers['x-next'] ? Object.assign(new Error('next'), { statusCode: 410 }) : undefined));
    ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => ({ reached: true }) });
  `);
  expect((await server.fetch(`${base}/x`, { headers: { 'x-stop': '1' } })).status).toBe(403);
  expect((await server.fetch(`${base}/x`, { headers: { 'x-fail': '1' } })).status).toBe(409);
  expect((await server.fetch(`${base}/x`, { headers: { 'x-next': '1' } })).status).toBe(410);
  expect(await (await server.fetch(`${base}/x`)).json()).toEqual({ reached: true });
});

test('middleware registered in onEnable runs before routes of onLoad, once however often the plugin is enabled', async () => {
  await using server = await startServer({
    plugins: {
      demo: {
        'index.js': `export default {
          onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/count', handler: async (request) => ({ count: request.count ?? 0 }) }); },
          onEnable(ctx) { ctx.registerMiddleware(async (request) => { request.count = (request.count ?? 0) + 1; }); },
        };`,
      },
    },
  });
  const count = async (): Promise<unknown> => (await server.fetch(`${base}/count`)).json();
  expect(await count()).toEqual({ count: 1 });
  await server.host.disable('demo');
  await server.host.enable('demo');
  expect(await count()).toEqual({ count: 1 });
});

test('a route registered twice, an unknown method, a missing handler and a path of the admin API are refused with a reason', async () => {
  const entry = (options: string): Record<string, string> => ({ 'index.js': onLoad(`ctx.registerRoute(${options});`) });
  await using server = await startServer({
    plugins: {
      twice: {
        'index.js': onLoad(
          `for (const id of ['a', 'b']) ctx.registerRoute({ method: 'GET', url: '/x/:' + id, handler: async () => 1 });`,
        ),
      },
      method: entry(`{ method: 'FETCH', url: '/x', handler: async () => 1 }`),
      handler: entry(`{ method: 'GET', url: '/x' }`),
      reserved: entry(`{ method: 'POST', url: '/reload', handler: async () => 1 }`),
      socket: entry(`{ method: 'GET', url: '/x', websocket: true, handler: () => {} }`),
      pattern: entry(`{ method: 'GET', url: '/:id(^(a+)+$)', handler: async () => 1 }`),
    },
  });
  const reasons = Object.fromEntries(server.host.status().map(({ name, reason }) => [name, reason?.code]));
  expect(reasons).toEqual({
    twice: 'ROUTE_DUPLICATE',
    method: 'ROUTE_INVALID',
    handler: 'ROUTE_INVALID',
    reserved: 'ROUTE_RESERVED',
    socket: 'ROUTE_INVALID',
    pattern: 'ROUTE_INVALID',
  });
});

test('routes with constraints answer to their host and version only', async () => {
  await using server = await withPlugin(`
    ctx.registerRoute({ method: 'GET', url: '/v', constraints: { version: '1.2.0' }, handler: async () => ({ version: 1 }) });
    ctx.registerRoute({ method: 'GET', url: '/v', constraints: { version: '2.0.0' }, handler: async () => ({ version: 2 }) });
    ctx.registerRoute({ method: 'GET', url: '/v', handler: async () => ({ version: 0 }) });
  `);
  const get = async (version?: string): Promise<unknown> =>
    (await server.fetch(`${base}/v`, version === undefined ? {} : { headers: { 'accept-version': version } })).json();
  expect([await get('1.x'), await get('2.x'), await get()]).toEqual([{ version: 1 }, { version: 2 }, { version: 0 }]);
});

test('a request whose client goes away keeps its generation until the handler has settled', async () => {
  await using server = await withPlugin(`
    globalThis.release ??= {};
    ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => new Promise((resolve) => { globalThis.release.slow = resolve; }) });
  `);
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET ${base}/slow HTTP/1.1\r\nhost: x\r\n\r\n`);
  await expect.poll(() => server.host.inspect().activeCalls).toBe(1);
  const closed = new Promise<void>((resolve) => server.app.server.getConnections(() => resolve()));
  socket.destroy();
  await closed;
  const connections = (): Promise<number> =>
    new Promise((resolve) => server.app.server.getConnections((_error, count) => resolve(count)));
  await expect.poll(connections).toBe(0);
  expect(server.host.inspect().activeCalls).toBe(1);
  (globalThis as unknown as { release: { slow: (value: string) => void } }).release.slow('done');
  await expect.poll(() => server.host.inspect().activeCalls).toBe(0);
});

test('a route may ask for a permission of the host: 401 without a user, 403 without the right', async () => {
  await using server = await withPlugin(
    `
    ctx.registerRoute({ method: 'GET', url: '/secret', preHandler: ctx.requirePermission('tickets.read', 'admin'), handler: async (request) => ({
      id: ctx.getUserId(request), admin: ctx.hasPermission(request, 'admin'),
    }) });
  `,
    {
      before(app) {
        app.decorateRequest('user', null);
        app.addHook('onRequest', async (request) => {
          const { 'x-user': id, 'x-permissions': permissions = '' } = request.headers;
          if (id !== undefined) Object.assign(request, { user: { id, permissions: String(permissions).split(' ') } });
        });
      },
    },
  );
  const get = (headers: Record<string, string>): Promise<Response> => server.fetch(`${base}/secret`, { headers });
  expect((await get({})).status).toBe(401);
  expect((await get({ 'x-user': 'ana', 'x-permissions': 'other' })).status).toBe(403);
  expect(await (await get({ 'x-user': 'ana', 'x-permissions': 'tickets.read' })).json()).toEqual({
    id: 'ana',
    admin: false,
  });
  expect(await (await get({ 'x-user': 'root', 'x-permissions': '*' })).json()).toEqual({ id: 'root', admin: true });
});

test('a request that is not answered within its limit is 504, and the plugin goes on', async () => {
  await using server = await startServer({
    plugins: {
      demo: {
        'plugin.json': {
          name: 'demo',
          version: '1.0.0',
          backend: { entry: 'index.js' },
          limits: { requestTimeoutMs: 50 },
        },
        'index.js': onLoad(`
          ctx.registerRoute({ method: 'GET', url: '/never', handler: () => new Promise(() => {}) });
          ctx.registerRoute({ method: 'GET', url: '/forgets', handler: () => {} });
          ctx.registerRoute({ method: 'GET', url: '/begun', handler: (request, reply) => { reply.hijack(); reply.raw.write('a'); setTimeout(() => reply.raw.end('b'), 200); } });
          ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 'x' });
        `),
      },
    },
  });
  const never = await server.fetch(`${base}/never`);
  expect([never.status, await never.json()]).toMatchObject([
    504,
    { code: 'CALL_TIMEOUT', hint: expect.stringContaining('requestTimeoutMs') },
  ]);
  expect((await server.fetch(`${base}/forgets`)).status).toBe(504);
  expect(await (await server.fetch(`${base}/begun`)).text()).toBe('ab');
  expect(await (await server.fetch(`${base}/x`)).text()).toBe('x');
});

test('a plugin that answers as many requests as it may refuses more with 503, and takes them again afterwards', async () => {
  await using server = await startServer({
    plugins: {
      demo: {
        'plugin.json': {
          name: 'demo',
          version: '1.0.0',
          backend: { entry: 'index.js' },
          limits: { maxConcurrentRequests: 2 },
        },
        'index.js': onLoad(`
          globalThis.ends = [];
          ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => new Promise((resolve) => globalThis.ends.push(() => resolve('done'))) });
        `),
      },
    },
  });
  const { ends } = globalThis as unknown as { ends: (() => void)[] };
  const running = [server.fetch(`${base}/slow`), server.fetch(`${base}/slow`)];
  await expect.poll(() => ends.length).toBe(2);
  const refused = await server.fetch(`${base}/slow`);
  expect([refused.status, refused.headers.get('retry-after'), (await refused.json()).code]).toEqual([
    503,
    '1',
    'PLUGIN_OVERLOADED',
  ]);
  for (const end of ends) end();
  for (const response of running) expect(await (await response).text()).toBe('done');
  await expect.poll(() => server.host.inspect().activeCalls).toBe(0);
  const next = server.fetch(`${base}/slow`);
  await expect.poll(() => ends.length).toBe(3);
  ends[2]?.();
  expect((await next).status).toBe(200);
});

test("the host's authentication sees what each route says of its users, and can refuse", async () => {
  await using server = await withPlugin(
    `
    const handler = async (request) => ({ user: request.user ?? null });
    ctx.registerRoute({ method: 'GET', url: '/required', config: { auth: 'required' }, handler });
    ctx.registerRoute({ method: 'GET', url: '/optional', config: { auth: 'optional' }, handler });
    ctx.registerRoute({ method: 'GET', url: '/public', config: { auth: 'public' }, handler });
    ctx.registerRoute({ method: 'GET', url: '/unsaid', handler });
  `,
    {
      before: (app) => void app.decorateRequest('user', null),
      adapter: {
        authenticate: async (request, reply, mode = 'required') => {
          const { 'x-user': id } = request.headers;
          if (id !== undefined) Object.assign(request, { user: { id } });
          else if (mode === 'required') return reply.code(401).send({ mode });
        },
      },
    },
  );
  const status = async (path: string, headers = {}): Promise<number> =>
    (await server.fetch(`${base}${path}`, { headers })).status;
  expect([
    await status('/required'),
    await status('/optional'),
    await status('/public'),
    await status('/unsaid'),
  ]).toEqual([401, 200, 200, 401]);
  const known = await server.fetch(`${base}/required`, { headers: { 'x-user': 'ana' } });
  expect(await known.json()).toEqual({ user: { id: 'ana' } });
});

test('every onResponse hook of a route runs, and can read how long the answer took', async () => {
  await using server = await withPlugin(`
    const seen = [];
    ctx.registerRoute({
      method: 'GET', url: '/x',
      onResponse: [async () => { seen.push(1); }, (request, reply, done) => { seen.push(reply.elapsedTime > 0); done(); }, async () => { seen.push(3); }],
      handler: async () => 'x',
    });
    ctx.registerRoute({ method: 'GET', url: '/seen', handler: async () => seen });
  `);
  await server.fetch(`${base}/x`);
  await expect.poll(async () => (await server.fetch(`${base}/seen`)).json()).toEqual([1, true, 3]);
});

test('a validator that throws behind a preValidation hook is 500, and the request ends', async () => {
  await using server = await withPlugin(
    `ctx.registerRoute({ method: 'GET', url: '/x', schema: { querystring: { type: 'object' } }, preValidation: async () => {}, handler: async () => 'x' });`,
    {
      before(app) {
        app.setValidatorCompiler(() => () => {
          throw new Error('in the validator');
        });
      },
    },
  );
  expect((await server.fetch(`${base}/x`)).status).toBe(500);
});

test('a static url leads to the new route after a reload, and nowhere after a disable', async () => {
  const version = (text: string): Record<string, string> => ({
    'index.js': onLoad(
      `ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => ${JSON.stringify(text)} });`,
    ),
  });
  await using server = await startServer({ plugins: { demo: version('one') } });
  const ask = async (): Promise<string> => (await server.fetch(`${base}/x`)).text();
  expect([await ask(), await ask()]).toEqual(['one', 'one']);
  await server.folder.write('demo', version('two'));
  await server.host.reload('demo');
  expect([await ask(), await ask()]).toEqual(['two', 'two']);
  await server.host.disable('demo');
  expect((await server.fetch(`${base}/x`)).status).toBe(503);
});
