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
