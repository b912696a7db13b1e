import { describe, expect, it } from 'vitest';
import { createTestHost, type PluginFiles, type TestHost, type TestHostOptions } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

/** Answers, and throws where nobody can catch it when the host says `crash`. */
const crashing = (word: string, members: object = {}): PluginFiles =>
  plugin(
    'demo',
    `export default { onLoad(ctx) {
      ctx.on('crash', (message) => void setTimeout(() => { throw new Error(message); }));
      ctx.registerRoute({ method: 'GET', url: '/version', handler: () => '${word}' });
    } };`,
    members,
  );

const minute = 60_000;

interface CrashTest extends TestHost {
  readonly probe: Probe;
  /** Lets the plugin crash and waits for the state after it. */
  crash(message?: string): Promise<void>;
  /** Lets some time pass; the plugin must be active then. */
  comesBackAfter(ms: number): Promise<void>;
  version(): Promise<unknown>;
}

async function setUp(options: TestHostOptions = {}): Promise<CrashTest> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, plugins: { demo: crashing('old') }, ...options });
  return Object.assign(test, {
    probe,
    version: () => test.http.request('demo', 'GET', '/version'),
    async crash(message = 'lost') {
      expect(test.host.emit('crash', message)).toBe(1);
      await eventually(() => expect(test.host.summary('demo')?.state).not.toBe('active'));
      await eventually(() => expect(test.host.inspect().generations).toBe(0));
    },
    async comesBackAfter(ms: number) {
      test.clock.advance(ms - 1);
      await test.stores.plugins.get('demo');
      expect(test.host.summary('demo')?.state).toBe('retrying');
      test.clock.advance(1);
      await eventually(() => expect(test.host.summary('demo')?.state).toBe('active'));
    },
  });
}

async function setUpQuarantined(options: TestHostOptions = {}): Promise<CrashTest> {
  const test = await setUp({ crashBudget: { crashes: 1 }, ...options });
  await test.crash();
  expect(test.host.summary('demo')?.state).toBe('quarantined');
  return test;
}

describe('a plugin that crashes again and again', () => {
  it('waits 1, 2, 4 … 60 seconds before it is started again', async () => {
    await using test = await setUp({ crashBudget: { crashes: 100 } });
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await test.crash();
      await test.comesBackAfter(seconds * 1_000);
    }
    await test.expectNothingLeft();
  });

  it('waits a second again when it was healthy for ten minutes', async () => {
    await using test = await setUp();
    await test.crash();
    await test.comesBackAfter(1_000);
    await test.crash();
    await test.comesBackAfter(2_000);
    test.clock.advance(10 * minute);
    await test.crash();
    await test.comesBackAfter(1_000);
    await test.expectNothingLeft();
  });

  it('is quarantined at the third crash within ten minutes, with the reason, and not tried again', async () => {
    await using test = await setUp();
    await test.crash('first');
    await test.comesBackAfter(1_000);
    await test.crash('second');
    await test.comesBackAfter(2_000);
    await test.crash('third');
    const reason = {
      code: 'PLUGIN_QUARANTINED',
      message: expect.stringMatching(/"demo" 1\.0\.0 crashed 3 times since 2026-01-01T00:00:00\.000Z.*third/),
      hint: expect.stringMatching(/Enable it/),
    };
    expect(test.host.summary('demo')).toMatchObject({ state: 'quarantined', enabled: true, reason });
    expect(await rejection(test.version())).toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    expect(test.clock.pending()).toBe(0);
    expect(await test.stores.plugins.get('demo')).toMatchObject({ state: 'quarantined', enabled: true, reason });
    expect(await test.host.audit({ type: 'plugin:quarantined' })).toMatchObject([
      { plugin: 'demo', actor: 'system', data: { code: 'PLUGIN_QUARANTINED', version: '1.0.0' } },
    ]);
    await test.expectNothingLeft();
  });

  it('is not quarantined when its crashes are further apart', async () => {
    await using test = await setUp();
    for (const seconds of [1, 2, 4, 8]) {
      await test.crash();
      await test.comesBackAfter(seconds * 1_000);
      test.clock.advance(5 * minute);
    }
    expect(test.host.summary('demo')?.state).toBe('active');
    await test.expectNothingLeft();
  });

  it('may be told how often that is', async () => {
    await using test = await setUp({ crashBudget: { crashes: 2, withinMs: minute } });
    await test.crash();
    await test.comesBackAfter(1_000);
    test.clock.advance(minute);
    await test.crash();
    await test.comesBackAfter(1_000);
    await test.crash();
    expect(test.host.summary('demo')?.state).toBe('quarantined');
    await test.expectNothingLeft();
  });

  it('while it starts is quarantined too', async () => {
    const code =
      "export default { onLoad() { setTimeout(() => { throw new Error('too early'); }); return new Promise(() => {}); } };";
    await using test = await setUp({ plugins: { demo: plugin('demo', code) } });
    for (const crashes of [1, 2]) {
      await eventually(() => expect(test.clock.pending()).toBe(1));
      expect(test.host.summary('demo')).toMatchObject({ state: 'retrying', reason: { code: 'PLUGIN_CRASHED' } });
      test.clock.advance(crashes * 1_000);
      await eventually(async () => expect(await test.host.audit({ type: 'plugin:crashed' })).toHaveLength(crashes + 1));
    }
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('quarantined'));
    await test.expectNothingLeft();
  });

  it('is not mistaken for one that asks to be tried again later', async () => {
    const code = "export default { onLoad(ctx) { throw ctx.retryLater('no database'); } };";
    await using test = await setUp({ plugins: { demo: plugin('demo', code) } });
    for (const seconds of [1, 2, 4, 8]) {
      test.clock.advance(seconds * 1_000);
      await eventually(() => expect(test.clock.pending()).toBe(1));
      expect(test.host.summary('demo')).toMatchObject({ state: 'retrying', reason: { code: 'RETRY_LATER' } });
    }
    expect(test.host.isTainted).toBe(false);
    await test.expectNothingLeft();
  });

  it('is quarantined although the store does not answer', async () => {
    await using test = await setUp({ crashBudget: { crashes: 1 } });
    const update = test.stores.plugins.update.bind(test.stores.plugins);
    test.stores.plugins.update = () => Promise.reject(new Error('database away'));
    await test.crash();
    expect(test.host.summary('demo')?.state).toBe('quarantined');
    expect(await rejection(test.host.enable('demo'))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(test.host.summary('demo')).toMatchObject({ state: 'quarantined', reason: { code: 'PLUGIN_QUARANTINED' } });
    test.stores.plugins.update = update;
    await test.host.enable('demo');
    expect(await test.version()).toBe('old');
    await test.expectNothingLeft();
  });
});

