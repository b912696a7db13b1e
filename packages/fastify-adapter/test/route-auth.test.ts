import type { PluginHostOptions } from '@catalyst-plugins/core';
import { manifestOf } from '@catalyst-plugins/core/testing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import type { CatalystPluginsOptions } from '../src/index.ts';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const base = '/api/plugins/demo';

const routes = onLoad(`
  const handler = async (request) => ({ user: ctx.getUserId(request) ?? null });
  const seen = [];
  const onRequest = async (request) => { seen.push(request.url); };
  for (const auth of ['required', 'optional', 'public']) {
    ctx.registerRoute({ method: 'GET', url: '/' + auth, config: { auth }, handler });
    ctx.registerRoute({ method: 'POST', url: '/' + auth + '/checked', config: { auth }, onRequest, handler,
      schema: { body: { type: 'object', required: ['name'] } }, errorHandler: (error, request, reply) => reply.code(418).send('mine') });
  }
  ctx.registerRoute({ method: 'GET', url: '/unsaid', handler });
  ctx.registerRoute({ method: ['DELETE', 'OPTIONS'], url: '/items/:id', config: { auth: 'required' }, handler: async (request) => request.params.id });
  ctx.registerRoute({ method: 'GET', url: '/seen', handler: () => seen });
`);

interface Setting {
  readonly adapter?: Partial<CatalystPluginsOptions>;
  readonly host?: Partial<PluginHostOptions>;
  readonly before?: (app: FastifyInstance) => void;
  readonly code?: string;
}

function withRoutes({ code = routes, ...setting }: Setting = {}): Promise<TestServer> {
  return startServer({
    plugins: { demo: { 'plugin.json': manifestOf('demo'), 'index.js': code } },
    before: (app) => void app.decorateRequest('user', null),
    ...setting,
  });
}

/** Knows users by a token, and throws as authentication plugins do. */
function byToken(request: FastifyRequest): void {
  const [, id] = /^Bearer (ana|ben)$/.exec(request.headers.authorization ?? '') ?? [];
  if (id === undefined) throw Object.assign(new Error('bad credentials'), { statusCode: 401 });
  Object.assign(request, { user: { id } });
}

const as = (id: string): RequestInit => ({ headers: { authorization: `Bearer ${id}` } });

async function statuses({ fetch }: TestServer, init?: RequestInit): Promise<number[]> {
  const answers = await Promise.all(
    ['/required', '/optional', '/public', '/unsaid'].map((path) => fetch(`${base}${path}`, init)),
  );
  return answers.map(({ status }) => status);
}

