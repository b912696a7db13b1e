import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { startServer, type TestServer } from './start-server.ts';

const config = {
  greeting: { type: 'string', default: 'hello', max: 20, label: 'Greeting' },
  size: { type: 'integer', default: 1, min: 1 },
  token: { type: 'password', default: 'planted-default' },
  plain: 'x',
};
const entry = `export default {
  onConfigChange() {},
  validateConfig(ctx, config) {
    return config.size === 13 ? { errors: [{ key: 'size', message: '13 is refused' }] } : { messages: ['all is well'] };
  },
};`;
const manifest = { name: 'demo', version: '1.0.0', backend: { entry: 'index.js' }, config };
const plugins = { demo: { 'plugin.json': manifest, 'index.js': entry } };
/** Changing settings is at the path of the Catalyst platform, everything else apart from the plugin's own paths. */
const pathFor = (method: string, name = 'demo'): string => `/api/plugins${method === 'PUT' ? '' : '/-'}/${name}/config`;
const set = { $secret: 'set' };

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Record<string, unknown> & { readonly data: Record<string, unknown> };
}

async function ask(server: TestServer, method: string, path = '', json?: unknown, ifMatch?: string): Promise<Answer> {
  const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch };
  const response = await server.admin(`${pathFor(method)}${path}`, { method, json, headers });
  const body = (await response.json()) as Answer['body'];
  expect(JSON.stringify(body)).not.toContain('planted');
  return { status: response.status, etag: response.headers.get('etag'), body };
}

test('the settings of a plugin are read with all that a form needs, and the revision as ETag', async () => {
  await using server = await startServer({ plugins });
  const { status, etag, body } = await ask(server, 'GET');
  expect([status, etag]).toEqual([200, '"0"']);
  expect(body.data).toMatchObject({
    revision: 0,
    config: { greeting: 'hello', size: 1, token: set, plain: 'x' },
    stored: [],
    fields: { greeting: { label: 'Greeting' } },
    locked: [],
    effect: 'hot',
    canTest: true,
  });
  expect(body.data['schema']).toMatchObject({
    type: 'object',
    properties: { greeting: { type: 'string', title: 'Greeting', maxLength: 20 }, token: { writeOnly: true } },
  });
});

test('the schema of the settings is JSON Schema 2020-12 that says what the server says', async () => {
  await using server = await startServer({ plugins });
  const { body } = await ask(server, 'GET');
  const ajv = new Ajv2020({ strict: false, formats: { password: true } });
  const check = ajv.compile(body.data['schema'] as object);
  for (const values of [{ greeting: 'hi' }, { size: 5 }, { greeting: 5 }, { size: 0 }, { size: 1.5 }, { token: 7 }]) {
    const tested = await ask(server, 'POST', '/test', { config: values });
    expect([values, tested.body.data['ok']]).toEqual([values, check(values)]);
  }
});

test('with If-Match a change is saved only while nobody else has changed the settings', async () => {
  await using server = await startServer({ plugins });
  const first = await ask(server, 'PUT', '', { config: { greeting: 'one', token: 'planted-1' } }, '"0"');
  expect([first.status, first.etag]).toEqual([200, '"1"']);
  const stale = await ask(server, 'PUT', '', { config: { greeting: 'two', token: 'planted-2' } }, '0');
  expect(stale.status).toBe(409);
  expect(stale.body).toMatchObject({
    code: 'CONFIG_CONFLICT',
    details: {
      expected: 0,
      actual: 1,
      keys: [
        { key: 'greeting', before: 'hello', theirs: 'one', yours: 'two' },
        { key: 'token', before: set, theirs: set, yours: set },
      ],
    },
  });
  for (const ifMatch of ['"1"', '*', undefined]) {
    const { status } = await ask(server, 'PUT', '', { config: { size: ifMatch === '*' ? 2 : 3 } }, ifMatch);
    expect([ifMatch, status]).toEqual([ifMatch, 200]);
  }
  for (const ifMatch of ['W/"1"', 'x', '"1", "2"', '-1'])
    expect((await ask(server, 'PUT', '', { config: { size: 9 } }, ifMatch)).body['code']).toBe('REQUEST_INVALID');
});

