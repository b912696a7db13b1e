import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { fragileStores } from './support/fragile-stores.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection } from './support/probe.ts';

type Fragile = ReturnType<typeof fragileStores>;

/** A host that has run on its store and was stopped, so that it is remembered what was true. */
async function ranBefore(
  plugins: Record<string, PluginFiles>,
  prepare: (test: TestHost) => Promise<unknown> = async () => undefined,
): Promise<{ stores: Fragile; first: TestHost }> {
  const stores = fragileStores();
  const first = await createTestHost({ stores, plugins });
  await prepare(first);
  await first.host.stop();
  stores.down = () => true;
  return { stores, first };
}

/** Lets the store answer again, and the host notice. */
async function comeBack({ host, clock }: TestHost, stores: Fragile): Promise<void> {
  stores.down = () => false;
  clock.advance(1_000);
  await eventually(() => expect(host.condition().store.available).toBe(true));
}

const wanted = { state: 'active', enabled: true, reason: null };

describe('a start without the store', () => {
  it('brings up what was wanted last with its settings and grants, and says why it is not whole', async () => {
    const config = { greeting: 'hello', token: { type: 'password' } };
    const members = { config, permissions: ['users.read'] };
    const code = `export default { onLoad(ctx) {
      ctx.registerRoute({ method: 'GET', url: '/', handler: () => [ctx.getConfig('greeting'), ctx.getConfig('token')] });
    } };`;
    const plugins = { on: plugin('on', code, members), off: answering('off', 'off') };
    const { stores, first } = await ranBefore(plugins, async ({ host }) => {
      await host.updateConfig('on', { greeting: 'hi', token: 'geheim' });
      await host.grants.change('on', { grant: ['users.read'] });
      await host.disable('off');
    });
    await using test = await createTestHost({ stores, folder: first.folder });
    expect(test.host.summary('on')).toMatchObject(wanted);
    expect(await test.http.request('on', 'GET', '/')).toEqual(['hi', 'geheim']);
    expect(test.host.grants.describe('on').permissions).toMatchObject([{ permission: 'users.read', state: 'granted' }]);
    expect(test.host.summary('off')).toMatchObject({ state: 'disabled', enabled: false });
    expect(test.host.condition().store).toEqual({
      available: false,
      since: expect.stringMatching(/^2026-01-01T/),
      reason: { code: 'STORE_UNAVAILABLE', message: 'connection refused', hint: expect.any(String) },
    });
    for (const change of [
      test.host.enable('off'),
      test.host.disable('on'),
      test.host.updateConfig('on', { greeting: 'x' }),
    ])
      expect(await rejection(change)).toMatchObject({ code: 'STORE_UNAVAILABLE', status: 503 });
    await comeBack(test, stores);
    await test.host.enable('off');
    expect(test.host.summary('off')).toMatchObject(wanted);
    await test.expectNothingLeft();
    await first.folder[Symbol.asyncDispose]();
  });

  it('remembers in a file for its owner only, in which secrets are as encrypted as in the store', async () => {
    const { first } = await ranBefore(
      { on: answering('on', '1', { config: { token: { type: 'password' } } }) },
      async ({ host }) => host.updateConfig('on', { token: 'geheim' }),
    );
    const file = path.join(first.folder.directory, '.known-plugins.json');
    const text = await readFile(file, 'utf8');
    expect(text).toContain('"on"');
    expect(text).not.toContain('geheim');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await first.folder[Symbol.asyncDispose]();
  });

  it('shows plugins that it has never seen as failed, and takes them in when the store is back', async () => {
    const stores = fragileStores();
    stores.down = () => true;
    await using test = await createTestHost({ stores, plugins: { new: answering('new', 'here') } });
    expect(test.host.summary('new')).toMatchObject({ state: 'failed', reason: { code: 'STORE_UNAVAILABLE' } });
    await comeBack(test, stores);
    await eventually(() => expect(test.host.summary('new')).toMatchObject(wanted));
    expect(await test.http.request('new', 'GET', '/version')).toBe('here');
    await test.expectNothingLeft();
  });

  it('brings up a plugin whose files have another version by now', async () => {
    const { stores, first } = await ranBefore({ on: answering('on', 'old') });
    await first.folder.write('on', answering('on', 'new', { version: '1.1.0' }));
    await using test = await createTestHost({ stores, folder: first.folder });
    expect(test.host.summary('on')).toMatchObject({ ...wanted, version: '1.1.0' });
    expect(await test.http.request('on', 'GET', '/version')).toBe('new');
    await test.expectNothingLeft();
    await first.folder[Symbol.asyncDispose]();
  });

  it('tries a plugin again that failed because it could not read what it has stored', async () => {
    const reading = plugin('on', "export default { async onEnable(ctx) { await ctx.getStorage('key'); } };");
    const { stores, first } = await ranBefore({ on: reading });
    await using test = await createTestHost({ stores, folder: first.folder });
    expect(test.host.summary('on')).toMatchObject({ state: 'failed', reason: { code: 'STORE_UNAVAILABLE' } });
    await comeBack(test, stores);
    await eventually(() => expect(test.host.summary('on')).toMatchObject(wanted));
    await eventually(async () => expect((await stores.plugins.get('on'))?.state).toBe('active'));
    await test.expectNothingLeft();
    await first.folder[Symbol.asyncDispose]();
  });
});

