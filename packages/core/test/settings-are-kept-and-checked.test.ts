import { describe, expect, it } from 'vitest';
import { PluginError } from '../src/errors/plugin-error.ts';
import type { JsonObject } from '../src/protocol/json.ts';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

const config = {
  greeting: 'hello',
  list: [1, 2],
  nested: { deep: { value: 1 }, other: true },
  kind: { type: 'truck', wheels: 6 },
  port: { type: 'integer', default: 8080, min: 1, max: 65_535, required: true },
  ratio: { type: 'number', default: 0.5 },
  on: { type: 'boolean', default: false },
  color: { type: 'select', options: ['red', { label: 'Blue', value: 'blue' }], default: 'red' },
  days: { type: 'array', options: ['mo', 'tu', 'we'], default: ['mo'] },
  code: { type: 'string', pattern: '^[a-z]+$', min: 2, max: 4 },
  extra: { type: 'object', default: {} },
  token: { type: 'password', default: 'factory' },
  key: { type: 'string', secret: true },
};

const code = `export default {
  onLoad(ctx) { ctx.db.kept.ctx = ctx; },
  async onConfigChange(ctx, change) { ctx.db.note({ ...change, current: ctx.getConfig(change.keys[0]) }); await ctx.db.kept.onChange?.(ctx, change); },
};`;

interface Context {
  getConfig(key?: string): unknown;
  setConfig(key: string, value: unknown): Promise<void>;
}

async function setUp(members: object = {}): Promise<TestHost & { probe: Probe; ctx: Context }> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, plugins: { demo: plugin('demo', code, { config, ...members }) } });
  return Object.assign(test, { probe, ctx: probe.kept['ctx'] as Context });
}

