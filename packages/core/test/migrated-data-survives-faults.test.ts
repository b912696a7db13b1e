import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createMemoryStores, type DataTransactions, type PluginContext, type PluginStores } from '../src/index.ts';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

/** What a test does to the transactions of the store while they work. */
interface Faults {
  restore?: (() => Promise<void>) | undefined;
  forgetCopy?: (() => Promise<void>) | undefined;
  afterCommit?: (() => Promise<void>) | undefined;
}

function faulty(stores: PluginStores, faults: Faults): PluginStores {
  const { transactions } = stores;
  const wrapped: DataTransactions = {
    async begin(...args) {
      const transaction = await transactions.begin(...args);
      const commit = async (version?: string): Promise<void> => {
        await transaction.commit(version);
        await faults.afterCommit?.();
      };
      const { documents, collections } = transaction;
      const keepCopy = (): Promise<void> => transaction.keepCopy();
      return { documents, collections, keepCopy, commit, rollback: () => transaction.rollback() };
    },
    async restore(name) {
      await faults.restore?.();
      await transactions.restore(name);
    },
    async forgetCopy(name) {
      await faults.forgetCopy?.();
      await transactions.forgetCopy(name);
    },
  };
  return { ...stores, transactions: wrapped };
}

const down = async (): Promise<never> => {
  throw new Error('the database does not answer');
};

const release = (version: string, hooks = '', members: object = {}): PluginFiles =>
  plugin('demo', `export default { onLoad(ctx) { ctx.db.kept['${version}'] = ctx; }, ${hooks} };`, {
    version,
    ...members,
  });

const migrate = `async migrate(ctx, { to }) { await ctx.setStorage('shape', to); }`;

interface FaultTest extends TestHost {
  readonly probe: Probe;
  readonly faults: Faults;
  ctx(version: string): PluginContext;
  /** Reads what the store has under a key, past every generation. */
  stored(key: string): Promise<unknown>;
}

/** A host with release 1.0.0 live, whose data says so. */
async function setUp(): Promise<FaultTest> {
  const probe = createProbe();
  const faults: Faults = {};
  const stores = faulty(createMemoryStores(), faults);
  const test = await createTestHost({ db: probe, stores, plugins: { demo: release('1.0.0') } });
  const ctx = (version: string): PluginContext => probe.kept[version] as PluginContext;
  await ctx('1.0.0').setStorage('shape', '1.0.0');
  return Object.assign(test, { probe, faults, ctx, stored: (key: string) => stores.documents.get('demo', key) });
}

async function put({ folder, host }: TestHost, files: PluginFiles): Promise<void> {
  await folder.write('demo', files);
  await host.reload('demo');
}

const restored = ({ host }: TestHost): Promise<unknown> => host.audit({ type: 'plugin:data-restored' });