test('revisions are listed in pages and restored', async () => {
  await using server = await startServer({ plugins });
  for (const size of [2, 3]) await ask(server, 'PUT', '', { config: { size, token: `planted-${size}` } });
  const { body } = await ask(server, 'GET', '/revisions?limit=1');
  expect(body.data).toMatchObject([
    { revision: 2, actor: 'ana', keys: ['size', 'token'], config: { size: 3, token: set } },
  ]);
  expect((await ask(server, 'GET', '/revisions?before=2')).body.data).toMatchObject([{ revision: 1 }]);
  const stale = await ask(server, 'POST', '/restore', { revision: 1 }, '"1"');
  expect(stale.body['code']).toBe('CONFIG_CONFLICT');
  const restored = await ask(server, 'POST', '/restore', { revision: 1 }, '"2"');
  expect([restored.status, restored.etag, restored.body.data['config']]).toMatchObject([200, '"3"', { size: 2 }]);
  expect(await ask(server, 'POST', '/restore', { revision: 99 })).toMatchObject({
    status: 404,
    body: { code: 'CONFIG_REVISION_NOT_FOUND' },
  });
});

test('values are tried without being saved', async () => {
  await using server = await startServer({ plugins });
  const tried = async (values: object): Promise<unknown> =>
    (await ask(server, 'POST', '/test', { config: values })).body.data;
  expect(await tried({ size: 5 })).toEqual({ ok: true, errors: [], messages: ['all is well'] });
  expect(await tried({ size: 13 })).toEqual({
    ok: false,
    errors: [{ pointer: '/size', message: '13 is refused' }],
    messages: [],
  });
  expect(await tried({ size: 'planted' })).toMatchObject({ ok: false, errors: [{ pointer: '/size' }] });
  expect(await ask(server, 'PUT', '', { config: { size: 13 } })).toMatchObject({
    status: 422,
    body: { code: 'CONFIG_INVALID', errors: [{ pointer: '/size', message: '13 is refused' }] },
  });
  expect((await ask(server, 'GET')).etag).toBe('"0"');
});

test('settings that the environment decides are locked', async () => {
  await using server = await startServer({ plugins, host: { env: { CATALYST_CONFIG__DEMO__SIZE: '7' } } });
  expect((await ask(server, 'GET')).body.data).toMatchObject({
    config: { size: 7 },
    locked: [{ key: 'size', variable: 'CATALYST_CONFIG__DEMO__SIZE' }],
  });
  expect(await ask(server, 'PUT', '', { config: { size: 8 } })).toMatchObject({
    status: 409,
    body: { code: 'CONFIG_LOCKED', errors: [{ pointer: '/size' }] },
  });
});

test('a plugin that there is not has no settings', async () => {
  await using server = await startServer({ plugins });
  for (const [method, path, json] of [
    ['GET', '', undefined],
    ['PUT', '', { config: {} }],
    ['GET', '/revisions', undefined],
    ['POST', '/test', { config: {} }],
    ['POST', '/restore', { revision: 1 }],
  ] as const) {
    const response = await server.admin(`${pathFor(method, 'nobody')}${path}`, { method, json });
    expect([method, path, response.status]).toEqual([method, path, 404]);
  }
});

test('the OpenAPI document names the headers that settings are saved with', async () => {
  await using server = await startServer();
  const { paths } = (await (await server.admin('/api/plugins/openapi.json')).json()) as {
    paths: Record<string, never>;
  };
  const etag = { headers: { ETag: { description: expect.any(String), schema: { type: 'string' } } } };
  const ifMatch = { name: 'If-Match', in: 'header', description: expect.any(String), schema: { type: 'string' } };
  expect(paths).toMatchObject({
    '/api/plugins/-/{name}/config': { get: { responses: { '200': etag } } },
    '/api/plugins/{name}/config': {
      put: { parameters: [{ name: 'name', in: 'path' }, ifMatch], responses: { '200': etag } },
    },
    '/api/plugins/-/{name}/config/restore': {
      post: { parameters: [{ name: 'name', in: 'path' }, ifMatch], responses: { '200': etag } },
    },
  });
});
