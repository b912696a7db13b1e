import { createPluginHost } from '@catalyst-plugins/core';
import { createMemoryLogger, createPluginsFolder } from '@catalyst-plugins/core/testing';
import Fastify, { type FastifyServerOptions } from 'fastify';
import { connect } from 'node:http2';
import { expect, test } from 'vitest';
import { catalystPlugins } from '../src/index.ts';
import { onLoad, startServer, token } from './start-server.ts';

const base = '/api/plugins/demo';
const echo = onLoad(`
  const handler = async ({ params, query, pluginRoute }) => ({ url: pluginRoute.url, params, query });
  for (const url of ['/', '/fixed', '/items/:id', '/files/*']) ctx.registerRoute({ method: 'GET', url, handler });
`);

test('urls with a query, encoded parts, or none of it lead to the same route', async () => {
  await using server = await startServer({ plugins: { demo: { 'index.js': echo } } });
  const get = async (path: string): Promise<unknown> => (await server.fetch(`${base}${path}`)).json();
  for (let time = 0; time < 2; time += 1) {
    expect(await get('/fixed?a=1&a=2')).toEqual({ url: '/fixed', params: {}, query: { a: ['1', '2'] } });
    expect(await get('/fixed')).toEqual({ url: '/fixed', params: {}, query: {} });
    expect(await get('/%66ixed')).toEqual({ url: '/fixed', params: {}, query: {} });
    expect(await get('/items/a%20b?x=%2F')).toEqual({ url: '/items/:id', params: { id: 'a b' }, query: { x: '/' } });
    expect(await get('/files/a/b')).toEqual({ url: '/files/*', params: { '*': 'a/b' }, query: {} });
    expect(await get('/?q')).toEqual({ url: '/', params: {}, query: { q: '' } });
  }
  const head = await server.fetch(`${base}/items/7`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('a value at the end of a url is read the same way, whatever came before it', async () => {
  await using server = await startServer({
    plugins: {
      demo: {
        'index.js': onLoad(`
          const handler = async ({ params, query, pluginRoute }) => [pluginRoute.url, Object.values(params), Object.keys(query)];
          for (const url of ['/items/:id', '/items', '/mixed/:id', '/mixed/latest', '/mixed/:id/more', '/:first/:second'])
            ctx.registerRoute({ method: 'GET', url, handler });
          ctx.registerRoute({ method: 'HEAD', url: '/items/:other', handler: (request, reply) => reply.header('x-own', '1').send() });
        `),
      },
    },
  });
  const get = async (path: string): Promise<unknown> => (await server.fetch(`${base}${path}`)).json();
  for (let time = 0; time < 2; time += 1) {
    expect(await get('/items/7')).toEqual(['/items/:id', ['7'], []]);
    expect(await get('/items/8?a=/demo/items/')).toEqual(['/items/:id', ['8'], ['a']]);
    expect(await get('/items/?a=/demo/items/')).toEqual(['/items/:id', [''], ['a']]);
    expect(await get('/items/a%2Fb')).toEqual(['/items/:id', ['a/b'], []]);
    expect(await get('/items/a;b')).toEqual(['/items/:id', ['a;b'], []]);
    expect(await get(`/items/${'x'.repeat(500)}`)).toEqual(['/items/:id', ['x'.repeat(500)], []]);
    expect((await server.fetch(`${base}/items/${'x'.repeat(2_000)}`)).status).toBe(404);
    expect((await server.fetch(`${base}/items/%zz`)).status).toBe(400);
    expect(await get('/mixed/7')).toEqual(['/mixed/:id', ['7'], []]);
    expect(await get('/mixed/latest')).toEqual(['/mixed/latest', [], []]);
    expect(await get('/mixed/7/more')).toEqual(['/mixed/:id/more', ['7'], []]);
    expect(await get('/other/7')).toEqual(['/:first/:second', ['other', '7'], []]);
    expect((await server.fetch(`${base}/items/7`, { method: 'HEAD' })).headers.get('x-own')).toBe('1');
  }
});

test('a url that the host rewrites leads to the plugin', async () => {
  const rewriteUrl: FastifyServerOptions['rewriteUrl'] = ({ url = '' }) => url.replace('/old', `${base}/items`);
  await using server = await startServer({ plugins: { demo: { 'index.js': echo } }, server: { rewriteUrl } });
  expect(await (await server.fetch('/old/7')).json()).toMatchObject({ url: '/items/:id', params: { id: '7' } });
});

test("hooks of the host see a plugin's route from the first on, and none for routes of the host and the admin API", async () => {
  const seen: unknown[] = [];
  await using server = await startServer({
    plugins: {
      demo: { 'index.js': echo.replace("'/fixed'", "'/fixed', '/:anything'") },
    },
    before(app) {
      app.addHook('onRequest', async ({ pluginRoute }) => void seen.push(pluginRoute?.url ?? null));
      app.addHook('preHandler', async ({ params }) => void seen.push(params));
      app.get('/own', async () => 'own');
    },
  });
  const seenAt = async (path: string, init?: RequestInit): Promise<unknown> => {
    seen.length = 0;
    await server.fetch(path, { headers: { authorization: `Bearer ${token}` }, ...init });
    return seen.slice(0, 2);
  };
  expect(await seenAt(`${base}/items/7`)).toEqual(['/items/:id', { id: '7' }]);
  expect(await seenAt('/own')).toEqual([null, {}]);
  expect(await seenAt(`${base}/nowhere/else/at/all`)).toEqual([null]);
  expect((await seenAt(base)) as unknown[]).toEqual([null, { name: 'demo' }]);
});

test("an error in a hook of the host is the host's to answer, also where the route has an error handler", async () => {
  await using server = await startServer({
    plugins: {
      demo: {
        'index.js': onLoad(`
          const errorHandler = (error, request, reply) => reply.code(200).send('handled');
          ctx.registerRoute({ method: 'GET', url: '/x', errorHandler, handler: async () => { throw new Error('mine'); } });
        `),
      },
    },
    before(app) {
      app.addHook('onRequest', async ({ headers }) => {
        if (headers['x-user'] === undefined) throw Object.assign(new Error('Who are you?'), { statusCode: 401 });
      });
    },
  });
  expect((await server.fetch(`${base}/x`)).status).toBe(401);
  expect(await (await server.fetch(`${base}/x`, { headers: { 'x-user': 'ana' } })).text()).toBe('handled');
});

test('two hosts serve their plugins in one application, each below its own prefix', async () => {
  await using one = await createPluginsFolder({ demo: { 'index.js': echo } });
  await using two = await createPluginsFolder({ demo: { 'index.js': echo }, more: { 'index.js': echo } });
  const app = Fastify();
  for (const [prefix, { directory }] of [
    ['/one', one],
    ['/one/two', two],
  ] as const) {
    app.register(async (scope) => {
      const host = createPluginHost({ pluginsDir: directory, logger: createMemoryLogger() });
      await scope.register(catalystPlugins, { host, prefix, admin: false, sockets: false });
    });
  }
  const get = async (url: string): Promise<unknown> => {
    const response = await app.inject(url);
    return response.statusCode === 200 ? response.json().url : response.statusCode;
  };
  expect(await get('/one/demo/fixed')).toBe('/fixed');
  expect(await get('/one/two/demo/items/1')).toBe('/items/:id');
  expect(await get('/one/two/more/items/1')).toBe('/items/:id');
  expect(await get('/one/more/items/1')).toBe(404);
  await app.close();
});

test('plugins are served below the prefix of the scope that they are registered in', async () => {
  await using folder = await createPluginsFolder({ demo: { 'index.js': echo } });
  const app = Fastify();
  const host = createPluginHost({ pluginsDir: folder.directory, logger: createMemoryLogger() });
  app.register(
    async (scope) => {
      await scope.register(catalystPlugins, { host, admin: false, sockets: false });
    },
    { prefix: '/v1' },
  );
  const url = `/v1${base}/items/7`;
  expect((await app.inject(url)).json()).toMatchObject({ url: '/items/:id', params: { id: '7' } });
  await app.close();
});

test('a server that takes no account of case finds the same routes', async () => {
  await using server = await startServer({
    plugins: { demo: { 'index.js': echo } },
    server: { routerOptions: { caseSensitive: false } },
  });
  expect(await (await server.fetch('/API/Plugins/demo/FIXED')).json()).toMatchObject({ url: '/fixed' });
});

test('HTTP/2 requests reach plugins too', async () => {
  await using folder = await createPluginsFolder({ demo: { 'index.js': echo } });
  const app = Fastify({ http2: true });
  const host = createPluginHost({ pluginsDir: folder.directory, logger: createMemoryLogger() });
  await app.register(catalystPlugins, { host, admin: false, sockets: false });
  const client = connect(await app.listen({ port: 0, host: '127.0.0.1' }));
  const stream = client.request({ ':path': `${base}/items/7?a=1` });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect(JSON.parse(text)).toEqual({ url: '/items/:id', params: { id: '7' }, query: { a: '1' } });
  await expect.poll(() => host.inspect().activeCalls).toBe(0);
  client.close();
  await app.close();
});
