import { describe, expect, it } from 'vitest';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection } from './support/probe.ts';

/** A plugin that notes when it comes up and goes. */
function noting(name: string, members: object = {}): PluginFiles {
  const code = `export default {
    async onEnable(ctx) { ctx.db.note('up ${name}'); await ctx.db.kept.onEnable?.('${name}'); },
    onDisable(ctx) { ctx.db.note('down ${name}'); },
  };`;
  return plugin(name, code, members);
}

const needs = (...names: string[]): object => ({
  dependencies: Object.fromEntries(names.map((name) => [name, '^1.0.0'])),
});

const state = ({ host }: TestHost, name: string): unknown => host.summary(name)?.state;
const code = ({ host }: TestHost, name: string): unknown => host.summary(name)?.reason?.code;
const states = ({ host }: TestHost): object =>
  Object.fromEntries(host.status().map((summary) => [summary.name, summary.state]));
const becomes = (test: TestHost, wanted: Record<string, string>): Promise<void> =>
  eventually(() => expect(states(test)).toMatchObject(wanted));

describe('at a start', () => {
  it('plugins come up after those that they need, whatever their names', async () => {
    const probe = createProbe();
    probe.kept['onEnable'] = (name: string) => name === 'z' && new Promise((resolve) => setImmediate(resolve));
    await using test = await createTestHost({
      db: probe,
      plugins: { a: noting('a', needs('m')), m: noting('m', needs('z')), z: noting('z'), free: noting('free') },
    });
    expect(states(test)).toEqual({ a: 'active', free: 'active', m: 'active', z: 'active' });
    expect(probe.notes.filter((note) => note !== 'up free')).toEqual(['up z', 'up m', 'up a']);
    const blocked = await test.host.audit({ type: 'plugin:blocked' });
    expect(blocked).toEqual([]);
    await test.expectNothingLeft();
  });

  it('a plugin waits for an optional dependency that is there, and comes up without one that is not', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        a: noting('a', { optionalDependencies: { z: '*', nobody: '*' } }),
        // an optional need that closes a circle does not count
        z: noting('z', { optionalDependencies: { a: '*' } }),
        b: noting('b', { optionalDependencies: { c: '*' } }),
        c: noting('c', needs('b')),
      },
    });
    expect(states(test)).toEqual({ a: 'active', b: 'active', c: 'active', z: 'active' });
    expect(probe.notes.indexOf('up b')).toBeLessThan(probe.notes.indexOf('up c'));
    expect(await test.host.audit({ type: 'plugin:blocked' })).toEqual([]);
  });

  it('one that hangs holds up those that need it, and nobody else', async () => {
    const probe = createProbe();
    probe.kept['onEnable'] = (name: string) => name === 'slow' && probe.wait('slow');
    await using test = await createTestHost({
      db: probe,
      start: false,
      plugins: { slow: noting('slow'), needy: noting('needy', needs('slow')), free: noting('free') },
    });
    const started = test.host.start();
    await eventually(() => expect(states(test)).toEqual({ free: 'active', needy: 'loading', slow: 'loading' }));
    test.clock.advance(5_000);
    await started;
    expect(states(test)).toEqual({ free: 'active', needy: 'loading', slow: 'loading' });
    probe.release('slow');
    await becomes(test, { needy: 'active', slow: 'active' });
    await test.expectNothingLeft();
  });
});