describe('when the store is back', () => {
  it('what was changed elsewhere is taken over: enabled, disabled, settings, grants', async () => {
    const probe = createProbe();
    const code = `export default {
      onConfigChange(ctx, { keys }) { ctx.db.note(...keys, ctx.getConfig('greeting')); },
    };`;
    const members = { config: { greeting: 'hello' }, permissions: ['users.read'] };
    const plugins = { on: answering('on', '1'), off: answering('off', '2'), set: plugin('set', code, members) };
    const stores = fragileStores();
    await using test = await createTestHost({ db: probe, stores, plugins });
    await test.host.disable('off');
    stores.down = () => true;
    await rejection(test.host.disable('on'));
    expect(test.host.condition().store.available).toBe(false);
    stores.down = () => false;
    await stores.plugins.update('on', { enabled: false }, []);
    await stores.plugins.update('off', { enabled: true }, []);
    await stores.plugins.update('set', { grants: { 'users.read': false } }, []);
    await stores.plugins.saveConfig('set', { expectedRevision: 0, config: { greeting: 'hi' }, actor: 'ada' }, []);
    await comeBack(test, stores);
    await eventually(() => expect(test.host.summary('off')).toMatchObject(wanted));
    expect(test.host.summary('on')).toMatchObject({ state: 'disabled', enabled: false });
    expect(probe.notes).toEqual([['greeting', 'hi']]);
    expect(test.host.get('set')).toMatchObject({ config: { greeting: 'hi' }, configRevision: 1 });
    expect(test.host.grants.describe('set').permissions).toMatchObject([
      { permission: 'users.read', state: 'revoked' },
    ]);
    await test.expectNothingLeft();
  });

  it('the host is asked again and again, and a host that ends asks no more', async () => {
    const stores = fragileStores();
    await using test = await createTestHost({ stores, plugins: { on: answering('on', '1') } });
    let asked = 0;
    stores.down = (member) => {
      if (member === 'get') asked += 1;
      return true;
    };
    await rejection(test.host.disable('on'));
    await eventually(() => {
      test.clock.advance(250);
      expect(asked).toBe(5);
    });
    await test.expectNothingLeft();
  });

  it('calls of plugins for stored values count too', async () => {
    const probe = createProbe();
    const stores = fragileStores();
    const keeping = plugin('on', 'export default { onLoad(ctx) { ctx.db.kept.ctx = ctx; } };');
    await using test = await createTestHost({ db: probe, stores, plugins: { on: keeping } });
    stores.down = () => true;
    const { ctx } = probe.kept as { ctx: { setStorage(key: string, value: unknown): Promise<void> } };
    expect(await rejection(ctx.setStorage('a', 1))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(test.host.condition().store.available).toBe(false);
    await comeBack(test, stores);
    await ctx.setStorage('a', 1);
    await test.expectNothingLeft();
  });
});
