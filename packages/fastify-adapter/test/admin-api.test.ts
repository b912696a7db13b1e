import { adminSegments, createPluginHost } from '@catalyst-plugins/core';
import { createPluginsFolder } from '@catalyst-plugins/core/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { auditSchemas } from '../src/admin/audit-schemas.ts';
import { adminSchemas } from '../src/admin/admin-schemas.ts';
import { catalystPlugins } from '../src/index.ts';
import { onLoad, startServer } from './start-server.ts';

const plugins = {
  demo: { 'index.js': onLoad(`ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 'x' });`) },
};
const base = '/api/plugins/demo';
const apart = '/api/plugins/-/demo';

test('the server refuses to start when nobody protects the admin API', async () => {
  await using folder = await createPluginsFolder();
  const app = Fastify();
  const register = async (): Promise<void> => {
    await app.register(catalystPlugins, { host: createPluginHost({ pluginsDir: folder.directory }) } as never);
  };
  await expect(register()).rejects.toMatchObject({
    code: 'ADMIN_UNPROTECTED',
    hint: expect.stringContaining('authorize'),
  });
});

test('an unprotected admin API works outside production, and in production on loopback addresses only', async () => {
  await using open = await startServer({ plugins, adapter: { admin: { unprotected: true } } });
  expect((await open.fetch('/api/plugins')).status).toBe(200);
  await using production = await startServer({ plugins, adapter: { admin: { unprotected: true }, production: true } });
  expect((await production.fetch('/api/plugins')).status).toBe(200);
  const proxied = await production.fetch('/api/plugins', { headers: { 'x-forwarded-for': '203.0.113.7' } });
  expect([proxied.status, (await proxied.json()).code]).toEqual([500, 'ADMIN_UNPROTECTED']);
  const fromOutside = await production.app.inject({ url: '/api/plugins', remoteAddress: '10.0.0.1' });
  expect([fromOutside.statusCode, fromOutside.json().code]).toEqual([500, 'ADMIN_UNPROTECTED']);
});

test('an administrator learns what they may do, without a refusal in the audit log', async () => {
  const rights: Record<string, readonly string[]> = { ana: ['plugins.read'], ben: ['plugins.read', 'plugins.write'] };
  await using server = await startServer({
    plugins,
    adapter: {
      admin: {
        authorize: ({ headers: { authorization: id = '' } }, permission) => {
          if (id === 'broken') throw new Error('The directory of users is away.');
          return rights[id]?.includes(permission) ? { id } : 'forbidden';
        },
      },
    },
  });
  const ask = async (authorization: string) => server.fetch('/api/plugins/-/me', { headers: { authorization } });
  expect((await (await ask('ana')).json()).data).toEqual({ id: 'ana', permissions: ['plugins.read'] });
  expect((await (await ask('ben')).json()).data.permissions).toEqual(['plugins.read', 'plugins.write']);
  expect((await ask('broken')).status).toBe(500);
  expect(await server.host.audit({ type: 'plugin:permission-denied' })).toEqual([]);
  expect((await ask('nobody')).status).toBe(403);
});

test('without credentials it is 401, with wrong ones 403, and nothing is changed', async () => {
  await using server = await startServer({ plugins });
  const body = JSON.stringify({ enabled: false });
  const attempts: [string, string][] = [
    ['GET', '/api/plugins'],
    ['GET', '/api/plugins/demo'],
    ['GET', '/api/plugins/audit'],
    ['GET', '/api/plugins/audit/export'],
    ['GET', '/api/plugins/events'],
    ['GET', '/api/plugins/operations'],
    ['GET', '/api/plugins/operations/some'],
    ['POST', '/api/plugins/operations/some/force'],
    ['GET', '/api/plugins/openapi.json'],
    ['GET', '/api/plugins/-/me'],
    ['POST', '/api/plugins/rescan'],
    ['POST', `${base}/enable`],
    ['POST', `${base}/reload`],
    ['POST', `${apart}/rollback`],
    ['POST', `${apart}/data/clear`],
    ['GET', `${apart}/config`],
    ['PUT', `${base}/config`],
    ['GET', `${apart}/config/revisions`],
    ['POST', `${apart}/config/test`],
    ['POST', `${apart}/config/restore`],
    ['GET', '/api/plugins/graph'],
    ['GET', `${apart}/grants`],
    ['PUT', `${apart}/grants`],
    ['GET', '/api/plugins/health'],
    ['GET', `${apart}/health`],
    ['POST', `${apart}/health`],
  ];
  for (const [method, path] of attempts) {
    const init = { method, ...(method === 'GET' ? {} : { body, headers: { 'content-type': 'application/json' } }) };
    const anonymous = await server.fetch(path, init);
    expect([method, path, anonymous.status, (await anonymous.json()).code]).toEqual([
      method,
      path,
      401,
      'UNAUTHENTICATED',
    ]);
    const wrong = await server.fetch(path, { ...init, headers: { ...init.headers, authorization: 'Bearer wrong' } });
    expect([method, path, wrong.status, (await wrong.json()).code]).toEqual([method, path, 403, 'FORBIDDEN']);
  }
  expect(server.host.get('demo')).toMatchObject({ state: 'active', enabled: true, generation: 1 });
});