describe('a plugin is blocked, wanted, and says why', () => {
  it.each([
    ['is not there', {}, /needs "z" \^1\.0\.0, which is not there/],
    ['has the wrong version', { z: noting('z', { version: '2.0.0' }) }, /which is there as 2\.0\.0/],
    ['is only a pre-release', { z: noting('z', { version: '1.0.0-beta.1' }) }, /which is there as 1\.0\.0-beta\.1/],
    ['has failed', { z: plugin('z', 'export default { onLoad() { throw new Error("no"); } }') }, /which is failed/],
    ['is blocked itself', { z: noting('z', needs('nobody')) }, /which is blocked itself/],
  ])('while what it needs %s', async (_, others: Record<string, PluginFiles>, message) => {
    await using test = await createTestHost({
      db: createProbe(),
      plugins: { a: noting('a', needs('z')), ...others },
    });
    expect(test.host.summary('a')).toMatchObject({
      state: 'blocked',
      enabled: true,
      reason: { code: 'DEPENDENCY_UNMET', message: expect.stringMatching(message) },
      lastFailure: null,
    });
    expect(await test.stores.plugins.get('a')).toMatchObject({ enabled: true, state: 'blocked' });
    expect(await rejection(test.host.enable('a'))).toMatchObject({ code: 'DEPENDENCY_UNMET', status: 409 });
    expect(state(test, 'a')).toBe('blocked');
    await test.expectNothingLeft();
  });

  it('and accepts a pre-release inside the range', async () => {
    await using test = await createTestHost({
      db: createProbe(),
      plugins: { a: noting('a', needs('z')), z: noting('z', { version: '1.3.0-rc.1' }) },
    });
    expect(state(test, 'a')).toBe('active');
  });

  it('and comes up by itself when that is put there, enabled, mended or upgraded, through several plugins', async () => {
    await using test = await createTestHost({
      db: createProbe(),
      plugins: { a: noting('a', needs('b')), b: noting('b', { dependencies: { z: '>=1.1.0' } }) },
    });
    expect(states(test)).toEqual({ a: 'blocked', b: 'blocked' });
    await test.folder.write('z', plugin('z', 'export default { onLoad() { throw new Error("no"); } }'));
    await test.host.rescan();
    expect(states(test)).toMatchObject({ a: 'blocked', b: 'blocked', z: 'failed' });
    await eventually(() => expect(test.host.summary('b')?.reason?.message).toContain('which is failed'));
    await test.folder.write('z', noting('z'));
    await test.host.enable('z');
    await eventually(() => expect(test.host.summary('b')?.reason?.message).toContain('which is there as 1.0.0'));
    await test.folder.write('z', noting('z', { version: '1.1.0' }));
    await test.host.reload('z');
    await becomes(test, { a: 'active', b: 'active', z: 'active' });
    const [entry] = await test.host.audit({ plugin: 'a', type: 'plugin:enabled' });
    expect(entry).toMatchObject({ actor: 'system', data: { cause: 'unblocked' } });
    await test.expectNothingLeft();
  });

  it('after an enable that fails for that, also on the next start', async () => {
    await using test = await createTestHost({
      db: createProbe(),
      enableNewPlugins: false,
      plugins: { a: noting('a', needs('z')), z: noting('z') },
    });
    expect(await rejection(test.host.enable('a', { actor: 'ana' }))).toMatchObject({
      code: 'DEPENDENCY_UNMET',
      message: 'Plugin "a" needs "z" ^1.0.0, which is disabled.',
      hint: 'Enable "z". Plugin "a" then comes up by itself.',
      details: { dependencies: [{ name: 'z', range: '^1.0.0', problem: 'is disabled' }] },
    });
    expect(test.host.summary('a')).toMatchObject({ state: 'blocked', enabled: true });
    expect(await test.host.audit({ plugin: 'a', type: 'plugin:blocked' })).toMatchObject([{ actor: 'ana' }]);
    await test.host.stop();
    await using second = await createTestHost({ db: createProbe(), folder: test.folder, stores: test.stores });
    expect(states(second)).toEqual({ a: 'blocked', z: 'disabled' });
    await second.host.enable('z');
    await becomes(second, { a: 'active', z: 'active' });
  });

  it('while what it needs asks to be tried later, also at a start', async () => {
    const probe = createProbe();
    const lazy = `export default { onEnable(ctx) { if (!ctx.db.kept.ready) throw ctx.retryLater('not yet'); } };`;
    await using test = await createTestHost({
      db: probe,
      plugins: { a: noting('a', needs('z')), z: plugin('z', lazy) },
    });
    expect(states(test)).toEqual({ a: 'blocked', z: 'retrying' });
    probe.kept['ready'] = true;
    test.clock.advance(60_000);
    await becomes(test, { a: 'active', z: 'active' });
    await test.expectNothingLeft();
  });

  it('at a start, unless the release that ran before needs less; that runs until the folder may', async () => {
    await using test = await createTestHost({
      db: createProbe(),
      releases: {},
      plugins: { a: noting('a'), z: noting('z', { version: '0.9.0' }) },
    });
    await test.host.stop();
    await test.folder.write('a', noting('a', { version: '1.1.0', ...needs('z') }));
    await using second = await createTestHost({
      db: createProbe(),
      releases: {},
      folder: test.folder,
      stores: test.stores,
    });
    expect(second.host.summary('a')).toMatchObject({
      state: 'active',
      version: '1.0.0',
      lastFailure: { code: 'DEPENDENCY_UNMET' },
    });
    await second.folder.write('z', noting('z'));
    await second.host.reload('z');
    await eventually(() => expect(second.host.summary('a')).toMatchObject({ version: '1.1.0', lastFailure: null }));
    await second.expectNothingLeft();
  });

  it('only once that can be stored: while the store is down, enable changes nothing', async () => {
    await using test = await createTestHost({
      db: createProbe(),
      enableNewPlugins: false,
      plugins: { a: noting('a', needs('z')) },
    });
    const { plugins } = test.stores;
    const update = plugins.update.bind(plugins);
    plugins.update = () => Promise.reject(new Error('down'));
    expect(await rejection(test.host.enable('a'))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(test.host.summary('a')).toMatchObject({ state: 'disabled', enabled: false, reason: null });
    plugins.update = update;
    expect(await rejection(test.host.enable('a'))).toMatchObject({ code: 'DEPENDENCY_UNMET' });
    expect(test.host.summary('a')).toMatchObject({ state: 'blocked', enabled: true });
  });

  it('and lets go of what was loaded of it', async () => {
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, plugins: { a: noting('a', needs('z')), z: noting('z') } });
    await test.host.disable('a');
    await test.host.disable('z');
    expect(test.host.inspect().generations).toBe(2);
    await rejection(test.host.enable('a'));
    expect(test.host.inspect().generations).toBe(1);
    expect(test.host.summary('a')).toMatchObject({ state: 'blocked', generation: null });
    await test.host.enable('z');
    await becomes(test, { a: 'active' });
    await test.expectNothingLeft();
  });

  it('until it is disabled', async () => {
    await using test = await createTestHost({ db: createProbe(), plugins: { a: noting('a', needs('z')) } });
    await test.host.disable('a');
    expect(test.host.summary('a')).toMatchObject({ state: 'disabled', enabled: false, reason: null });
    await test.folder.write('z', noting('z'));
    await test.host.rescan();
    expect(states(test)).toEqual({ a: 'disabled', z: 'active' });
    await test.expectNothingLeft();
  });
});