describe('a quarantine', () => {
  it('ends when the plugin is enabled, which forgives the crashes', async () => {
    await using test = await setUp({ crashBudget: { crashes: 2 } });
    await test.crash();
    await test.comesBackAfter(1_000);
    await test.crash();
    expect(test.host.summary('demo')?.state).toBe('quarantined');
    await test.host.enable('demo', { actor: 'anna' });
    expect(await test.version()).toBe('old');
    expect(await test.stores.plugins.get('demo')).toMatchObject({ state: 'active', reason: null });
    await test.crash();
    await test.comesBackAfter(1_000);
    await test.expectNothingLeft();
  });

  it('ends with a reload of changed files, but not of the same ones', async () => {
    await using test = await setUpQuarantined();
    expect(await rejection(test.host.reload('demo'))).toMatchObject({ code: 'PLUGIN_QUARANTINED' });
    expect(test.host.summary('demo')).toMatchObject({ state: 'quarantined', reason: { code: 'PLUGIN_QUARANTINED' } });
    await test.folder.write('demo', crashing('new'));
    await test.host.reload('demo');
    expect(await test.version()).toBe('new');
    expect(await test.stores.plugins.get('demo')).toMatchObject({ state: 'active', reason: null });
    await test.expectNothingLeft();
  });

  it('ends with a rollback to the release before', async () => {
    await using test = await setUp({ crashBudget: { crashes: 1 } });
    await test.folder.write('demo', crashing('new'));
    await test.host.reload('demo');
    await eventually(() => expect(test.host.inspect().generations).toBe(1));
    await test.crash();
    await test.host.rollback('demo');
    expect(await test.version()).toBe('old');
    await test.expectNothingLeft();
  });

  it('ends with a rescan that finds changed files', async () => {
    await using test = await setUpQuarantined();
    await test.host.rescan();
    expect(test.host.summary('demo')?.state).toBe('quarantined');
    await test.folder.write('demo', crashing('new'));
    await test.host.rescan();
    expect(await test.version()).toBe('new');
    await test.expectNothingLeft();
  });

  it('ends with disable: the plugin starts when it is enabled', async () => {
    await using test = await setUpQuarantined();
    await test.host.disable('demo');
    expect(test.host.summary('demo')).toMatchObject({ state: 'disabled', enabled: false, reason: null });
    await test.host.enable('demo');
    expect(await test.version()).toBe('old');
    await test.expectNothingLeft();
  });

  it('gives way to the failure of a new release', async () => {
    await using test = await setUpQuarantined();
    await test.folder.write('demo', plugin('demo', "export default { onLoad() { throw new Error('still bad'); } };"));
    await rejection(test.host.reload('demo'));
    expect(test.host.summary('demo')).toMatchObject({
      state: 'failed',
      reason: { message: expect.stringMatching(/still bad/) },
    });
    await test.expectNothingLeft();
  });

  it('survives a restart of the host, and says why', async () => {
    await using first = await setUpQuarantined();
    await first.host.stop();
    const { folder, stores } = first;
    await using test = await createTestHost({ folder, stores, db: createProbe() });
    expect(test.host.summary('demo')).toMatchObject({
      state: 'quarantined',
      enabled: true,
      reason: { code: 'PLUGIN_QUARANTINED', message: expect.stringContaining('lost') },
    });
    expect(test.host.inspect().generations).toBe(0);
    await test.host.enable('demo');
    expect(await test.http.request('demo', 'GET', '/version')).toBe('old');
    await test.expectNothingLeft();
  });

  it('ends at a restart when the folder holds another release', async () => {
    await using first = await setUpQuarantined();
    await first.host.stop();
    const { folder, stores } = first;
    await folder.write('demo', crashing('new', { version: '1.0.1' }));
    await using test = await createTestHost({ folder, stores, db: createProbe() });
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', version: '1.0.1', reason: null });
    await eventually(async () =>
      expect(await stores.plugins.get('demo')).toMatchObject({ state: 'active', reason: null }),
    );
    await test.expectNothingLeft();
  });
});