describe('a server that authenticates', () => {
  const setting = { adapter: { authenticate: byToken } };

  test('asks for a user where a route requires one or does not say, takes one where it is optional, and else does not ask', async () => {
    await using server = await withRoutes(setting);
    expect(await statuses(server)).toEqual([401, 200, 200, 401]);
    expect(await statuses(server, as('ana'))).toEqual([200, 200, 200, 200]);
    expect(await statuses(server, as('nobody'))).toEqual([401, 401, 200, 401]);
    const users = await Promise.all(
      ['/required', '/optional', '/public'].map(async (path) =>
        (await server.fetch(`${base}${path}`, as('ana'))).json(),
      ),
    );
    expect(users).toEqual([{ user: 'ana' }, { user: 'ana' }, { user: null }]);
    expect(await (await server.fetch(`${base}/optional`)).json()).toEqual({ user: null });
  });

  test.each([
    ['public' as const, [401, 200, 200, 200]],
    ['optional' as const, [401, 200, 200, 200]],
    ['required' as const, [401, 200, 200, 401]],
  ])('may say that routes which do not say are %s', async (defaultAuth, expected) => {
    await using server = await withRoutes({ adapter: { authenticate: byToken, defaultAuth } });
    expect(await statuses(server)).toEqual(expected);
  });

  test('decides before any code of the plugin runs and before a body is read', async () => {
    await using server = await withRoutes(setting);
    const body = '{ not JSON';
    const post = (auth: string, init: RequestInit = {}): Promise<Response> =>
      server.fetch(`${base}/${auth}/checked`, {
        ...init,
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...(init.headers as object) },
      });
    const refused = await post('required');
    expect([refused.status, await refused.json()]).toEqual([
      401,
      expect.objectContaining({ message: 'bad credentials' }),
    ]);
    const seen = (): Promise<unknown> => server.fetch(`${base}/seen`, as('ana')).then((answer) => answer.json());
    expect(await seen()).toEqual([]);
    expect((await post('required', as('ana'))).status).toBe(418);
    expect((await post('optional')).status).toBe(418);
    expect(await seen()).toEqual([`${base}/required/checked`, `${base}/optional/checked`]);
  });

  test('asks for every method that a route answers, HEAD and OPTIONS too; paths and methods that there are not need no user', async () => {
    await using server = await withRoutes(setting);
    const ask = async (method: string, path: string, init?: RequestInit): Promise<number> =>
      (await server.fetch(`${base}${path}`, { ...init, method })).status;
    expect([await ask('HEAD', '/required'), await ask('HEAD', '/required', as('ana'))]).toEqual([401, 200]);
    expect([await ask('OPTIONS', '/items/1'), await ask('OPTIONS', '/items/1', as('ben'))]).toEqual([401, 200]);
    expect([await ask('DELETE', '/items/1'), await ask('DELETE', '/items/1', as('ben'))]).toEqual([401, 200]);
    expect([await ask('OPTIONS', '/required'), await ask('PUT', '/required'), await ask('GET', '/nowhere')]).toEqual([
      204, 405, 404,
    ]);
  });

  test('may answer itself, and is told which routes could do without a user', async () => {
    const modes: unknown[] = [];
    await using server = await withRoutes({
      adapter: {
        authenticate: async (request, reply, mode) => {
          modes.push(mode);
          if (mode === 'required') await reply.code(302).header('location', '/sign-in').send();
        },
      },
    });
    const answer = await server.fetch(`${base}/required`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/sign-in']);
    expect((await server.fetch(`${base}/optional`)).status).toBe(200);
    expect((await server.fetch(`${base}/public`)).status).toBe(200);
    expect(modes).toEqual(['required', 'optional']);
  });

  test('that lets a request pass without a user answers it as a problem where one is required', async () => {
    await using server = await withRoutes({ adapter: { authenticate: () => undefined } });
    const answer = await server.fetch(`${base}/required`);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('www-authenticate')]).toEqual([
      401,
      'application/problem+json; charset=utf-8',
      'Bearer',
    ]);
    expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, success: false });
  });

  test('names its own way in', async () => {
    await using server = await withRoutes({
      adapter: { authenticate: (_request, reply) => void reply.header('www-authenticate', 'Basic realm="desk"') },
    });
    expect((await server.fetch(`${base}/required`)).headers.get('www-authenticate')).toBe('Basic realm="desk"');
  });

  test('passes on whatever else goes wrong, also where a user is optional', async () => {
    await using server = await withRoutes({
      adapter: {
        authenticate: () => Promise.reject(Object.assign(new Error('the directory is down'), { statusCode: 503 })),
      },
    });
    expect(await statuses(server)).toEqual([503, 503, 200, 503]);
  });

  test('is asked again when the plugin was reloaded meanwhile, so that the new release decides who may', async () => {
    const held: (() => void)[] = [];
    const code = (auth: string): string =>
      onLoad(
        `ctx.registerRoute({ method: 'GET', url: '/door', config: { auth: '${auth}' }, handler: () => '${auth}' });`,
      );
    await using server = await withRoutes({
      code: code('optional'),
      adapter: { authenticate: () => new Promise<void>((resolve) => void held.push(resolve)) },
    });
    const answer = server.fetch(`${base}/door`);
    await expect.poll(() => held.length).toBe(1);
    expect(server.host.summary('demo')?.activeRequests).toBe(0);
    await server.folder.write('demo', { 'index.js': code('required') });
    await server.host.reload('demo');
    held[0]?.();
    await expect.poll(() => held.length).toBe(2);
    held[1]?.();
    expect((await answer).status).toBe(401);
  });
});

test('a route that turned out to require a user while a request was on its way lets nobody in unseen', async () => {
  const held: (() => void)[] = [];
  const code = (auth: string): string =>
    onLoad(
      `ctx.registerRoute({ method: 'GET', url: '/door', config: { auth: '${auth}' }, handler: () => '${auth}' });`,
    );
  await using server = await withRoutes({
    code: code('public'),
    before: (app) => void app.addHook('onRequest', () => new Promise<void>((resolve) => void held.push(resolve))),
  });
  const answer = server.fetch(`${base}/door`);
  await expect.poll(() => held.length).toBe(1);
  await server.folder.write('demo', { 'index.js': code('required') });
  await server.host.reload('demo');
  held[0]?.();
  const refused = await answer;
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
});