describe('data that is migrated', () => {
  it('is not written by a migrate that goes on after its time', async () => {
    await using test = await setUp();
    const slow = `async migrate(ctx) {
      await ctx.db.wait('migrating');
      await ctx.setStorage('shape', 'late').catch(({ code }) => ctx.db.note(code));
    }`;
    const reload = rejection(put(test, release('2.0.0', slow)));
    await eventually(() => expect(test.probe.waiting('migrating')).toBe(1));
    test.clock.advance(60_000);
    expect(await reload).toMatchObject({ code: 'DATA_MIGRATION_FAILED' });
    test.probe.release('migrating');
    await eventually(() => expect(test.probe.notes).toEqual(['STORE_UNAVAILABLE']));
    expect(await test.stored('shape')).toBe('1.0.0');
    await test.expectNothingLeft();
  });

  it('is not written any more by a release that came to nothing, whenever that tries', async () => {
    await using test = await setUp();
    const hook = `async onEnable(ctx) {
      await ctx.db.wait('enabling');
      await ctx.setStorage('shape', 'late').catch(({ code }) => ctx.db.note(code));
    }`;
    const reload = rejection(put(test, release('2.0.0', `${migrate}, ${hook}`)));
    await eventually(() => expect(test.probe.waiting('enabling')).toBe(1));
    test.clock.advance(30_000);
    expect(await reload).toMatchObject({ code: 'HOOK_TIMEOUT' });
    test.probe.release('enabling');
    await eventually(() => expect(test.probe.notes).toEqual(['SCOPE_CLOSED']));
    expect(await test.stored('shape')).toBe('1.0.0');
    await test.expectNothingLeft();
  });

  it('is not undone by the next release when the copy could not be removed', async () => {
    await using test = await setUp();
    test.faults.forgetCopy = down;
    await put(test, release('2.0.0', migrate));
    const ctx = test.ctx('2.0.0');
    await rejection(ctx.setStorage('word', 'refused'));
    test.faults.forgetCopy = undefined;
    await ctx.setStorage('word', 'kept');
    await put(test, release('3.0.0'));
    expect([await test.stored('shape'), await test.stored('word')]).toEqual(['2.0.0', 'kept']);
    expect(await restored(test)).toEqual([]);
    await test.expectNothingLeft();
  });

  it('loses nothing that its release has written when the process is killed as soon as that is live', async () => {
    await using test = await setUp();
    test.faults.forgetCopy = () => test.probe.wait('removing the copy');
    await put(test, release('2.0.0', migrate));
    let isWritten = false;
    const written = test
      .ctx('2.0.0')
      .setStorage('word', 'kept')
      .then(() => (isWritten = true));
    expect([await test.stored('shape'), isWritten]).toEqual(['2.0.0', false]);
    // the first host does nothing more
    test.faults.forgetCopy = undefined;
    const plugins = { demo: release('3.0.0') };
    await using after = await createTestHost({ db: createProbe(), stores: test.stores, plugins });
    expect([await test.stored('shape'), isWritten]).toEqual(['1.0.0', false]);
    await after.expectNothingLeft();
    test.probe.release('removing the copy');
    await written;
  });

  it('goes back to the release before, not further, when the copy of that is removed late', async () => {
    await using test = await setUp();
    test.faults.forgetCopy = () => test.probe.wait('removing the copy');
    await put(test, release('2.0.0', migrate));
    const reload = rejection(put(test, release('3.0.0', `${migrate}, health: () => false`)));
    await eventually(() => expect(test.probe.waiting('removing the copy')).toBe(1));
    test.faults.forgetCopy = undefined;
    test.probe.release('removing the copy');
    expect(await reload).toMatchObject({ code: 'HEALTH_FAILED' });
    expect(await test.stored('shape')).toBe('2.0.0');
    expect(await test.stores.plugins.get('demo')).toMatchObject({ dataVersion: '2.0.0', copiedDataVersion: null });
    await test.expectNothingLeft();
  });

  it('is put back before the release that serves on writes again', async () => {
    await using test = await setUp();
    test.faults.restore = down;
    await rejection(put(test, release('2.0.0', `${migrate}, health: () => false`)));
    const ctx = test.ctx('1.0.0');
    expect(await rejection(ctx.setStorage('word', 'refused'))).toMatchObject({ message: /does not answer/ });
    test.faults.restore = undefined;
    await ctx.setStorage('word', 'kept');
    expect([await test.stored('shape'), await test.stored('word')]).toEqual(['1.0.0', 'kept']);
    await put(test, release('2.0.0', migrate));
    expect([await test.stored('shape'), await test.stored('word')]).toEqual(['2.0.0', 'kept']);
    expect(await restored(test)).toHaveLength(1);
    await test.expectNothingLeft();
  });

  it('is put back before the corrected release of the same version migrates it again', async () => {
    await using test = await setUp();
    const add = `async migrate(ctx) { await ctx.setStorage('count', (await ctx.getStorage('count') ?? 0) + 1); }`;
    test.faults.restore = down;
    const broken = `onEnable: (ctx) => ctx.setStorage('broken', true), health: () => false`;
    await rejection(put(test, release('2.0.0', `${add}, ${broken}`)));
    test.faults.restore = undefined;
    await put(test, release('2.0.0', add));
    expect([await test.stored('count'), await test.stored('broken')]).toEqual([1, null]);
    await test.expectNothingLeft();
  });

  it('is as it was when the answer to the commit is lost', async () => {
    await using test = await setUp();
    test.faults.afterCommit = down;
    expect(await rejection(put(test, release('2.0.0', migrate)))).toMatchObject({ code: 'DATA_MIGRATION_FAILED' });
    expect(await test.stored('shape')).toBe('1.0.0');
    expect(await test.stores.plugins.get('demo')).toMatchObject({ dataVersion: '1.0.0', copiedDataVersion: null });
    await test.ctx('1.0.0').setStorage('word', 'kept');
    expect(await test.stored('word')).toBe('kept');
    await test.expectNothingLeft();
  });
});

