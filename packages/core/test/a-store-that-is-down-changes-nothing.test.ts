import { describe, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { fragileStores } from './support/fragile-stores.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection } from './support/probe.ts';

const always = (): boolean => true;
const never = (): boolean => false;

async function setUp(): Promise<TestHost & { stores: ReturnType<typeof fragileStores> }> {
  const stores = fragileStores();
  return Object.assign(
    await createTestHost({ stores, plugins: { demo: answering('demo', 'old', { config: { greeting: 'hello' } }) } }),
    { stores },
  );
}

const version = ({ http }: TestHost): Promise<unknown> => http.request('demo', 'GET', '/version');

describe('while the store is down', () => {
  it('disable fails with STORE_UNAVAILABLE and the plugin goes on serving', async () => {
    await using test = await setUp();
    test.stores.down = always;
    expect(await rejection(test.host.disable('demo'))).toMatchObject({ code: 'STORE_UNAVAILABLE', status: 503 });
    expect(await version(test)).toBe('old');
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', enabled: true });
    test.stores.down = never;
    await test.host.disable('demo');
    await test.expectNothingLeft();
  });

  it('enable fails with STORE_UNAVAILABLE, the plugin stays disabled, and can be enabled when the store is back', async () => {
    await using test = await setUp();
    await test.host.disable('demo');
    test.stores.down = always;
    expect(await rejection(test.host.enable('demo'))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(test.host.summary('demo')).toMatchObject({ state: 'disabled', enabled: false, reason: null });
    await expect(version(test)).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    test.stores.down = never;
    expect(await test.stores.plugins.get('demo')).toMatchObject({ enabled: false, state: 'disabled' });
    await test.host.enable('demo');
    expect(await version(test)).toBe('old');
    await test.expectNothingLeft();
  });

  it('a reload fails with STORE_UNAVAILABLE and the old generation goes on serving', async () => {
    await using test = await setUp();
    await test.folder.write('demo', answering('demo', 'new'));
    test.stores.down = always;
    expect(await rejection(test.host.reload('demo'))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await version(test)).toBe('old');
    expect(test.host.summary('demo')?.state).toBe('active');
    await test.expectNothingLeft();
  });

  it('a change of settings fails with STORE_UNAVAILABLE and changes nothing', async () => {
    await using test = await setUp();
    test.stores.down = always;
    expect(await rejection(test.host.updateConfig('demo', { greeting: 'hi' }))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    expect(test.host.get('demo')).toMatchObject({ config: { greeting: 'hello' }, configRevision: 0 });
    test.stores.down = never;
    await test.host.updateConfig('demo', { greeting: 'hi' });
    expect(test.host.get('demo')).toMatchObject({ config: { greeting: 'hi' }, configRevision: 1 });
  });

  it('what a plugin does wrong is in the log all the same, and a note that cannot be written only warns', async () => {
    await using test = await setUp();
    test.stores.down = always;
    await test.folder.write('demo', plugin('demo', "throw new Error('no');"));
    await rejection(test.host.reload('demo'));
    await eventually(() =>
      expect(test.logger.lines).toContainEqual(
        expect.objectContaining({ level: 'warn', message: 'an audit entry could not be stored' }),
      ),
    );
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', lastFailure: { code: 'MODULE_FAILED' } });
    await test.expectNothingLeft();
  });

  it('a wanted plugin that asked to be tried later goes live at its next try, as at boot', async () => {
    const stores = fragileStores();
    const probe = createProbe();
    const waiting = plugin(
      'demo',
      "export default { onEnable(ctx) { if (!ctx.db.kept.ready) throw ctx.retryLater('not yet'); } };",
    );
    await using test = await createTestHost({ db: probe, stores, plugins: { demo: waiting } });
    expect(test.host.summary('demo')?.state).toBe('retrying');
    probe.kept['ready'] = true;
    stores.down = always;
    test.clock.advance(1_000);
    await eventually(() => expect(test.host.summary('demo')).toMatchObject({ state: 'active', reason: null }));
    await test.expectNothingLeft();
  });

  it('a plugin that asks to be tried later is tried on, and runs when the store is back', async () => {
    const stores = fragileStores();
    const probe = createProbe();
    const waiting = plugin(
      'demo',
      "export default { onEnable(ctx) { ctx.db.note('tried'); if (!ctx.db.kept.ready) throw ctx.retryLater('not yet'); } };",
    );
    await using test = await createTestHost({ db: probe, stores, enableNewPlugins: false, plugins: { demo: waiting } });
    stores.down = always;
    await rejection(test.host.enable('demo'));
    probe.kept['ready'] = true;
    test.clock.advance(1_000);
    await eventually(() => {
      expect(probe.notes).toHaveLength(2);
      expect(test.host.summary('demo')).toMatchObject({ state: 'retrying', reason: { code: 'STORE_UNAVAILABLE' } });
    });
    stores.down = never;
    test.clock.advance(2_000);
    await eventually(() => expect(test.host.summary('demo')).toMatchObject({ state: 'active', enabled: true }));
    expect(await stores.plugins.get('demo')).toMatchObject({ enabled: true, state: 'active' });
    await test.expectNothingLeft();
  });
});

describe('at boot', () => {
  it('notes that cannot be written stop no plugin', async () => {
    const stores = fragileStores();
    const first = await createTestHost({ stores, plugins: { demo: answering('demo', 'old') } });
    await first.host.stop();
    stores.down = (member) => ['update', 'append', 'add'].includes(member);
    await using test = await createTestHost({ stores, folder: first.folder });
    expect(await version(test)).toBe('old');
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', reason: null });
    await test.expectNothingLeft();
    await first.folder[Symbol.asyncDispose]();
  });

  it('a new plugin that the store does not take is shown as failed, the others run, and a rescan takes it later', async () => {
    const stores = fragileStores();
    const first = await createTestHost({ stores, plugins: { demo: answering('demo', 'old') } });
    await first.host.stop();
    await first.folder.write('added', answering('added', 'new'));
    stores.down = (member) => member === 'add';
    await using test = await createTestHost({ stores, folder: first.folder });
    expect(await version(test)).toBe('old');
    expect(test.host.summary('added')).toMatchObject({ state: 'failed', reason: { code: 'STORE_UNAVAILABLE' } });
    stores.down = never;
    await test.host.rescan();
    expect(await test.http.request('added', 'GET', '/version')).toBe('new');
    await test.expectNothingLeft();
    await first.folder[Symbol.asyncDispose]();
  });

  it('an enabled plugin is announced once, when it serves', async () => {
    await using test = await createTestHost({ start: false, plugins: { demo: answering('demo', 'old') } });
    const mounted: unknown[] = [];
    const stop = test.host.on('plugin:enabled', () => mounted.push(test.http.mounted()));
    await test.host.start();
    stop();
    expect(mounted).toEqual([['demo']]);
    await eventually(async () =>
      expect(await test.host.audit({ type: 'plugin:enabled' })).toMatchObject([
        { actor: 'system', data: { cause: 'boot' } },
      ]),
    );
  });
});

describe('storage while the store is down', () => {
  it('fails for the plugin with STORE_UNAVAILABLE', async () => {
    const stores = fragileStores();
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      stores,
      plugins: { demo: plugin('demo', 'export default { onLoad(ctx) { ctx.db.kept.ctx = ctx; } };') },
    });
    stores.down = always;
    const ctx = probe.kept['ctx'] as {
      getStorage(key: string): Promise<unknown>;
      setStorage(key: string, value: unknown): Promise<void>;
    };
    expect(await rejection(ctx.getStorage('a'))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await rejection(ctx.setStorage('a', 1))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(test.host.summary('demo')?.state).toBe('active');
  });
});
