import { describe, expect, it } from 'vitest';
import { createMemoryStores, type PluginStores } from '../src/index.ts';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection } from './support/probe.ts';

const greeting = (version: string, members: object = {}): PluginFiles =>
  answering('demo', version, { version, config: { greeting: 'hello' }, ...members });
const needs = (...names: string[]): object => ({
  dependencies: Object.fromEntries(names.map((name) => [name, '^1.0.0'])),
});

const serves = ({ http }: TestHost, version: string): Promise<void> =>
  eventually(async () => expect(await http.request('demo', 'GET', '/version')).toBe(version));
const state = ({ host }: TestHost, name: string): unknown => host.summary(name)?.state;

describe('a release that waits for consent', () => {
  const asking = greeting('2.0.0', { permissions: ['net'] });

  it('goes on waiting when settings are saved, and comes up with the consent', async () => {
    await using test = await createTestHost({ plugins: { demo: greeting('1.0.0') } });
    await test.folder.write('demo', asking);
    expect(await rejection(test.host.reload('demo'))).toMatchObject({ code: 'CONSENT_REQUIRED' });
    await test.host.updateConfig('demo', { greeting: 'hi' });
    await serves(test, '1.0.0');
    await test.host.grants.change('demo', { grant: ['net'] });
    await serves(test, '2.0.0');
    expect(test.host.get('demo')?.config).toEqual({ greeting: 'hi' });
    await test.expectNothingLeft();
  });

  it('is what comes up when the plugin was blocked meanwhile, although settings were saved before', async () => {
    const plugins = { base: plugin('base', 'export default {}'), demo: greeting('1.0.0', needs('base')) };
    await using test = await createTestHost({ plugins });
    await test.folder.write('demo', greeting('2.0.0', { permissions: ['net'], ...needs('base') }));
    await rejection(test.host.reload('demo'));
    await test.host.updateConfig('demo', { greeting: 'hi' });
    await test.host.disable('base', { cascade: true });
    expect(state(test, 'demo')).toBe('blocked');
    await test.host.grants.change('demo', { grant: ['net'] });
    await test.host.enable('base');
    await serves(test, '2.0.0');
    await test.expectNothingLeft();
  });
});

describe('a plugin whose folder holds a release that waits for consent', () => {
  it('comes back with the one that ran when what it needs comes back', async () => {
    const plugins = { base: plugin('base', 'export default {}'), demo: greeting('1.0.0', needs('base')) };
    await using test = await createTestHost({ plugins });
    await test.folder.write('demo', greeting('2.0.0', { permissions: ['net'], ...needs('base') }));
    await rejection(test.host.reload('demo'));
    await test.host.disable('base', { cascade: true });
    expect(state(test, 'demo')).toBe('blocked');
    await test.host.enable('base');
    await serves(test, '1.0.0');
    await test.host.grants.change('demo', { grant: ['net'] });
    await serves(test, '2.0.0');
    await test.expectNothingLeft();
  });
});

describe('a release that may come up at last', () => {
  it('is tried once when its folder cannot be read any more', async () => {
    const plugins = { demo: greeting('1.0.0'), other: plugin('other', 'export default {}') };
    await using test = await createTestHost({ plugins });
    await test.folder.write('demo', greeting('2.0.0', { permissions: ['net'] }));
    await rejection(test.host.reload('demo'));
    await test.folder.write('demo', { 'plugin.json': '{' });
    const failed = (): Promise<unknown[]> => test.host.audit({ type: 'plugin:reload-failed' });
    await test.host.grants.change('demo', { grant: ['net'] });
    await eventually(async () => expect(await failed()).toHaveLength(2));
    for (let count = 0; count < 5; count += 1) await test.host.reload('other');
    await test.host.stop();
    expect(await failed()).toHaveLength(2);
    await test.expectNothingLeft();
  });

  it('comes up once, however much changes at the same time', async () => {
    const other = (name: string): PluginFiles => plugin(name, 'export default {}');
    await using test = await createTestHost({ plugins: { demo: greeting('1.0.0'), a: other('a'), b: other('b') } });
    await test.folder.write('demo', greeting('2.0.0', { permissions: ['net'] }));
    await rejection(test.host.reload('demo'));
    await Promise.all([
      test.host.reload('a'),
      test.host.grants.change('demo', { grant: ['net'] }),
      test.host.reload('b'),
      test.host.disable('a'),
    ]);
    await serves(test, '2.0.0');
    await test.host.stop();
    expect(await test.host.audit({ plugin: 'demo', type: 'plugin:reloaded' })).toHaveLength(1);
    await test.expectNothingLeft();
  });
});

describe('settings', () => {
  it('can be saved while a plugin that is needed is down for a moment', async () => {
    const probe = createProbe();
    const base = (onEnable: string): PluginFiles =>
      plugin('base', `export default { async onEnable(ctx) { ${onEnable} } };`, { reload: 'restart' });
    const plugins = { base: base(''), demo: greeting('1.0.0', needs('base')) };
    await using test = await createTestHost({ db: probe, plugins });
    await test.folder.write('base', base(`await ctx.db.wait('base');`));
    const reload = test.host.reload('base');
    await eventually(() => expect(probe.waiting('base')).toBe(1));
    await test.host.updateConfig('demo', { greeting: 'hi' });
    expect(test.host.get('demo')).toMatchObject({ state: 'active', config: { greeting: 'hi' } });
    probe.release('base');
    await reload;
    await test.expectNothingLeft();
  });
});

describe('a plugin that is blocked', () => {
  /** Stores that take their time to disable a plugin. */
  function slow(stores: PluginStores, wait: () => Promise<void>): PluginStores {
    const plugins = new Proxy(stores.plugins, {
      get(target, member) {
        const method: unknown = Reflect.get(target, member);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]): Promise<unknown> => {
          const change = args[1] as { enabled?: boolean } | undefined;
          if (member === 'update' && change?.enabled === false) await wait();
          return Reflect.apply(method, target, args) as unknown;
        };
      },
    });
    return { ...stores, plugins };
  }

  it('stays disabled when that is said while its reason changes', async () => {
    const probe = createProbe();
    const stores = slow(createMemoryStores(), () => probe.wait('disabling'));
    const base = plugin('base', 'export default {}');
    const plugins = { demo: greeting('1.0.0', needs('base', 'other')) };
    await using test = await createTestHost({ stores, plugins });
    const disabled = test.host.disable('demo');
    await eventually(() => expect(probe.waiting('disabling')).toBe(1));
    await test.folder.write('base', base);
    await test.host.rescan();
    expect(state(test, 'base')).toBe('active');
    probe.release('disabling');
    await disabled;
    await test.host.stop();
    expect(await stores.plugins.get('demo')).toMatchObject({ enabled: false, state: 'disabled' });
    await test.expectNothingLeft();
  });

  it('says what it still waits for', async () => {
    const plugins = { demo: greeting('1.0.0', needs('base', 'other')) };
    await using test = await createTestHost({ plugins });
    const missing = (): unknown => test.host.get('demo')?.reason?.message;
    expect(missing()).toContain('"base"');
    await test.folder.write('base', plugin('base', 'export default {}'));
    await test.host.rescan();
    await eventually(() => expect(missing()).not.toContain('"base"'));
    expect(missing()).toContain('"other"');
    await test.expectNothingLeft();
  });
});
