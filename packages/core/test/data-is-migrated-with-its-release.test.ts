import { describe, expect, it } from 'vitest';
import { createMemoryStores, type Collection, type PluginContext } from '../src/index.ts';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, rejection, type Probe } from './support/probe.ts';

/** A plugin whose release 1 keeps names as a text, and whose later ones keep them as a list. */
const release = (version: string, hooks: string, members: object = {}): PluginFiles =>
  plugin('demo', `export default { onLoad(ctx) { ctx.db.kept['${version}'] = ctx; }, ${hooks} };`, {
    version,
    ...members,
  });

const migrate = `async migrate(ctx, { from, to }) {
  ctx.db.note('migrate', from, to);
  for (const { _id, name } of await ctx.collection('people').find()) {
    await ctx.collection('people').update({ _id }, { $set: { names: [name] }, $unset: 'name' });
  }
  await ctx.setStorage('shape', to);
}`;

interface MigrationTest extends TestHost {
  readonly probe: Probe;
  ctx(version: string): PluginContext;
  people(version?: string): Collection;
  shape(version?: string): Promise<unknown>;
}

async function setUp(hooks = '', { stores = createMemoryStores(), version = '1.0.0' } = {}): Promise<MigrationTest> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, stores, plugins: { demo: release(version, hooks) } });
  const ctx = (of: string): PluginContext => probe.kept[of] as PluginContext;
  const people = (of = version): Collection => ctx(of).collection('people');
  const shape = async (of = version): Promise<unknown> => [
    await ctx(of).getStorage('shape'),
    await people(of).find({}, { projection: ['name', 'names'] }),
  ];
  await people().insert({ _id: 'a', name: 'Ada' });
  await ctx(version).setStorage('shape', version);
  return Object.assign(test, { probe, ctx, people, shape });
}

const old = ['1.0.0', [{ _id: 'a', name: 'Ada' }]];
const migrated = ['2.0.0', [{ _id: 'a', names: ['Ada'] }]];
const versionsOf = async ({ stores }: TestHost): Promise<unknown> => {
  const { dataVersion, copiedDataVersion } = (await stores.plugins.get('demo')) ?? {};
  return [dataVersion, copiedDataVersion];
};