test('an authorisation that returns nothing useful lets nobody in', async () => {
  for (const result of [undefined, null, false, true, {}, { id: '' }, 'yes']) {
    await using server = await startServer({ plugins, adapter: { admin: { authorize: () => result as never } } });
    expect((await server.fetch('/api/plugins')).status, JSON.stringify(result)).toBe(401);
  }
  await using throws = await startServer({
    plugins,
    adapter: {
      admin: {
        authorize: () => {
          throw new Error('the directory server is down');
        },
      },
    },
  });
  expect((await throws.fetch('/api/plugins')).status).toBe(500);
});

test('the list and the detail have the documented shape', async () => {
  await using server = await startServer({ plugins: { ...plugins, broken: { 'plugin.json': '{ "name": ' } } });
  const list = await (await server.admin('/api/plugins')).json();
  expect(adminSchemas.list.parse(list)).toEqual(list);
  expect(list.data.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
    ['broken', 'failed'],
    ['demo', 'active'],
  ]);
  const detail = await (await server.admin(base)).json();
  expect(adminSchemas.detail.parse(detail)).toEqual(detail);
  expect(detail.data.registrations).toContainEqual({ label: 'GET /x', phase: 'loaded', live: true });
  const audit = await (await server.admin('/api/plugins/audit')).json();
  expect(auditSchemas.records.parse(audit)).toEqual(audit);
});

test('bad requests are told what is wrong, by JSON pointer, and change nothing', async () => {
  await using server = await startServer({ plugins });
  const post = (path: string, body: string, contentType = 'application/json'): Promise<Response> =>
    server.admin(path, { method: 'POST', body, headers: { 'content-type': contentType } });
  const wrongType = await post(`${base}/enable`, '{"enabled":"yes"}');
  expect(wrongType.status).toBe(400);
  const problem = await wrongType.json();
  expect(adminSchemas.problem.parse(problem)).toEqual(problem);
  expect(problem).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ pointer: '/enabled' }], error: problem.detail });
  expect((await post(`${base}/enable`, '{"enabled":')).status).toBe(400);
  expect((await post(`${base}/enable`, '{"enabled":false,"__proto__":{"a":1}}')).status).toBe(400);
  expect((await post(`${base}/enable`, '')).status).toBe(400);
  expect((await post(`${base}/enable`, 'enabled=false', 'application/x-www-form-urlencoded')).status).toBe(415);
  expect((await post(`${base}/enable`, '{"enabled":false}', 'text/plain')).status).toBe(415);
  expect((await post(`${base}/enable`, `{"enabled":false,"x":"${'x'.repeat(2_000_000)}"}`)).status).toBe(413);
  expect((await post('/api/plugins/nobody/enable', '{"enabled":true}')).status).toBe(404);
  expect((await server.admin('/api/plugins/audit?limit=0')).status).toBe(400);
  expect(server.host.get('demo')).toMatchObject({ state: 'active', generation: 1 });
});

