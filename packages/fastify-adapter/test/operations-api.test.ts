import { expect, test } from 'vitest';
import { operationsSchemas } from '../src/operations/operations-schemas.ts';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const plugins = {
  'ratelimit-geo': {
    'plugin.json': {
      name: 'ratelimit-geo',
      version: '1.0.0',
      backend: { entry: 'index.js' },
      config: {
        enabled: true,
        geoip_database_path: '/usr/share/GeoIP/GeoLite2-City.mmdb',
        limit: { type: 'number', default: 5 },
        key: { type: 'password', default: 'the-default-secret' },
      },
    },
    'index.js': `export default { onEnable(ctx) {
      if (ctx.getConfig('geoip_database_path') === '/nope') throw new Error('no such database');
    } };`,
  },
  zerotrust: { 'index.js': onLoad(`ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 'x' });`) },
};

/** The names of all members, in order, with the types of their values; members of `…` may be called anything. */
function shapeOf(value: unknown, open: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((one) => shapeOf(one, open));
  if (typeof value !== 'object' || value === null) return Number.isInteger(value) ? 'integer' : typeof value;
  return Object.entries(value).map(([name, member]) => {
    if (!open.includes(name)) return [name, shapeOf(member, open)];
    return [name, Object.values(member as object).map((one) => shapeOf(one, open))];
  });
}

async function start(options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const server = await startServer({ plugins, ...options });
  await expect.poll(() => server.host.health.all().every(({ status }) => status !== 'unknown')).toBe(true);
  return server;
}
const generation = (server: TestServer, name: string): number => server.host.summary(name)?.generation ?? 0;
const read = async (server: TestServer, path: string): Promise<any> => (await server.admin(path)).json(); // oxlint-disable-line typescript/no-explicit-any -- any JSON

test('GET /plugins/status has the members of the specification, in its order, and draining after them', async () => {
  await using server = await start();
  const response = await server.admin('/plugins/status');
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  const status = await response.json();
  expect(shapeOf(status)).toEqual([
    [
      'plugin_system',
      [
        ['enabled', 'boolean'],
        ['total_plugins', 'integer'],
        ['active_plugins', 'integer'],
        ['plugin_dir', 'string'],
        ['active_requests', 'integer'],
        [
          'plugin_states',
          [
            ['ratelimit-geo', 'string'],
            ['zerotrust', 'string'],
          ],
        ],
      ],
    ],
    [
      'health_status',
      [
        ['healthy_count', 'integer'],
        ['unhealthy_count', 'integer'],
        ['total_count', 'integer'],
        ['overall_status', 'string'],
      ],
    ],
    ['uptime', 'string'],
    ['timestamp', 'integer'],
    [
      'draining',
      [
        ['timeout', 'string'],
        ['poll_interval', 'string'],
      ],
    ],
  ]);
  expect(status).toEqual({
    plugin_system: {
      enabled: true,
      total_plugins: 2,
      active_plugins: 2,
      plugin_dir: server.folder.directory,
      active_requests: 0,
      plugin_states: { 'ratelimit-geo': 'active', zerotrust: 'active' },
    },
    health_status: { healthy_count: 2, unhealthy_count: 0, total_count: 2, overall_status: 'healthy' },
    uptime: expect.stringMatching(/^(?:\d+h\d+m|\d+m)?\d+s$/),
    timestamp: expect.any(Number),
    draining: { timeout: '1m0s', poll_interval: '0s' },
  });
  expect(Math.abs(status.timestamp - Date.now() / 1_000)).toBeLessThan(5);
  expect(server.host.getPluginStatus()).toEqual({
    ...status,
    uptime: expect.any(String),
    timestamp: expect.any(Number),
  });
});