describe('migrate', () => {
  it('runs once, before any other hook of the new release, with the version that the data is made for', async () => {
    await using test = await setUp();
    const see = `async onEnable(ctx) { ctx.db.note('onEnable', await ctx.getStorage('shape')); }`;
    await test.folder.write('demo', release('2.0.0', `${migrate}, ${see}`));
    await test.host.reload('demo');
    expect(test.probe.notes).toEqual([
      ['migrate', '1.0.0', '2.0.0'],
      ['onEnable', '2.0.0'],
    ]);
    expect(await test.shape('2.0.0')).toEqual(migrated);
    await test.host.reload('demo');
    expect(test.probe.notes.filter((note) => String(note).startsWith('migrate'))).toHaveLength(1);
    await expect.poll(() => versionsOf(test)).toEqual(['2.0.0', null]);
    expect(await test.host.audit({ type: 'plugin:data-migrated' })).toMatchObject([
      { data: { from: '1.0.0', to: '2.0.0' } },
    ]);
    await test.expectNothingLeft();
  });

  it('does not run for a plugin that is new, nor when an older release comes back, whose data stays as it is', async () => {
    await using test = await setUp(migrate);
    expect(test.probe.notes).toEqual([]);
    await test.folder.write('demo', release('2.0.0', migrate));
    await test.host.reload('demo');
    await test.host.rollback('demo');
    expect(test.host.get('demo')).toMatchObject({ version: '1.0.0', state: 'active' });
    expect(await test.shape('1.0.0')).toEqual(migrated);
    await test.host.reload('demo');
    expect(test.probe.notes).toEqual([['migrate', '1.0.0', '2.0.0']]);
    await test.expectNothingLeft();
  });

  it('counts from the version that last had data, over releases that had nothing to migrate', async () => {
    await using test = await setUp();
    await test.folder.write('demo', release('1.5.0', ''));
    await test.host.reload('demo');
    await test.folder.write('demo', release('2.0.0', migrate));
    await test.host.reload('demo');
    expect(test.probe.notes).toEqual([['migrate', '1.5.0', '2.0.0']]);
    await test.expectNothingLeft();
  });

  it('runs at the start for a folder that changed while the host was down', async () => {
    const stores = createMemoryStores();
    const first = await setUp('', { stores });
    await first.host.stop();
    const probe = createProbe();
    const plugins = { demo: release('2.0.0', migrate) };
    await using second = await createTestHost({ db: probe, stores, plugins });
    expect(probe.notes).toEqual([['migrate', '1.0.0', '2.0.0']]);
    await expect.poll(() => versionsOf(second)).toEqual(['2.0.0', null]);
    await second.expectNothingLeft();
    await first[Symbol.asyncDispose]();
  });

  it.each([
    ['its own error', `async migrate(ctx) { await ctx.setStorage('shape', 'half'); throw new Error('no'); }`],
    ['an unknown operator', `async migrate(ctx) { await ctx.collection('people').update({}, { $rename: 1 }); }`],
  ])('that fails with %s leaves the data as it was, and the old release serving', async (_, hook) => {
    await using test = await setUp();
    await test.folder.write('demo', release('2.0.0', hook));
    expect(await rejection(test.host.reload('demo'))).toMatchObject({
      code: 'DATA_MIGRATION_FAILED',
      message: expect.stringContaining('from 1.0.0 to 2.0.0'),
    });
    expect(await test.shape()).toEqual(old);
    expect(test.host.get('demo')).toMatchObject({ version: '1.0.0', state: 'active' });
    expect(await versionsOf(test)).toEqual(['1.0.0', null]);
    await test.people().insert({ _id: 'b', name: 'Ben' });
    await test.expectNothingLeft();
  });

  it('that takes longer than limits.migrateMs is given up', async () => {
    await using test = await setUp();
    const slow = `async migrate(ctx) { await ctx.setStorage('shape', 'half'); await ctx.db.wait('migrating'); }`;
    await test.folder.write('demo', release('2.0.0', slow, { limits: { migrateMs: 5_000 } }));
    const reload = rejection(test.host.reload('demo'));
    await expect.poll(() => test.probe.waiting('migrating')).toBe(1);
    expect(test.host.operations.list('demo')[0]).toMatchObject({ phase: 'migrating' });
    test.clock.advance(5_000);
    expect(await reload).toMatchObject({ code: 'DATA_MIGRATION_FAILED', message: expect.stringContaining('5000 ms') });
    test.probe.release('migrating');
    expect(await test.shape()).toEqual(old);
    await test.expectNothingLeft();
  });

  it.each([
    ['onLoad', `onLoad() { throw new Error('no'); }`],
    ['onEnable', `async onEnable(ctx) { await ctx.setStorage('more', 1); throw new Error('no'); }`],
    ['health', `health() { return false; }`],
  ])('is undone with its release when %s fails, whatever that release wrote', async (_, hook) => {
    await using test = await setUp();
    await test.folder.write('demo', release('2.0.0', `${migrate}, ${hook}`));
    await rejection(test.host.reload('demo'));
    expect(test.probe.notes).toEqual([['migrate', '1.0.0', '2.0.0']]);
    expect(await test.shape()).toEqual(old);
    expect(await test.ctx('1.0.0').listStorage()).toEqual(['shape']);
    expect(await versionsOf(test)).toEqual(['1.0.0', null]);
    expect(await test.host.audit({ type: 'plugin:data-restored' })).toHaveLength(1);
    await test.expectNothingLeft();
  });

  it('is undone although the new release declares a unique index that the earlier data contradicts', async () => {
    await using test = await setUp();
    await test.people().insert({ _id: 'b', name: 'Ada' });
    const hook = `async migrate(ctx) { await ctx.collection('people').deleteOne({ name: 'Ada' }); }, health: () => false`;
    const storage = { collections: { people: { unique: ['name'] } } };
    await test.folder.write('demo', release('2.0.0', hook, { storage }));
    expect(await rejection(test.host.reload('demo'))).toMatchObject({ code: 'HEALTH_FAILED' });
    expect(await test.people().count({ name: 'Ada' })).toBe(2);
    await test.expectNothingLeft();
  });

  it('loses nothing that the old release writes meanwhile: it waits, and is there whether the new one comes or not', async () => {
    for (const outcome of ['true', 'false']) {
      await using test = await setUp();
      const hooks = `${migrate}, async health(ctx) { await ctx.db.wait('health'); return ${outcome}; }`;
      await test.folder.write('demo', release('2.0.0', hooks));
      const reload = test.host.reload('demo').catch(() => 'failed');
      await expect.poll(() => test.probe.waiting('health')).toBe(1);
      const written = test.people().insert({ _id: 'late', name: 'Late' });
      expect(await test.people().count({ _id: 'late' })).toBe(0);
      test.probe.release('health');
      await reload;
      await written;
      expect(await test.people().count({ _id: 'late' })).toBe(1);
      expect(await test.people().count({ _id: 'a', name: 'Ada' })).toBe(outcome === 'true' ? 0 : 1);
      await test.expectNothingLeft();
    }
  });

  it('of a process that was killed before the release was live is undone when an older release starts, and kept when it goes on', async () => {
    for (const [version, expected] of [
      ['1.0.0', old],
      ['2.0.0', migrated],
    ] as const) {
      const stores = createMemoryStores();
      const first = await setUp('', { stores });
      const hooks = `${migrate}, async health(ctx) { await ctx.db.wait('health'); }`;
      await first.folder.write('demo', release('2.0.0', hooks));
      void first.host.reload('demo').catch(() => undefined);
      await expect.poll(() => first.probe.waiting('health')).toBe(1);
      expect(await versionsOf(first)).toEqual(['2.0.0', '1.0.0']);
      // the first host does nothing more
      const probe = createProbe();
      await using second = await createTestHost({ db: probe, stores, plugins: { demo: release(version, migrate) } });
      const ctx = probe.kept[version] as PluginContext;
      const shape = [
        await ctx.getStorage('shape'),
        await ctx.collection('people').find({}, { projection: ['name', 'names'] }),
      ];
      expect(shape).toEqual(expected);
      expect(probe.notes).toEqual([]);
      await expect.poll(() => versionsOf(second)).toEqual([version, null]);
      first.probe.release('health');
      await first[Symbol.asyncDispose]();
    }
  });

  it('works for a plugin that ends before it starts again', async () => {
    await using test = await setUp();
    const failing = release('2.0.0', `${migrate}, health: () => false`, { reload: 'restart' });
    await test.folder.write('demo', failing);
    await rejection(test.host.reload('demo'));
    expect(test.host.get('demo')).toMatchObject({ version: '1.0.0', state: 'active' });
    expect(await test.shape()).toEqual(old);
    await test.folder.write('demo', release('2.0.0', migrate, { reload: 'restart' }));
    await test.host.reload('demo');
    expect(await test.shape('2.0.0')).toEqual(migrated);
    await test.expectNothingLeft();
  });
});