describe('settings', () => {
  it('null takes a described setting back to its default, and is a value for any other', async () => {
    await using test = await setUp();
    await test.host.updateConfig('demo', { port: 9000, code: 'abc', greeting: 'hi' });
    await test.host.updateConfig('demo', { port: null, code: null, greeting: null });
    expect(test.host.get('demo')?.config).toMatchObject({ port: 8080, greeting: null });
    expect(test.ctx.getConfig('code')).toBeUndefined();
  });

  it('are read as values, never as field definitions: stored, else the default', async () => {
    await using test = await setUp();
    const { ctx } = test;
    expect(ctx.getConfig()).toEqual({
      greeting: 'hello',
      list: [1, 2],
      nested: { deep: { value: 1 }, other: true },
      kind: { type: 'truck', wheels: 6 },
      port: 8080,
      ratio: 0.5,
      on: false,
      color: 'red',
      days: ['mo'],
      extra: {},
      token: 'factory',
    });
    expect(ctx.getConfig('port')).toBe(8080);
    expect(ctx.getConfig('code')).toBeUndefined();
    await test.host.updateConfig('demo', { port: 9000 });
    expect(ctx.getConfig('port')).toBe(9000);
  });

  it('are read and written by dotted paths; the neighbours stay', async () => {
    await using test = await setUp();
    const { ctx } = test;
    expect(ctx.getConfig('nested.deep.value')).toBe(1);
    expect(ctx.getConfig('nested.missing.value')).toBeUndefined();
    expect(ctx.getConfig('greeting.length')).toBeUndefined();
    for (const name of ['constructor', '__proto__', 'nested.constructor.name'])
      expect(ctx.getConfig(name)).toBeUndefined();
    await ctx.setConfig('nested.deep.value', 2);
    await ctx.setConfig('nested.deep.added', 'new');
    expect(ctx.getConfig('nested')).toEqual({ deep: { value: 2, added: 'new' }, other: true });
    await ctx.setConfig('free.key', 'literal');
    expect(ctx.getConfig('free.key')).toBe('literal');
  });

  it('survive a reload, and a second host on the same stores', async () => {
    await using test = await setUp();
    await test.ctx.setConfig('greeting', 'hi');
    await test.host.reload('demo');
    expect((test.probe.kept['ctx'] as Context).getConfig('greeting')).toBe('hi');
    await test.host.stop();
    const probe = createProbe();
    await using second = await createTestHost({ db: probe, folder: test.folder, stores: test.stores });
    expect((probe.kept['ctx'] as Context).getConfig('greeting')).toBe('hi');
    expect(second.host.get('demo')).toMatchObject({ config: { greeting: 'hi', port: 8080 }, configRevision: 1 });
  });

  it('of different keys saved at once are all kept, from one host and from two', async () => {
    await using test = await setUp();
    await using second = await createTestHost({ db: createProbe(), folder: test.folder, stores: test.stores });
    const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
    await Promise.all(
      keys.map((key, index) => (index % 2 ? test : second).host.updateConfig('demo', { [key]: index })),
    );
    const stored = (await test.stores.plugins.get('demo'))?.config;
    expect(stored).toEqual(Object.fromEntries(keys.map((key, index) => [key, index])));
  });

  it('that another host changed meanwhile are read again and the change is repeated; after five times it is CONFIG_CONFLICT', async () => {
    const stores = createMemoryStores();
    let conflicts = 0;
    const plugins = new Proxy(stores.plugins, {
      get(target, member) {
        if (member === 'saveConfig' && conflicts-- > 0)
          return () => Promise.reject(new PluginError('CONFIG_CONFLICT', 'somebody was faster'));
        const method: unknown = Reflect.get(target, member);
        return typeof method === 'function' ? method.bind(target) : method;
      },
    });
    await using test = await createTestHost({
      db: createProbe(),
      stores: { ...stores, plugins },
      plugins: { demo: plugin('demo', code, { config }) },
    });
    conflicts = 4;
    await test.host.updateConfig('demo', { greeting: 'hi' });
    expect(test.host.get('demo')?.config['greeting']).toBe('hi');
    conflicts = 99;
    expect(await rejection(test.host.updateConfig('demo', { greeting: 'lost' }))).toMatchObject({
      code: 'CONFIG_CONFLICT',
      status: 409,
    });
    expect(test.host.get('demo')?.config['greeting']).toBe('hi');
  });

  it.each<[string, unknown, string]>([
    ['port', 'eighty', '/port'],
    ['port', 80.5, '/port'],
    ['port', 0, '/port'],
    ['port', 70_000, '/port'],
    ['port', '', '/port'],
    ['ratio', '', '/ratio'],
    ['ratio', '0.5', '/ratio'],
    ['ratio', Number.NaN, '/ratio'],
    ['on', 'yes', '/on'],
    ['on', '', '/on'],
    ['color', 'green', '/color'],
    ['days', ['mo', 'su'], '/days'],
    ['days', 'mo', '/days'],
    ['code', 'x', '/code'],
    ['code', 'abcde', '/code'],
    ['code', 'A1', '/code'],
    ['extra', [], '/extra'],
    ['token', 5, '/token'],
    ['greeting', 'a\u0000b', '/greeting'],
    ['greeting', '\ud800', '/greeting'],
    ['greeting', 10n, '/greeting'],
    ['greeting', () => 1, '/greeting'],
    ['a/b~c', 'a\u0000b', '/a~1b~0c'],
    ['__proto__', { polluted: true }, '/__proto__'],
  ])('%s = %o is refused with CONFIG_INVALID at %s, and nothing is changed', async (key, value, pointer) => {
    await using test = await setUp();
    const before = test.host.get('demo')?.config;
    const patch = Object.fromEntries([
      ['greeting', 'changed'],
      [key, value],
    ]) as JsonObject;
    for (const save of [() => test.host.updateConfig('demo', patch), () => test.ctx.setConfig(key, value)]) {
      expect(await rejection(save())).toMatchObject({
        code: 'CONFIG_INVALID',
        status: 422,
        issues: [{ pointer, message: expect.stringMatching(/./) }],
      });
    }
    expect(test.host.get('demo')?.config).toEqual(before);
    expect(test.probe.notes).toEqual([]);
    expect(await test.host.audit({ type: 'plugin:config-changed' })).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['port', 1],
    ['color', 'blue'],
    ['color', ''],
    ['days', ['mo', 'we']],
    ['days', []],
    ['code', ''],
    ['code', 'abcd'],
    ['kind', 'a plain value takes anything'],
    ['unheard-of', { any: ['json', 1, null] }],
  ])('%s = %j is accepted', async (key, value) => {
    await using test = await setUp();
    await test.ctx.setConfig(key, value);
    expect(test.ctx.getConfig(key)).toEqual(value);
  });

  it.each<[what: string, configSchema: object, values: JsonObject, faults: [string, string][]]>([
    [
      'members of schemas that name no type',
      { properties: { servers: { type: 'array', items: { properties: { host: { type: 'string' } } } } } },
      { servers: [{ host: 7 }] },
      [['/servers/0/host', 'expected string']],
    ],
    [
      'a choice by another member',
      {
        properties: { mode: { enum: ['file', 'mail'] }, to: { type: 'string', format: 'email' } },
        if: { properties: { mode: { const: 'mail' } }, required: ['mode'] },
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
        then: { required: ['to'] },
      },
      { mode: 'mail' },
      [['/to', 'a value is required']],
    ],
    [
      'forms of which none fits, said once',
      { properties: { size: { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'auto' }] } } },
      { size: 'big' },
      [['/size', 'fits none of the forms that are allowed']],
    ],
    [
      'members that are not allowed, by parts that are referred to',
      {
        properties: { mail: { $ref: '#/$defs/mail' } },
        $defs: { mail: { properties: { a: { minimum: 2 } }, additionalProperties: false } },
      },
      { mail: { a: 1, 'b/c': 2 } },
      [
        ['/mail/a', 'expected at least 2'],
        ['/mail/b~1c', 'is not allowed here'],
      ],
    ],
  ])('are checked by configSchema: %s', async (_, configSchema, values, faults) => {
    await using test = await setUp({ config: {}, configSchema });
    const { issues } = (await rejection(test.host.updateConfig('demo', values))) as { issues?: unknown };
    expect(issues).toEqual(faults.map(([pointer, message]) => ({ pointer, message })));
  });

  it('are checked against configSchema as a whole, each fault with its pointer', async () => {
    const configSchema = {
      properties: {
        limit: { type: 'integer', minimum: 1, default: 5 },
        mail: { type: 'object', properties: { host: { type: 'string' } }, required: ['host'] },
        secretKey: { type: 'string', writeOnly: true },
      },
    };
    await using test = await setUp({ config: {}, configSchema });
    expect(test.ctx.getConfig('limit')).toBe(5);
    const error = await rejection(test.host.updateConfig('demo', { limit: 0, mail: {} }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect((error.issues as { pointer: string }[]).map(({ pointer }) => pointer).toSorted()).toEqual([
      '/limit',
      '/mail/host',
    ]);
    await test.host.updateConfig('demo', { limit: 2, mail: { host: 'a' } });
    expect(test.ctx.getConfig('mail.host')).toBe('a');
  });

  it('go back to the default when they are set to undefined', async () => {
    await using test = await setUp();
    await test.ctx.setConfig('greeting', 'hi');
    await test.ctx.setConfig('greeting', undefined);
    expect(test.ctx.getConfig('greeting')).toBe('hello');
  });

  it('that were handed out can be changed by the plugin without changing what is stored', async () => {
    await using test = await setUp();
    await test.ctx.setConfig('list', [1]);
    (test.ctx.getConfig('list') as number[]).push(2);
    const { config: shown = {} } = test.host.get('demo') ?? {};
    (shown['list'] as number[]).push(3);
    const change = test.probe.notes[0] as { config: { list: number[] } };
    change.config.list.push(4);
    expect(test.ctx.getConfig('list')).toEqual([1]);
  });
});