test('GET /plugins/list and GET /plugins/health have the members of the specification, in its order', async () => {
  await using server = await start();
  const health = [
    ['status', 'string'],
    ['state', 'string'],
    ['last_check', 'integer'],
    ['checks', [['active_requests', 'integer']]],
  ];
  const list = await read(server, '/plugins/list');
  const one = [
    ['name', 'string'],
    ['status', 'string'],
    ['health', health],
  ];
  expect(shapeOf(list)).toEqual([
    ['plugins', [one, one]],
    ['total_count', 'integer'],
    ['timestamp', 'integer'],
  ]);
  expect(list.plugins[0]).toEqual({
    name: 'ratelimit-geo',
    status: 'active',
    health: {
      status: 'healthy',
      state: 'active',
      last_check: expect.any(Number),
      checks: { active_requests: 0 },
    },
  });
  expect(Math.abs(list.plugins[0].health.last_check - Date.now() / 1_000)).toBeLessThan(10);

  const report = await read(server, '/plugins/health');
  expect(shapeOf(report)).toEqual([
    ['overall_status', 'string'],
    [
      'plugins',
      [
        ['ratelimit-geo', health],
        ['zerotrust', health],
      ],
    ],
    ['timestamp', 'integer'],
  ]);
  expect(report.plugins['ratelimit-geo']).toEqual(list.plugins[0].health);
});

test('POST /plugins/reload reloads a plugin and answers in the words of the specification', async () => {
  await using server = await start();
  const before = generation(server, 'ratelimit-geo');
  const response = await server.admin('/plugins/reload?plugin=ratelimit-geo', { method: 'POST' });
  expect(response.status).toBe(200);
  const answer = await response.json();
  expect(Object.entries(answer)).toEqual([
    ['plugin', 'ratelimit-geo'],
    ['status', 'success'],
    ['message', 'Plugin reloaded successfully with graceful draining'],
    ['timestamp', expect.any(Number)],
  ]);
  expect(generation(server, 'ratelimit-geo')).toBeGreaterThan(before);
  const [entry] = await server.host.audit({ type: 'plugin:reloaded' });
  expect(entry).toMatchObject({ plugin: 'ratelimit-geo', actor: 'ana' });
});

test('GET and PUT /plugins/config read and change settings; the plugin is reloaded with them, secrets do not show', async () => {
  await using server = await start();
  const before = await read(server, '/plugins/config?plugin=ratelimit-geo');
  expect(Object.entries(before)).toEqual([
    ['plugin', 'ratelimit-geo'],
    [
      'config',
      {
        enabled: true,
        geoip_database_path: '/usr/share/GeoIP/GeoLite2-City.mmdb',
        limit: 5,
        key: { $secret: 'set' },
      },
    ],
    ['timestamp', expect.any(Number)],
  ]);
  const first = generation(server, 'ratelimit-geo');
  const put = (json: unknown): Promise<Response> =>
    server.admin('/plugins/config?plugin=ratelimit-geo', { method: 'PUT', json });
  const changed = await put({ ...before.config, geoip_database_path: '/other.mmdb' });
  expect([changed.status, Object.entries(await changed.json())]).toEqual([
    200,
    [
      ['plugin', 'ratelimit-geo'],
      ['status', 'success'],
      ['message', 'Configuration updated and plugin reloaded'],
      ['timestamp', expect.any(Number)],
    ],
  ]);
  const second = generation(server, 'ratelimit-geo');
  expect(second).toBeGreaterThan(first);
  // also wrapped, as the admin API takes it
  expect((await put({ config: { enabled: false } })).status).toBe(200);
  const { config } = await read(server, '/plugins/config?plugin=ratelimit-geo');
  expect(config).toEqual({ enabled: false, geoip_database_path: '/other.mmdb', limit: 5, key: { $secret: 'set' } });
  // what is so already is taken over all the same
  const third = generation(server, 'ratelimit-geo');
  expect((await put({ enabled: false })).status).toBe(200);
  expect(generation(server, 'ratelimit-geo')).toBeGreaterThan(third);
  expect(third).toBeGreaterThan(second);
});

