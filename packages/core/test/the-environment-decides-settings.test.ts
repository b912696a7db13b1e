import { describe, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, rejection } from './support/probe.ts';

const config = {
  text: { type: 'string', default: 'a' },
  count: { type: 'integer', default: 1, max: 10 },
  ratio: { type: 'number' },
  on: { type: 'boolean', default: false },
  color: { type: 'select', options: ['red', 'blue'], default: 'red' },
  level: { type: 'select', options: [1, { value: 2, label: 'Two' }] },
  list: { type: 'array', default: [] },
  token: { type: 'password' },
  'dashed-key.dotted': 'x',
  smtp: { host: 'localhost', port: 25 },
};
const configSchema = {
  properties: {
    limits: {
      type: 'object',
      properties: {
        perDay: { type: 'integer', minimum: 1 },
        pass: { type: 'string', writeOnly: true },
        note: { type: ['string', 'null'] },
      },
    },
  },
};
const code = `export default { onLoad(ctx) { ctx.db.kept.ctx = ctx; }, onConfigChange() {} };`;

interface Context {
  getConfig(key?: string): unknown;
  setConfig(key: string, value: unknown): Promise<void>;
}

async function setUp(variables: Record<string, string>): Promise<TestHost & { ctx: Context }> {
  const db = createProbe();
  const env = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [`CATALYST_CONFIG__MY_PLUGIN__${name}`, value]),
  );
  const plugins = { 'my-plugin': plugin('my-plugin', code, { config, configSchema }) };
  const test = await createTestHost({ db, env, plugins });
  return Object.assign(test, { ctx: db.kept['ctx'] as Context });
}

describe('a variable of the environment', () => {
  it.each<[string, string, string, unknown]>([
    ['TEXT', '12', 'text', '12'],
    ['TEXT', '', 'text', ''],
    ['COUNT', '7', 'count', 7],
    ['RATIO', '0.25', 'ratio', 0.25],
    ['ON', 'true', 'on', true],
    ['ON', '0', 'on', false],
    ['COLOR', 'blue', 'color', 'blue'],
    ['LEVEL', '2', 'level', 2],
    ['LIST', '["a",1]', 'list', ['a', 1]],
    ['TOKEN', '12345', 'token', '12345'],
    ['DASHED_KEY_DOTTED', 'y', 'dashed-key.dotted', 'y'],
    ['SMTP', '{"host":"mail"}', 'smtp', { host: 'mail' }],
    ['SMTP__PORT', '587', 'smtp', { host: 'localhost', port: 587 }],
    ['LIMITS__PERDAY', '5', 'limits', { perDay: 5 }],
    ['LIMITS__NOTE', 'null', 'limits', { note: null }],
    ['LIMITS__NOTE', 'words', 'limits', { note: 'words' }],
  ])('%s=%s decides %s as %j', async (variable, text, key, value) => {
    await using test = await setUp({ [variable]: text });
    expect(test.ctx.getConfig(key)).toEqual(value);
    expect(test.host.summary('my-plugin')?.warnings).toEqual([]);
    expect(test.host.config.state('my-plugin').locked).toMatchObject([
      { variable: `CATALYST_CONFIG__MY_PLUGIN__${variable}` },
    ]);
  });

  it.each<[string, string, string]>([
    ['COUNT', 'many', '/config/count'],
    ['COUNT', '1.5', '/config/count'],
    ['COUNT', '11', '/config/count'],
    ['ON', 'maybe', '/config/on'],
    ['COLOR', 'green', '/config/color'],
    ['LIST', 'a,b', '/config/list'],
    ['LIMITS__PERDAY', '0', '/config/limits/perDay'],
    ['COUMT', '1', '/config'],
  ])('%s=%s is left out, and the plugin has a warning', async (variable, text, pointer) => {
    await using test = await setUp({ [variable]: text, TEXT: 'counts' });
    expect(test.ctx.getConfig('count')).toBe(1);
    expect(test.ctx.getConfig('text')).toBe('counts');
    expect(test.host.summary('my-plugin')).toMatchObject({
      state: 'active',
      warnings: [{ code: 'CONFIG_INVALID', pointer, message: expect.stringContaining(variable) }],
    });
    expect(test.host.config.state('my-plugin').locked).toMatchObject([{ key: 'text' }]);
  });

  it('wins over what is stored, and is never stored itself', async () => {
    await using test = await setUp({ COUNT: '7', SMTP__HOST: 'mail', TOKEN: 'canary' });
    await test.host.config.update('my-plugin', {
      count: 7,
      text: 'b',
      token: { $secret: 'set' },
      smtp: { host: 'mail', port: 587 },
    });
    expect((await test.stores.plugins.get('my-plugin'))?.config).toEqual({ text: 'b', smtp: { port: 587 } });
    expect(test.ctx.getConfig('smtp')).toEqual({ host: 'mail', port: 587 });
    await test.ctx.setConfig('smtp.port', 26);
    expect((await test.stores.plugins.get('my-plugin'))?.config).toEqual({ text: 'b', smtp: { port: 26 } });
    expect(JSON.stringify(test.host.config.state('my-plugin'))).not.toContain('canary');
  });

  it('may hold a whole object with a secret inside, which is sent back as it was shown', async () => {
    await using test = await setUp({ LIMITS: '{"perDay":5,"pass":"canary"}' });
    const { config: shown } = test.host.config.state('my-plugin');
    expect(shown['limits']).toEqual({ perDay: 5, pass: { $secret: 'set' } });
    await test.host.config.update('my-plugin', { ...shown, text: 'b' });
    expect((await test.stores.plugins.get('my-plugin'))?.config['limits']).toBeUndefined();
    expect(test.ctx.getConfig('limits.pass')).toBe('canary');
  });

  it('locks its setting: another value is refused with CONFIG_LOCKED, which names the variable', async () => {
    await using test = await setUp({ COUNT: '7', SMTP__HOST: 'mail', TOKEN: 'canary' });
    const { host, ctx } = test;
    const refusals = [
      () => host.config.update('my-plugin', { text: 'b', count: 8 }),
      () => host.config.update('my-plugin', { count: null }),
      () => host.config.update('my-plugin', { smtp: { host: 'other' } }),
      () => host.config.update('my-plugin', { smtp: 'none' }),
      () => host.config.update('my-plugin', { token: 'other' }),
      () => ctx.setConfig('count', 8),
      () => ctx.setConfig('smtp.host', 'other'),
    ];
    for (const refused of refusals) {
      expect(await rejection(refused()), String(refused)).toMatchObject({
        code: 'CONFIG_LOCKED',
        status: 409,
        message: expect.stringMatching(/CATALYST_CONFIG__MY_PLUGIN__(COUNT|SMTP__HOST|TOKEN)/),
      });
    }
    expect(await host.config.test('my-plugin', { count: 8 })).toMatchObject({
      ok: false,
      errors: [{ pointer: '/count' }],
    });
    expect(host.config.state('my-plugin')).toMatchObject({
      revision: 0,
      locked: [
        { key: 'count', variable: 'CATALYST_CONFIG__MY_PLUGIN__COUNT' },
        { key: 'smtp.host', variable: 'CATALYST_CONFIG__MY_PLUGIN__SMTP__HOST' },
        { key: 'token', variable: 'CATALYST_CONFIG__MY_PLUGIN__TOKEN' },
      ],
    });
    await test.expectNothingLeft();
  });
});