describe('secrets', () => {
  it('are seen by the plugin only: answers and audit say that they are set, whatever happens to them', async () => {
    await using test = await setUp({
      configSchema: { properties: { hidden: { type: 'string', writeOnly: true, default: 'canary-schema' } } },
    });
    await test.host.updateConfig('demo', { token: 'canary-1', key: 'canary-2', hidden: 'canary-3' });
    await test.host.updateConfig('demo', { token: 'canary-4' });
    expect(test.ctx.getConfig('token')).toBe('canary-4');
    const detail = test.host.get('demo');
    expect(detail?.config).toMatchObject({
      token: { $secret: 'set' },
      key: { $secret: 'set' },
      hidden: { $secret: 'set' },
    });
    const everything = JSON.stringify([
      detail,
      test.host.status(),
      await test.host.audit(),
      test.host.events.since(0),
      test.logger.lines,
    ]);
    expect(everything).not.toMatch(/canary|factory/);
    expect(everything).toContain('plugin:config-changed');
    expect(detail?.manifest['config']).toMatchObject({ token: { type: 'password', default: { $secret: 'set' } } });
  });

  it('stay as they are when the placeholder is sent back, are replaced by text, and cleared by null', async () => {
    await using test = await setUp();
    await test.host.updateConfig('demo', { key: 'one', greeting: 'a' });
    await test.host.updateConfig('demo', { ...test.host.get('demo')?.config, greeting: 'b' });
    expect([test.ctx.getConfig('key'), test.ctx.getConfig('greeting')]).toEqual(['one', 'b']);
    await test.host.updateConfig('demo', { key: 'two' });
    expect(test.ctx.getConfig('key')).toBe('two');
    await test.host.updateConfig('demo', { key: null });
    expect(test.ctx.getConfig('key')).toBeUndefined();
    expect(test.host.get('demo')?.config).not.toHaveProperty('key');
  });

  it('that are plain values in the manifest, and secret by configSchema, are not shown either', async () => {
    await using test = await setUp({
      config: { apiKey: 'canary-plain' },
      configSchema: { properties: { apiKey: { type: 'string', secret: true } } },
    });
    expect(JSON.stringify(test.host.get('demo'))).not.toContain('canary');
    expect(test.ctx.getConfig('apiKey')).toBe('canary-plain');
  });
});