test('a setting that is called config is meant where the plugin has one', async () => {
  const manifest = { name: 'demo', version: '1.0.0', backend: { entry: 'index.js' }, config: { config: { a: 1 } } };
  await using server = await start({ plugins: { demo: { 'plugin.json': manifest, 'index.js': onLoad('') } } });
  const json = { config: { a: 2 } };
  expect((await server.admin('/plugins/config?plugin=demo', { method: 'PUT', json })).status).toBe(200);
  expect((await read(server, '/plugins/config?plugin=demo')).config).toEqual({ config: { a: 2 } });
});

test('a plugin that does not come up with the new settings keeps the old ones and goes on serving, and the answer says so', async () => {
  await using server = await start();
  const before = generation(server, 'ratelimit-geo');
  const json = { geoip_database_path: '/nope' };
  const response = await server.admin('/plugins/config?plugin=ratelimit-geo', { method: 'PUT', json });
  const answer = await response.json();
  expect(response.status).toBe(500);
  expect(answer).toMatchObject({
    code: 'HOOK_FAILED',
    success: false,
    plugin: 'ratelimit-geo',
    message: expect.stringMatching(/^Configuration not updated, the former one stays: .*no such database/),
    timestamp: expect.any(Number),
  });
  expect([answer.detail, answer.error]).toEqual([answer.message, answer.message]);
  expect(server.host.summary('ratelimit-geo')).toMatchObject({ state: 'active', generation: before });
  const { config } = await read(server, '/plugins/config?plugin=ratelimit-geo');
  expect(config.geoip_database_path).toBe('/usr/share/GeoIP/GeoLite2-City.mmdb');
});

test('a plugin that could be told of a change is reloaded too, since that is what was asked for', async () => {
  const hot = `export default { onConfigChange() { throw new Error('not here'); } };`;
  const manifest = { name: 'demo', version: '1.0.0', backend: { entry: 'index.js' }, config: { a: 1 } };
  await using server = await start({ plugins: { demo: { 'plugin.json': manifest, 'index.js': hot } } });
  await server.host.updatePluginConfig('demo', { a: 2 });
  expect(server.host.get('demo')).toMatchObject({ generation: 2, config: { a: 2 } });
  await server.host.reloadPlugin('demo');
  expect(server.host.summary('demo')?.generation).toBe(3);
});

test('without a name it is 400, with an unknown one 404, and nothing is changed', async () => {
  await using server = await start();
  const before = generation(server, 'ratelimit-geo');
  const asked: [string, string, unknown?][] = [
    ['POST', 'reload'],
    ['GET', 'config'],
    ['PUT', 'config', { enabled: false }],
  ];
  for (const [method, path, json] of asked) {
    for (const query of ['', '?plugin=', '?plugin=zerotrust&plugin=ratelimit-geo']) {
      const none = await server.admin(`/plugins/${path}${query}`, { method, json });
      expect([none.status, await none.json()]).toMatchObject([
        400,
        { success: false, error: 'Plugin name is required', message: 'Plugin name is required', status: 400 },
      ]);
    }
    const unknown = await server.admin(`/plugins/${path}?plugin=nobody`, { method, json });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { code: 'PLUGIN_NOT_FOUND', plugin: 'nobody', message: 'There is no plugin "nobody".' },
    ]);
  }
  for (const json of [{}, [], 'text', { limit: 'many' }]) {
    const refused = await server.admin('/plugins/config?plugin=ratelimit-geo', { method: 'PUT', json });
    expect([json, refused.status]).toEqual([json, typeof json === 'object' && 'limit' in json ? 422 : 400]);
  }
  expect(server.host.get('ratelimit-geo')).toMatchObject({ generation: before, configRevision: 0 });
});