describe('a server that does not authenticate', () => {
  test('answers all routes but those that require a user', async () => {
    await using server = await withRoutes();
    expect(await statuses(server)).toEqual([401, 200, 200, 200]);
  });

  test('takes the user that its own hooks have set, wherever the host looks for users', async () => {
    await using server = await withRoutes({
      host: { users: { userId: (request) => request.headers['x-user'] as string | undefined, permissions: () => [] } },
    });
    const answer = await server.fetch(`${base}/required`, { headers: { 'x-user': 'ana' } });
    expect([answer.status, await answer.json()]).toEqual([200, { user: 'ana' }]);
    expect((await server.fetch(`${base}/required`)).status).toBe(401);
  });

  test.each([null, '', 0, Promise.resolve('ana')])('takes %o of its users option for nobody', async (id) => {
    await using server = await withRoutes({ host: { users: { userId: () => id as never, permissions: () => ['*'] } } });
    expect(await statuses(server)).toEqual([401, 200, 200, 200]);
    expect(await (await server.fetch(`${base}/optional`)).json()).toEqual({ user: null });
  });

  test('shows its own hooks what the route of the plugin says', async () => {
    const seen: (string | undefined)[] = [];
    await using server = await withRoutes({
      before: (app) => void app.addHook('onRequest', async ({ pluginRoute }) => void seen.push(pluginRoute?.auth)),
    });
    await statuses(server);
    expect(new Set(seen)).toEqual(new Set(['optional', 'public', 'required']));
  });
});

test.each(['always', '', 1, true, {}])(
  'config.auth %j fails the load and names the words that there are',
  async (auth) => {
    await using server = await withRoutes({
      code: onLoad(
        `ctx.registerRoute({ method: 'GET', url: '/x', config: { auth: ${JSON.stringify(auth)} }, handler: () => 1 });`,
      ),
    });
    expect(server.host.summary('demo')?.reason).toMatchObject({
      code: 'ROUTE_INVALID',
      message: expect.stringMatching(/GET \/x .*"required", "optional" or "public"/),
    });
  },
);

test.each([{ authenticate: 'yes' }, { defaultAuth: 'none' }])('the options %j are refused', async (adapter) => {
  await expect(withRoutes({ adapter: adapter as never })).rejects.toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID' }),
  );
});

test('ctx.requirePermission lets wildcards pass, and without a permission every user', async () => {
  await using server = await withRoutes({
    code: onLoad(`
      const answers = (url, preHandler) => ctx.registerRoute({ method: 'GET', url, preHandler, handler: () => 'ok' });
      answers('/any', ctx.requirePermission());
      answers('/read', ctx.requirePermission('tickets.read'));
      answers('/close', ctx.requirePermission(['tickets.admin', 'tickets.comments.close']));
    `),
    before(app) {
      app.decorateRequest('user', null);
      app.addHook('onRequest', async (request) => {
        const { 'x-permissions': permissions } = request.headers;
        if (typeof permissions === 'string')
          Object.assign(request, { user: { id: 7, permissions: permissions.split(' ') } });
      });
    },
  });
  const ask = (path: string, permissions?: string): Promise<Response> =>
    server.fetch(`${base}${path}`, permissions === undefined ? {} : { headers: { 'x-permissions': permissions } });
  const statusesOf = (permissions?: string): Promise<number[]> =>
    Promise.all(['/any', '/read', '/close'].map(async (path) => (await ask(path, permissions)).status));
  expect(await statusesOf()).toEqual([401, 401, 401]);
  expect(await statusesOf('none')).toEqual([200, 403, 403]);
  expect(await statusesOf('tickets.read')).toEqual([200, 200, 403]);
  expect(await statusesOf('tickets.*')).toEqual([200, 200, 200]);
  expect(await statusesOf('tickets.comments.*')).toEqual([200, 403, 200]);
  expect(await statusesOf('ticket.* tickets* tickets')).toEqual([200, 403, 403]);
  expect(await statusesOf('*')).toEqual([200, 200, 200]);
  const refused = await ask('/read', 'none');
  expect([refused.headers.get('content-type'), refused.headers.get('www-authenticate')]).toEqual([
    'application/problem+json; charset=utf-8',
    null,
  ]);
  expect(await refused.json()).toMatchObject({ code: 'FORBIDDEN', detail: 'This needs the permission tickets.read.' });
  const unknown = await ask('/any');
  expect([unknown.headers.get('www-authenticate'), (await unknown.json()).code]).toEqual(['Bearer', 'UNAUTHENTICATED']);
});