describe('onConfigChange', () => {
  it('hears which keys changed, after getConfig has the new values; the audit has before, after and who it was', async () => {
    await using test = await setUp();
    await test.host.updateConfig('demo', { greeting: 'hi', on: true }, { actor: 'anna' });
    expect(test.probe.notes).toMatchObject([
      { keys: ['greeting', 'on'], current: 'hi', config: { greeting: 'hi', on: true, port: 8080 } },
    ]);
    expect(await test.host.audit({ type: 'plugin:config-changed' })).toMatchObject([
      { plugin: 'demo', actor: 'anna', data: { keys: ['greeting', 'on'], after: { greeting: 'hi', on: true } } },
    ]);
  });

  it('is not called when nothing changed, and neither is anything stored', async () => {
    await using test = await setUp();
    await test.host.updateConfig('demo', { greeting: 'hi' });
    await test.host.updateConfig('demo', { greeting: 'hi' });
    expect(test.probe.notes).toHaveLength(1);
    expect((await test.stores.plugins.get('demo'))?.configRevision).toBe(1);
  });

  it('that throws is recorded against the plugin; the change stays', async () => {
    await using test = await setUp();
    test.probe.kept['onChange'] = () => {
      throw new Error('cannot reconnect');
    };
    await test.host.updateConfig('demo', { greeting: 'hi' });
    expect(test.ctx.getConfig('greeting')).toBe('hi');
    expect(test.host.summary('demo')?.state).toBe('active');
    await eventually(async () =>
      expect(await test.host.audit({ type: 'plugin:error' })).toMatchObject([
        { plugin: 'demo', data: { during: 'onConfigChange', message: 'cannot reconnect' } },
      ]),
    );
  });

  it('may save settings itself, and so may onEnable', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        demo: plugin(
          'demo',
          `export default {
            async onLoad(ctx) { await ctx.setConfig('loaded', true); },
            async onEnable(ctx) { await ctx.setConfig('enabled', true); },
            async onConfigChange(ctx, { keys }) { ctx.db.note(keys); if (keys.includes('a')) await ctx.setConfig('b', ctx.getConfig('a') + 1); },
          };`,
        ),
      },
    });
    expect(test.host.summary('demo')?.state).toBe('active');
    await test.host.updateConfig('demo', { a: 1 });
    await test.host.reload('demo');
    expect(test.host.get('demo')?.config).toEqual({ loaded: true, enabled: true, a: 1, b: 2 });
    expect(probe.notes).toEqual([['a'], ['b']]);
    await test.expectNothingLeft();
  });

  it('is called on the generation that serves while the next one is being built', async () => {
    await using test = await setUp();
    await test.folder.write(
      'demo',
      plugin('demo', "export default { onEnable(ctx) { return ctx.db.wait('enable'); } };", { config }),
    );
    const reload = test.host.reload('demo');
    await eventually(() => expect(test.probe.waiting('enable')).toBe(1));
    await test.host.updateConfig('demo', { greeting: 'hi' });
    expect(test.probe.notes).toMatchObject([{ keys: ['greeting'] }]);
    test.probe.release('enable');
    await reload;
    await test.expectNothingLeft();
  });

  it('is not called on a disabled plugin, whose settings can be changed all the same', async () => {
    await using test = await setUp();
    await test.host.disable('demo');
    await test.host.updateConfig('demo', { greeting: 'hi' });
    expect(test.probe.notes).toEqual([]);
    expect(test.host.get('demo')?.config['greeting']).toBe('hi');
  });
});