test('all states are said in the six words of the specification', async () => {
  const hanging = `export default { onEnable: () => new Promise(() => {}) };`;
  const never = `ctx.registerRoute({ method: 'GET', url: '/x', handler: () => new Promise(() => {}) });`;
  const demo = (name: string, code: string, members: object = {}): object => ({
    'plugin.json': { name, version: '1.0.0', backend: { entry: 'index.js' }, ...members },
    'index.js': code,
  });
  await using server = await startServer({
    plugins: {
      active: demo('active', onLoad('')),
      blocked: demo('blocked', onLoad(''), { dependencies: { nobody: '*' } }),
      broken: { 'plugin.json': '{' },
      draining: demo('draining', onLoad(never)),
      failed: demo('failed', onLoad('throw new Error("no")')),
      loading: demo('loading', hanging, { limits: { onEnableMs: 3_000 } }),
      off: demo('off', onLoad('')),
      retrying: demo('retrying', onLoad('throw ctx.retryLater("later")')),
    } as never,
    host: { startWaitMs: 300, drainMs: 2_000 },
  });
  await server.host.disable('off');
  const request = server.fetch('/api/plugins/draining/x');
  await expect.poll(() => server.host.summary('draining')?.activeRequests).toBe(1);
  const disabled = server.host.disable('draining');
  await expect.poll(() => server.host.summary('draining')?.state).toBe('draining');
  const { plugin_system: system, health_status: health } = await read(server, '/plugins/status');
  expect(system).toMatchObject({ total_plugins: 8, active_plugins: 1, active_requests: 1 });
  expect(system.plugin_states).toEqual({
    active: 'active',
    blocked: 'failed',
    broken: 'failed',
    draining: 'unloading',
    failed: 'failed',
    loading: 'loading',
    off: 'disabled',
    retrying: 'failed',
  });
  expect(health).toMatchObject({ healthy_count: 1, unhealthy_count: 4, total_count: 8, overall_status: 'degraded' });
  const { plugins: listed } = await read(server, '/plugins/list');
  const off = listed.find(({ name }: { name: string }) => name === 'off');
  expect(off).toMatchObject({ status: 'disabled', health: { status: 'unknown', state: 'disabled' } });
  await disabled;
  expect((await request).status).toBe(503);
});

test('GET /plugins/health is 200 while the host is of use, and 503 when every plugin is unhealthy', async () => {
  const files = (name: string, code: string): object => ({
    'plugin.json': { name, version: '1.0.0', backend: { entry: 'index.js' } },
    'index.js': code,
  });
  const bad = files('bad', onLoad('throw new Error("no")'));
  await using server = await startServer({ plugins: { good: files('good', onLoad('')), bad } as never });
  const half = await server.admin('/plugins/health');
  expect([half.status, (await half.json()).overall_status]).toEqual([200, 'degraded']);
  await server.host.disable('good');
  const none = await server.admin('/plugins/health');
  expect([none.status, (await none.json()).overall_status]).toEqual([503, 'unhealthy']);
});

test('it asks for the same permissions as the admin API, and refuses what other sites send', async () => {
  const asked: [string, string, string][] = [
    ['GET', 'status', 'plugins.read'],
    ['GET', 'list', 'plugins.read'],
    ['GET', 'health', 'plugins.read'],
    ['POST', 'reload?plugin=zerotrust', 'plugins.write'],
    ['GET', 'config?plugin=zerotrust', 'plugins.read'],
    ['PUT', 'config?plugin=zerotrust', 'plugins.write'],
  ];
  const permissions: string[] = [];
  await using server = await start({
    adapter: {
      admin: {
        authorize: ({ headers }, permission) => {
          permissions.push(permission);
          return headers.authorization === 'Bearer right' ? { id: 'ana' } : 'unauthenticated';
        },
      },
    },
  });
  const before = generation(server, 'zerotrust');
  for (const [method, path, permission] of asked) {
    const init = { method, ...(method === 'PUT' ? { body: '{"a":1}' } : {}) };
    const json = { 'content-type': 'application/json' };
    const anonymous = await server.fetch(`/plugins/${path}`, { ...init, headers: json });
    expect([path, anonymous.status, permissions.pop()]).toEqual([path, 401, permission]);
    if (method === 'GET') continue;
    const headers = { ...json, authorization: 'Bearer right', origin: 'https://evil.example' };
    const foreign = await server.fetch(`/plugins/${path}`, { ...init, headers });
    expect([foreign.status, (await foreign.json()).code]).toEqual([403, 'CROSS_SITE_REFUSED']);
    const form = { ...init, body: 'a=1', headers: { authorization: 'Bearer right' } };
    expect((await server.fetch(`/plugins/${path}`, form)).status).toBe(415);
  }
  expect(generation(server, 'zerotrust')).toBe(before);
});

