import { manifestOf } from '@catalyst-plugins/core/testing';
import { describe, expect, test } from 'vitest';
import { adminSchemas } from '../src/admin/admin-schemas.ts';
import { relationSchemas } from '../src/admin/relation-schemas.ts';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const answering = (name: string, members: object = {}): Record<string, string | object> => ({
  'plugin.json': manifestOf(name, members),
  'index.js': onLoad(`ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => '${name}' });`),
});

const post = (server: TestServer, path: string, json: object): Promise<Response> =>
  server.admin(`/api/plugins/${path}`, { method: 'POST', json });

describe('a plugin that others need', () => {
  const plugins = { base: answering('base'), top: answering('top', { dependencies: { base: '^1.0.0' } }) };

  test('is not disabled before the caller has seen who goes with it and says cascade', async () => {
    await using server = await startServer({ plugins });
    const refused = await post(server, 'base/enable', { enabled: false });
    expect(refused.status).toBe(409);
    const problem = await refused.json();
    expect(adminSchemas.problem.parse(problem)).toEqual(problem);
    expect(problem).toMatchObject({
      code: 'DEPENDANTS_ACTIVE',
      details: { dependants: [{ name: 'top', displayName: 'top', state: 'active', via: 'base' }] },
    });
    const disabled = await post(server, 'base/enable', { enabled: false, cascade: true });
    expect([disabled.status, (await disabled.json()).data.state]).toEqual([200, 'disabled']);
    const answer = await server.fetch('/api/plugins/top/x');
    expect([answer.status, (await answer.json()).detail]).toEqual([503, expect.stringContaining('needs "base"')]);
    expect((await post(server, 'base/enable', { enabled: true })).status).toBe(200);
    await expect.poll(async () => (await server.fetch('/api/plugins/top/x')).status).toBe(200);
  });

  test('goes at once with force, and so do those that need it, whatever calls they are in', async () => {
    const waiting = {
      'plugin.json': manifestOf('top', { dependencies: { base: '^1.0.0' } }),
      'index.js': onLoad(`ctx.registerRoute({ method: 'GET', url: '/wait', handler: () => new Promise(() => {}) });`),
    };
    await using server = await startServer({ plugins: { ...plugins, top: waiting } });
    const call = server.fetch('/api/plugins/top/wait');
    await expect.poll(() => server.host.summary('top')?.activeRequests).toBe(1);
    const disabled = await post(server, 'base/enable', { enabled: false, cascade: true, force: true });
    expect([disabled.status, (await disabled.json()).data.state]).toEqual([200, 'disabled']);
    expect((await call).status).toBe(503);
  });

  test('is not reloaded into a version that breaks them before the caller says cascade', async () => {
    await using server = await startServer({ plugins });
    await server.folder.write('base', answering('base', { version: '2.0.0' }));
    const refused = await post(server, 'base/reload', {});
    expect([refused.status, (await refused.json()).code]).toEqual([409, 'DEPENDANTS_ACTIVE']);
    expect((await post(server, 'base/reload', { cascade: true })).status).toBe(200);
    await expect.poll(() => server.host.summary('top')?.state).toBe('blocked');
    expect((await post(server, '-/base/rollback', { cascade: true })).status).toBe(200);
    await expect.poll(() => server.host.summary('top')?.state).toBe('active');
  });

  test('stands in the graph with them', async () => {
    await using server = await startServer({
      plugins: { ...plugins, lost: answering('lost', { dependencies: { nobody: '*' } }) },
    });
    const graph = await (await server.admin('/api/plugins/graph')).json();
    expect(relationSchemas.graph.parse(graph)).toEqual(graph);
    expect(graph.data.edges).toEqual([
      { from: 'lost', to: 'nobody', range: '*', optional: false, problem: 'is not there' },
      { from: 'top', to: 'base', range: '^1.0.0', optional: false, problem: null },
    ]);
  });
});

describe('permissions', () => {
  const plugins = {
    demo: answering('demo', { permissions: ['users.read'], permissionDescriptions: { 'users.read': 'Greets users.' } }),
  };

  test('are shown with what was decided, granted with the command or beside it, and revoked', async () => {
    await using server = await startServer({ plugins, host: { consent: 'always' } });
    const enabled = await post(server, 'demo/enable', { enabled: true });
    const problem = await enabled.json();
    expect([enabled.status, problem.code, problem.details]).toEqual([
      409,
      'CONSENT_REQUIRED',
      { permissions: [{ permission: 'users.read', description: 'Greets users.' }] },
    ]);
    const pending = [{ permission: 'users.read', description: 'Greets users.', state: 'pending' }];
    const grants = await (await server.admin('/api/plugins/-/demo/grants')).json();
    expect(relationSchemas.grants.parse(grants)).toEqual(grants);
    expect(grants.data).toEqual({ permissions: pending, pending });
    expect((await post(server, 'demo/enable', { enabled: true, grant: ['users.read'] })).status).toBe(200);
    const revoked = await server.admin('/api/plugins/-/demo/grants', {
      method: 'PUT',
      json: { revoke: ['users.read'] },
    });
    expect((await revoked.json()).data).toMatchObject({ permissions: [{ state: 'revoked' }], pending: [] });
    expect(await server.host.audit({ type: 'plugin:revoked' })).toMatchObject([{ actor: 'ana' }]);
    expect(await (await server.fetch('/api/plugins/demo/x')).text()).toBe('demo');
  });

  test('of an upgrade are consented to with the reload, or before it', async () => {
    await using server = await startServer({ plugins });
    await server.folder.write('demo', answering('demo', { permissions: ['users.read', 'net'] }));
    const refused = await post(server, 'demo/reload', {});
    expect([refused.status, (await refused.json()).details]).toEqual([
      409,
      { permissions: [{ permission: 'net', description: null }] },
    ]);
    expect((await post(server, 'demo/reload', { grant: ['net'] })).status).toBe(200);
    await server.folder.write('demo', answering('demo', { permissions: ['users.read', 'net', 'mail'] }));
    await post(server, 'demo/reload', {});
    const granted = await server.admin('/api/plugins/-/demo/grants', { method: 'PUT', json: { grant: ['mail'] } });
    expect((await granted.json()).data.pending).toEqual([]);
    await expect.poll(() => server.host.summary('demo')?.generation).toBe(3);
  });

  test('that the plugin does not ask for cannot be granted', async () => {
    await using server = await startServer({ plugins });
    const put = (name: string, json: object): Promise<Response> =>
      server.admin(`/api/plugins/-/${name}/grants`, { method: 'PUT', json });
    const unknown = await put('demo', { grant: ['net'] });
    expect([unknown.status, (await unknown.json()).code]).toEqual([422, 'GRANT_UNKNOWN']);
    expect((await put('demo', { grant: 'all' })).status).toBe(400);
    expect((await put('nobody', {})).status).toBe(404);
    expect((await server.admin('/api/plugins/-/nobody/grants')).status).toBe(404);
  });
});