describe('a circle', () => {
  it('blocks every member with the way around, and those that need one; an edit that breaks it brings all up', async () => {
    await using test = await createTestHost({
      db: createProbe(),
      plugins: {
        a: noting('a', needs('b')),
        b: noting('b', needs('c')),
        c: noting('c', needs('a')),
        self: noting('self', needs('self')),
        outside: noting('outside', needs('a')),
      },
    });
    for (const [name, way] of [
      ['a', 'a → b → c → a'],
      ['b', 'b → c → a → b'],
      ['c', 'c → a → b → c'],
      ['self', 'self → self'],
    ] as const) {
      expect(test.host.summary(name)?.reason).toMatchObject({
        code: 'DEPENDENCY_CYCLE',
        message: expect.stringContaining(way),
      });
    }
    expect(code(test, 'outside')).toBe('DEPENDENCY_UNMET');
    expect(test.host.graph().cycles).toEqual([
      ['a', 'b', 'c', 'a'],
      ['self', 'self'],
    ]);
    await test.folder.write('c', noting('c'));
    await test.host.reload('c');
    await becomes(test, { a: 'active', b: 'active', c: 'active', outside: 'active', self: 'blocked' });
    await test.folder.write('self', noting('self'));
    await test.host.rescan();
    await becomes(test, { self: 'active' });
    await test.expectNothingLeft();
  });

  it('that a reload would close is refused, and what runs goes on', async () => {
    await using test = await createTestHost({
      db: createProbe(),
      plugins: { a: noting('a'), b: noting('b', needs('a')) },
    });
    await test.folder.write('a', noting('a', needs('b')));
    expect(await rejection(test.host.reload('a'))).toMatchObject({ code: 'DEPENDENCY_CYCLE' });
    expect(states(test)).toEqual({ a: 'active', b: 'active' });
    expect(test.host.summary('a')?.lastFailure).toMatchObject({ code: 'DEPENDENCY_CYCLE', during: 'reload' });
    expect(test.host.summary('a')?.generation).toBe(1);
  });
});

describe('the graph', () => {
  it('has every plugin, those that are missed too, and says which need is not met', async () => {
    await using test = await createTestHost({
      db: createProbe(),
      plugins: {
        a: noting('a', {
          displayName: 'A!',
          dependencies: { b: '^1.0.0', gone: '*' },
          optionalDependencies: { b2: '1' },
        }),
        b: noting('b', { optionalDependencies: { b2: '^2.0.0', absent: '*' } }),
        b2: noting('b2'),
      },
    });
    const { nodes, edges, cycles } = test.host.graph();
    expect(nodes).toEqual([
      { name: 'a', displayName: 'A!', version: '1.0.0', state: 'blocked', enabled: true },
      { name: 'absent', displayName: 'absent', version: null, state: null, enabled: false },
      { name: 'b', displayName: 'b', version: '1.0.0', state: 'active', enabled: true },
      { name: 'b2', displayName: 'b2', version: '1.0.0', state: 'active', enabled: true },
      { name: 'gone', displayName: 'gone', version: null, state: null, enabled: false },
    ]);
    expect(edges).toEqual([
      { from: 'a', to: 'b', range: '^1.0.0', optional: false, problem: null },
      { from: 'a', to: 'gone', range: '*', optional: false, problem: 'is not there' },
      { from: 'a', to: 'b2', range: '1', optional: true, problem: null },
      { from: 'b', to: 'b2', range: '^2.0.0', optional: true, problem: 'is there as 1.0.0' },
      { from: 'b', to: 'absent', range: '*', optional: true, problem: null },
    ]);
    expect(cycles).toEqual([]);
    expect(test.host.summary('b')?.warnings).toEqual([
      { pointer: '/optionalDependencies/b2', message: 'made for "b2" ^2.0.0, which is there as 1.0.0' },
    ]);
  });
});