test('a reload may name JSON as its content type and send no body', async () => {
  await using server = await startServer({ plugins });
  const response = await server.admin(`${base}/reload`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  expect(response.status).toBe(200);
});

test('a change that another site sends is refused, one from an allowed origin is not', async () => {
  const authorize = (): { id: string } => ({ id: 'cookie-user' });
  await using server = await startServer({
    plugins,
    adapter: { admin: { authorize, allowedOrigins: ['https://panel.example'] } },
  });
  const reload = (headers: Record<string, string>): Promise<Response> =>
    server.fetch(`${base}/reload`, { method: 'POST', headers });
  expect((await reload({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await reload({ origin: 'null' })).status).toBe(403);
  expect((await reload({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect(server.host.get('demo')?.generation).toBe(1);
  expect((await reload({ origin: server.url })).status).toBe(200);
  expect((await reload({ origin: 'https://panel.example' })).status).toBe(200);
  expect((await reload({})).status).toBe(200);
});

test('the OpenAPI document is valid and has every route', async () => {
  await using server = await startServer();
  const document = await (await server.admin('/api/plugins/openapi.json')).json();
  const { valid, errors } = await new Validator().validate(document);
  expect([valid, errors]).toEqual([true, undefined]);
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/api/plugins',
    '/api/plugins/-/me',
    '/api/plugins/-/{name}/config',
    '/api/plugins/-/{name}/config/restore',
    '/api/plugins/-/{name}/config/revisions',
    '/api/plugins/-/{name}/config/test',
    '/api/plugins/-/{name}/data/clear',
    '/api/plugins/-/{name}/diagnostics',
    '/api/plugins/-/{name}/errors',
    '/api/plugins/-/{name}/grants',
    '/api/plugins/-/{name}/health',
    '/api/plugins/-/{name}/log-level',
    '/api/plugins/-/{name}/logs',
    '/api/plugins/-/{name}/metrics',
    '/api/plugins/-/{name}/rollback',
    '/api/plugins/-/{name}/tasks',
    '/api/plugins/-/{name}/tasks/{id}/pause',
    '/api/plugins/-/{name}/tasks/{id}/resume',
    '/api/plugins/-/{name}/tasks/{id}/run',
    '/api/plugins/-/{name}/tasks/{id}/runs',
    '/api/plugins/audit',
    '/api/plugins/audit/export',
    '/api/plugins/diagnostics',
    '/api/plugins/events',
    '/api/plugins/graph',
    '/api/plugins/health',
    '/api/plugins/metrics',
    '/api/plugins/operations',
    '/api/plugins/operations/{id}',
    '/api/plugins/operations/{id}/force',
    '/api/plugins/rescan',
    '/api/plugins/tasks',
    '/api/plugins/{name}',
    '/api/plugins/{name}/config',
    '/api/plugins/{name}/enable',
    '/api/plugins/{name}/reload',
    '/plugins/config',
    '/plugins/health',
    '/plugins/list',
    '/plugins/reload',
    '/plugins/status',
  ]);
});

test('no plugin can have a name that the admin API uses as a path', async () => {
  const segments: string[] = [];
  await using _server = await startServer({
    before: (app) => {
      app.addHook('onRoute', ({ path }) => {
        const [, first] = /^\/api\/plugins\/([^/:*]+)/.exec(path) ?? [];
        if (first !== undefined) segments.push(first);
      });
    },
  });
  expect(segments.length).toBeGreaterThan(2);
  const names = segments.filter((segment) => /^[a-z0-9][a-z0-9-]*$/.test(segment));
  for (const name of names) expect(adminSegments).toContain(name);
});

test('a new plugin folder is found by a rescan', async () => {
  await using server = await startServer({ plugins });
  await server.folder.write('late', {
    'plugin.json': { name: 'late', version: '1.0.0', backend: { entry: 'index.js' } },
    ...plugins.demo,
  });
  expect((await server.fetch('/api/plugins/late/x')).status).toBe(404);
  expect((await server.admin('/api/plugins/rescan', { method: 'POST' })).status).toBe(200);
  expect((await server.fetch('/api/plugins/late/x')).status).toBe(200);
});

test('a command can be followed as an operation, and its drain ended', async () => {
  const slow = `ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => new Promise(() => {}) });`;
  await using server = await startServer({ plugins: { demo: { 'index.js': onLoad(slow) } } });
  const hanging = server.fetch('/api/plugins/demo/slow');
  await expect.poll(() => server.host.summary('demo')?.activeRequests).toBe(1);

  const accepted = await server.admin(`${base}/reload?wait=false`, { method: 'POST' });
  expect(accepted.status).toBe(202);
  const { operation } = (await accepted.json()) as { operation: { id: string } };
  const path = `/api/plugins/operations/${operation.id}`;
  await expect
    .poll(async () => (await (await server.admin(path)).json()).data)
    .toMatchObject({
      kind: 'reload',
      actor: 'ana',
      status: 'running',
      phase: 'draining',
      drain: { inFlight: 1, calls: [{ label: 'GET /slow' }], cut: null },
    });
  expect((await server.admin(`${path}/force`, { method: 'POST' })).status).toBe(200);
  expect((await hanging).status).toBe(503);
  await expect
    .poll(async () => (await (await server.admin('/api/plugins/operations?plugin=demo')).json()).data)
    .toMatchObject([{ id: operation.id, status: 'succeeded', phase: 'ended', drain: { cut: 1, forcedBy: 'ana' } }]);
  expect((await server.admin(`${path}/force`, { method: 'POST' })).status).toBe(409);
  expect((await server.admin('/api/plugins/operations/nobody')).status).toBe(404);

  const waited = await server.admin(`${base}/reload`, { method: 'POST' });
  expect((await waited.json()).operation).toMatchObject({ kind: 'reload', actor: 'ana', error: null });
});