test('an option opens health alone to everybody, also without an admin API; another leaves all of it out', async () => {
  await using open = await start({ adapter: { operations: { publicHealth: true } } });
  expect((await open.fetch('/plugins/health')).status).toBe(200);
  expect((await open.fetch('/plugins/status')).status).toBe(401);
  await using alone = await start({ adapter: { admin: false, operations: { publicHealth: true } } });
  expect((await alone.fetch('/plugins/health')).status).toBe(200);
  expect((await alone.fetch('/plugins/status')).status).toBe(404);
  await using none = await start({ adapter: { operations: false } });
  expect((await none.admin('/plugins/status')).status).toBe(404);
  await using elsewhere = await start({ adapter: { operations: { prefix: '/ops' } } });
  expect((await elsewhere.admin('/ops/status')).status).toBe(200);
  await expect(start({ adapter: { operations: { prefix: 'ops/' } } })).rejects.toMatchObject({
    code: 'OPTIONS_INVALID',
  });
});

test('the OpenAPI document describes it, and what it answers fits the description', async () => {
  await using server = await start();
  const document = await read(server, '/api/plugins/openapi.json');
  expect(Object.keys(document.paths).filter((path) => path.startsWith('/plugins/'))).toEqual([
    '/plugins/status',
    '/plugins/list',
    '/plugins/health',
    '/plugins/reload',
    '/plugins/config',
  ]);
  expect(Object.keys(document.paths['/plugins/health'].get.responses)).toEqual(['200', '503', 'default']);
  expect(document.paths['/plugins/config'].put.parameters).toMatchObject([{ name: 'plugin', required: true }]);
  for (const name of ['status', 'list', 'health'] as const) {
    const answer = await read(server, `/plugins/${name}`);
    expect(operationsSchemas[name].parse(answer)).toEqual(answer);
  }
});

test('a plugin is looked at by the admin API, which tells what was found', async () => {
  const code = `let sick = false;
    export default {
      onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/sick', handler: async () => { sick = true; return 'ok'; } }); },
      health: () => ({ checks: { smtp: sick ? { status: 'down', message: 'refused', ms: 3 } : 'ok' } }),
    };`;
  await using server = await start({ plugins: { demo: { 'index.js': code } } });
  const path = '/api/plugins/-/demo/health';
  expect((await read(server, path)).data).toMatchObject({ status: 'healthy', message: null, lastError: null });
  await server.fetch('/api/plugins/demo/sick');
  const checked = await (await server.admin(path, { method: 'POST' })).json();
  expect(checked).toMatchObject({
    success: true,
    data: {
      plugin: 'demo',
      state: 'active',
      status: 'degraded',
      message: 'smtp: refused',
      lastCheck: {
        outcome: 'failed',
        calls: { count: 1, failed: 0 },
        checks: [{ name: 'smtp', status: 'unhealthy', message: 'refused', ms: 3 }],
      },
      history: [{ outcome: 'failed' }, { outcome: 'passed' }],
    },
  });
  expect((await server.admin('/api/plugins/-/nobody/health')).status).toBe(404);
});
