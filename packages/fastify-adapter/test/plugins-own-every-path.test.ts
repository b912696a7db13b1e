import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const own = '/api/plugins/shop';
const apart = '/api/plugins/-/shop';

/** What a plugin of another platform may call its own. */
const routes: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/config'],
  ['GET', '/grants'],
  ['PUT', '/grants'],
  ['POST', '/rollback'],
  ['GET', '/config/revisions'],
  ['POST', '/config/test'],
  ['POST', '/config/restore'],
];
const shop = {
  'index.js': onLoad(
    routes
      .map(([method, url]) => `ctx.registerRoute({ method: '${method}', url: '${url}', handler: async () => 'own' });`)
      .join('\n'),
  ),
};

async function answerOf(server: TestServer, method: string, path: string): Promise<unknown[]> {
  const response = await server.fetch(path, { method });
  const text = await response.text();
  return [response.status, text.startsWith('{') ? (JSON.parse(text) as { code: string }).code : text];
}

describe('the paths of a plugin', () => {
  test.each(routes)('%s %s is the own route of a plugin that has it, for everybody', async (method, path) => {
    await using server = await startServer({ plugins: { shop } });
    expect(await answerOf(server, method, `${own}${path}`)).toEqual([200, 'own']);
    expect(await (await server.admin(`${own}${path}`, { method })).text()).toBe('own');
    // and opens nothing of the administrators
    expect(await answerOf(server, method, `${apart}${path}`)).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('a plugin that takes every path leaves the admin API as it is', async () => {
    const greedy = `ctx.registerRoute({ method: ['GET', 'PUT', 'POST'], url: '/*', handler: async () => 'own' });`;
    await using server = await startServer({ plugins: { shop: { 'index.js': onLoad(greedy) } } });
    expect(await answerOf(server, 'PUT', `${own}/grants`)).toEqual([200, 'own']);
    expect((await server.admin(`${apart}/config`)).headers.get('etag')).toBe('"0"');
    expect((await server.admin(`${apart}/grants`)).status).toBe(200);
    // the four of the Catalyst platform come before its wildcard
    expect(await answerOf(server, 'PUT', `${own}/config`)).toEqual([401, 'UNAUTHENTICATED']);
    expect((await server.admin(`${own}/reload`, { method: 'POST' })).status).toBe(200);
    expect(server.host.get('shop')).toMatchObject({ state: 'active', generation: 2 });
  });

  test('a HEAD request is answered like the GET of whoever has the path', async () => {
    await using server = await startServer({ plugins: { shop } });
    const head = await server.fetch(`${own}/grants`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await server.fetch(`${apart}/grants`, { method: 'HEAD' })).status).toBe(401);
    expect((await server.admin(`${apart}/config`, { method: 'HEAD' })).headers.get('etag')).toBe('"0"');
  });

  test('no administrator is asked for while the plugin is off: its paths answer 503, and are back with it', async () => {
    await using server = await startServer({ plugins: { shop } });
    const set = (enabled: boolean): Promise<Response> =>
      server.admin(`${own}/enable`, { method: 'POST', json: { enabled } });
    await set(false);
    for (const [method, path] of routes)
      expect(await answerOf(server, method, `${own}${path}`)).toEqual([503, 'PLUGIN_NOT_ACTIVE']);
    expect((await server.admin(`${apart}/config`)).status).toBe(200);
    await set(true);
    for (const [method, path] of routes) expect(await answerOf(server, method, `${own}${path}`)).toEqual([200, 'own']);
  });

  test('what the plugin does not have is not found, before a reload that adds it and after one that takes it away', async () => {
    const without = { 'index.js': onLoad('') };
    await using server = await startServer({ plugins: { shop: without } });
    for (const [files, answer] of [
      [without, [404, 'ROUTE_NOT_FOUND']],
      [shop, [200, 'own']],
      [without, [404, 'ROUTE_NOT_FOUND']],
    ] as const) {
      await server.folder.write('shop', files);
      expect((await server.admin(`${own}/reload`, { method: 'POST' })).status).toBe(200);
      expect(await answerOf(server, 'GET', `${own}/grants`)).toEqual(answer);
      expect((await server.admin(`${apart}/grants`)).status).toBe(200);
    }
  });

  test('the OpenAPI document has both, each at its path and with an id of its own', async () => {
    await using server = await startServer({ plugins: { shop } });
    const document = (await (await server.admin('/api/plugins/openapi.json')).json()) as {
      paths: Record<string, Record<string, { operationId: string; security?: unknown }>>;
    };
    expect((await new Validator().validate(document)).errors).toBeUndefined();
    expect(document.paths[`${own}/config`]?.['get']?.security).not.toEqual([{ administrator: [] }]);
    expect(document.paths['/api/plugins/-/{name}/config']?.['get']?.security).toEqual([{ administrator: [] }]);
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each([
    ['POST', '/enable'],
    ['POST', '/reload'],
    ['PUT', '/config'],
  ])('%s %s is the only use of that path, as on the Catalyst platform', async (method, url) => {
    const entry = onLoad(`ctx.registerRoute({ method: '${method}', url: '${url}', handler: async () => 'own' });`);
    await using server = await startServer({ plugins: { shop: { 'index.js': entry } } });
    expect(server.host.summary('shop')).toMatchObject({ state: 'failed', reason: { code: 'ROUTE_RESERVED' } });
  });
});