describe('a write that waits for a migration', () => {
  const waiting = (outcome: boolean): string =>
    `${migrate}, async health(ctx) { await ctx.db.wait('health'); return ${outcome}; }`;

  it.each([true, false])(
    'comes through although its generation crashed meanwhile; the new one came up: %s',
    async (outcome) => {
      await using test = await setUp();
      const reload = put(test, release('2.0.0', waiting(outcome))).catch(() => undefined);
      await eventually(() => expect(test.probe.waiting('health')).toBe(1));
      const written = test.ctx('1.0.0').setStorage('word', 'kept');
      test.ctx('1.0.0').on('crash', () => void Promise.reject(new Error('nobody caught this')));
      test.host.emit('crash');
      await eventually(async () => expect(await test.host.audit({ type: 'plugin:crashed' })).toHaveLength(1));
      test.probe.release('health');
      await Promise.all([reload, written]);
      expect(await test.stored('word')).toBe('kept');
      await test.expectNothingLeft();
    },
  );

  it('comes through when the host ends meanwhile', async () => {
    await using test = await setUp();
    const reload = put(test, release('2.0.0', waiting(false))).catch(() => undefined);
    await eventually(() => expect(test.probe.waiting('health')).toBe(1));
    const written = test.ctx('1.0.0').setStorage('word', 'kept');
    const stopped = test.host.stop();
    test.probe.release('health');
    await Promise.all([reload, written, stopped]);
    expect([await test.stored('shape'), await test.stored('word')]).toEqual(['1.0.0', 'kept']);
    await test.expectNothingLeft();
  });
});

describe('a release that does not come up at a start', () => {
  const broken = release('2.0.0', `${migrate}, onEnable() { throw new Error('no'); }`);

  it('leaves the data to the one that stands in for it', async () => {
    const [stores, probe] = [createMemoryStores(), createProbe()];
    await using first = await createTestHost({ db: probe, stores, releases: {}, plugins: { demo: release('1.0.0') } });
    const { folder } = first;
    await (probe.kept['1.0.0'] as PluginContext).setStorage('shape', '1.0.0');
    await first.host.stop();
    await folder.write('demo', broken);
    await using second = await createTestHost({ db: probe, stores, releases: {}, folder });
    expect(second.host.get('demo')).toMatchObject({ version: '1.0.0', state: 'active' });
    expect(await stores.documents.get('demo', 'shape')).toBe('1.0.0');
    await second.host.stop();
    expect(await stores.plugins.get('demo')).toMatchObject({ dataVersion: '1.0.0', copiedDataVersion: null });
    await second.expectNothingLeft();
  });

  it('is down with the one before while the data cannot be put back, and comes up later with what there was', async () => {
    const [memory, faults, probe] = [createMemoryStores(), {} as Faults, createProbe()];
    const stores = faulty(memory, faults);
    await using first = await createTestHost({ db: probe, stores, releases: {}, plugins: { demo: release('1.0.0') } });
    const { folder } = first;
    await (probe.kept['1.0.0'] as PluginContext).setStorage('shape', '1.0.0');
    await first.host.stop();
    await folder.write('demo', broken);
    faults.restore = down;
    await using second = await createTestHost({ db: probe, stores, releases: {}, folder });
    expect(second.host.get('demo')?.state).toBe('failed');
    faults.restore = undefined;
    await folder.write('demo', release('1.0.1'));
    await second.host.enable('demo');
    expect(await stores.documents.get('demo', 'shape')).toBe('1.0.0');
    await second.expectNothingLeft();
  });
});

it('a plugin that is off keeps its data as it is when a release is put there, and migrates it when it is enabled', async () => {
  await using test = await setUp();
  await test.host.disable('demo');
  await put(test, release('2.0.0', migrate));
  expect(test.host.get('demo')).toMatchObject({ version: '2.0.0', state: 'disabled' });
  expect(await test.stores.plugins.get('demo')).toMatchObject({ version: '2.0.0', dataVersion: '1.0.0' });
  await test.host.enable('demo');
  expect(await test.stored('shape')).toBe('2.0.0');
  await test.expectNothingLeft();
});

it('a plugin that goes and comes again with another version has its data migrated from the version that it is made for', async () => {
  await using test = await setUp();
  await put(test, release('2.0.0', migrate));
  await test.folder.remove('demo');
  await test.host.rescan();
  expect(test.host.get('demo')).toBeUndefined();
  const note = `async migrate(ctx, { from, to }) { ctx.db.note(from, to); }`;
  await test.folder.write('demo', release('3.0.0', note));
  await test.host.rescan();
  expect(test.probe.notes).toEqual([['2.0.0', '3.0.0']]);
  await test.expectNothingLeft();
});

it('what migrate fails with has no secrets', async () => {
  await using test = await setUp();
  const hook = `async migrate(ctx) { throw new Error('cannot sign in with ' + ctx.getConfig('token')); }`;
  const config = { token: { type: 'password', default: 'very-secret-token' } };
  const failure = await rejection(put(test, release('2.0.0', hook, { config })));
  expect(failure.message).toContain('cannot sign in with [secret]');
  const { host, logger } = test;
  const seen = [host.get('demo'), await host.audit(), host.operations.list(), logger.lines, failure];
  expect(inspect(seen, { depth: 20 })).not.toContain('very-secret-token');
  await test.expectNothingLeft();
});
