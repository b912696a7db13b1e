import { describe, expect, it } from 'vitest';
import {
  createPluginsFolder,
  createTestHost,
  type PluginFiles,
  type PluginsFolder,
  type TestHost,
  type TestHostOptions,
} from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';
import { expectVersion, untilWatcherIsDone } from './support/watching.ts';

/** Says its version, crashes when the host says `crash`, and hands out a function that throws. */
const steady = (version: string): string => `export default { onLoad(ctx) {
  ctx.db.note('${version}');
  ctx.db.kept['${version}'] = () => { throw new Error('lost'); };
  ctx.on('crash', () => void setTimeout(() => { throw new Error('crashed'); }));
  ctx.registerRoute({ method: 'GET', url: '/version', handler: () => '${version}' });
  ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => ctx.db.wait('slow') });
} };`;

const failing = "export default { onLoad() { throw new Error('no licence'); } };";

const demo = (version: string, code = steady(version)): PluginFiles => plugin('demo', code, { version });

const stateIs = (host: TestHost, state: string): Promise<void> =>
  eventually(() => expect(host.host.summary('demo')?.state).toBe(state));

const answer = ({ http }: TestHost): Promise<unknown> => http.request('demo', 'GET', '/version');

interface Setting extends AsyncDisposable {
  readonly folder: PluginsFolder;
  readonly probe: Probe;
  /** Starts a host after the one before was stopped, with the same folder and stores. */
  start(options?: TestHostOptions): Promise<TestHost>;
}

async function setUp(files: PluginFiles = demo('1.0.0')): Promise<Setting> {
  const folder = await createPluginsFolder({ demo: files });
  const probe = createProbe();
  let running: TestHost | undefined;
  return {
    folder,
    probe,
    async start(options = {}) {
      await running?.expectNothingLeft();
      const stores = running ? { stores: running.stores } : {};
      running = await createTestHost({ folder, db: probe, releases: {}, ...stores, ...options });
      return running;
    },
    async [Symbol.asyncDispose]() {
      await running?.expectNothingLeft();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** 2.0.0 runs, and 1.0.0 did before. */
async function setUpUpdated(options: TestHostOptions = {}): Promise<Setting & { host: TestHost }> {
  const test = await setUp();
  const host = await test.start(options);
  await test.folder.write('demo', demo('2.0.0'));
  await host.host.reload('demo');
  return { ...test, host };
}

/** 1.0.0 stands in for the 2.0.0 of the folder, which fails. */
async function setUpStandIn(options: TestHostOptions = {}): Promise<Setting & { host: TestHost }> {
  const test = await setUp();
  await test.start();
  await test.folder.write('demo', demo('2.0.0', failing));
  const host = await test.start(options);
  expect(host.host.summary('demo')).toMatchObject({ state: 'active', version: '1.0.0' });
  return { ...test, host };
}

/** A scheduler that takes no jobs while it is full, so that a generation with tasks cannot go live. */
const limitedScheduler = (): NonNullable<TestHostOptions['scheduler']> & { isFull: boolean } => ({
  isFull: false,
  validate: () => undefined,
  next: () => undefined,
  schedule() {
    if (this.isFull) throw new Error('no more jobs');
    return () => undefined;
  },
});

const scheduling = (version: string): string =>
  steady(version).replace('onLoad(ctx) {', "onLoad(ctx) { ctx.scheduleTask('* * * * *', () => {});");

describe('an uncaught error without an async context', () => {
  it('fails the generation whose files are on its stack, not the one that serves from a copy', async () => {
    await using test = await setUpUpdated();
    const { host, probe } = test;
    const slow = host.http.request('demo', 'GET', '/slow');
    await eventually(() => expect(probe.waiting('slow')).toBe(1));
    await host.host.rollback('demo');
    // timers of the test have the context of the test
    setTimeout(probe.kept['2.0.0'] as () => void);
    await eventually(async () =>
      expect(await host.host.audit({ type: 'plugin:crashed' })).toMatchObject([{ data: { generation: 2 } }]),
    );
    expect(await answer(host)).toBe('1.0.0');
    probe.release('slow');
    await slow;
  });
});

describe('a release that runs instead of the folder', () => {
  it('stays quarantined when a rescan finds the folder as it was, and is what an enable tries again', async () => {
    await using test = await setUpUpdated({ crashBudget: { crashes: 1 } });
    const { host } = test;
    await host.host.rollback('demo');
    host.host.emit('crash');
    await stateIs(host, 'quarantined');
    await host.host.rescan();
    expect(host.host.summary('demo')).toMatchObject({ state: 'quarantined', version: '1.0.0' });
    await host.host.enable('demo');
    expect(await answer(host)).toBe('1.0.0');
    expect(await answer(await test.start())).toBe('1.0.0');
  });

  it('gives way at a rescan that finds other files than those that it runs instead of', async () => {
    await using test = await setUpUpdated({ crashBudget: { crashes: 1 } });
    const { host } = test;
    await host.host.rollback('demo');
    host.host.emit('crash');
    await stateIs(host, 'quarantined');
    await test.folder.write('demo', demo('3.0.0'));
    await host.host.rescan();
    expect(await answer(host)).toBe('3.0.0');
  });

  it('is not undone by a watcher that sees the folder as it was, although it crashed', async () => {
    await using test = await setUpUpdated();
    await test.host.host.rollback('demo');
    const host = await test.start({ watch: true, crashBudget: { crashes: 1 } });
    host.host.emit('crash');
    await stateIs(host, 'quarantined');
    await test.folder.write('demo', demo('2.0.0'));
    await untilWatcherIsDone(host);
    expect(host.host.summary('demo')).toMatchObject({ state: 'quarantined', version: '1.0.0' });
    await test.folder.write('demo', demo('3.0.0'));
    await expectVersion(host, '3.0.0');
  });

  it('is named by its own files where it leaves something behind', async () => {
    const leaking = steady('1.0.0').replace('onLoad(ctx) {', 'onLoad(ctx) { setInterval(() => {}, 1_000);');
    await using test = await setUp(demo('1.0.0', leaking));
    const { host } = await test.start();
    await test.folder.write('demo', demo('2.0.0'));
    await host.reload('demo');
    await host.rollback('demo');
    await host.reload('demo');
    await eventually(() =>
      expect(host.get('demo')?.leftBehind).toMatchObject([
        { generation: 3, resources: [{ label: 'interval at index.js:1', closed: true }] },
        { generation: 1, resources: [{ label: 'interval at index.js:1', closed: true }] },
      ]),
    );
  });

  it('at a start is not put into quarantine for what the files of the folder did', async () => {
    await using test = await setUp(
      demo('1.0.0', "export default { onLoad(ctx) { if (ctx.db.kept.down) throw new Error('no disk'); } };"),
    );
    await test.start();
    test.probe.kept['down'] = true;
    const crashing =
      "export default { onLoad(ctx) { setTimeout(() => { throw new Error('x'); }); return ctx.db.wait('x'); } };";
    await test.folder.write('demo', demo('2.0.0', crashing));
    for (let starts = 0; starts < 2; starts += 1) {
      const { host } = await test.start({ crashBudget: { crashes: 1 } });
      const reason = { message: expect.stringContaining('2.0.0') };
      expect(host.summary('demo')).toMatchObject({ state: 'quarantined', version: '2.0.0', reason });
    }
  });

  it('at a start is left alone once it is quarantined', async () => {
    await using test = await setUpStandIn({ crashBudget: { crashes: 1 } });
    test.host.host.emit('crash');
    await stateIs(test.host, 'quarantined');
    await test.host.host.rescan();
    expect(test.host.host.summary('demo')?.state).toBe('quarantined');
    const ran = test.probe.notes.length;
    const { host } = await test.start();
    expect(host.summary('demo')).toMatchObject({
      state: 'failed',
      reason: { message: expect.stringMatching(/licence/) },
    });
    expect(test.probe.notes).toHaveLength(ran);
  });

  it('at a start is not what the administrator wants, although it crashed and came back', async () => {
    await using test = await setUpStandIn();
    const { host } = test;
    host.host.emit('crash');
    await stateIs(host, 'retrying');
    host.clock.advance(1_000);
    await stateIs(host, 'active');
    const next = await test.start();
    expect(await next.stores.plugins.get('demo')).toMatchObject({ pinned: null });
    expect(next.host.summary('demo')).toMatchObject({
      version: '1.0.0',
      lastFailure: { message: expect.stringContaining('no licence') },
    });
  });
});

describe('what is tried again after a pause', () => {
  it('is the release that asked for it, also after a restart', async () => {
    await using test = await setUp(demo('1.0.0', failing));
    const host = await test.start();
    expect(host.host.summary('demo')?.state).toBe('failed');
    const waiting = steady('2.0.0').replace(
      'onLoad(ctx) {',
      "onLoad(ctx) { if (!ctx.db.kept.up) throw ctx.retryLater('x');",
    );
    await test.folder.write('demo', demo('2.0.0', waiting));
    await rejection(host.host.reload('demo'));
    expect(host.host.summary('demo')).toMatchObject({ state: 'retrying', version: '2.0.0' });
    test.probe.kept['up'] = true;
    host.clock.advance(1_000);
    await stateIs(host, 'active');
    expect(await answer(host)).toBe('2.0.0');
    await host.host.stop();
    expect(await host.stores.plugins.get('demo')).toMatchObject({ state: 'active', version: '2.0.0' });
  });

  it('is the release that crashed when a broken edit comes in between', async () => {
    await using test = await setUp();
    const host = await test.start();
    host.host.emit('crash');
    await stateIs(host, 'retrying');
    await test.folder.write('demo', demo('2.0.0', 'export default {'));
    await rejection(host.host.reload('demo'));
    expect(host.host.summary('demo')).toMatchObject({
      state: 'retrying',
      reason: { code: 'PLUGIN_CRASHED' },
      lastFailure: { code: 'MODULE_FAILED' },
    });
    host.clock.advance(2_000);
    await stateIs(host, 'active');
    expect(await answer(host)).toBe('1.0.0');
  });
});

describe('a command that fails when its generation goes live', () => {
  it('leaves the record as it was after a rollback', async () => {
    await using test = await setUp(demo('1.0.0', scheduling('1.0.0')));
    const scheduler = limitedScheduler();
    const host = await test.start({ scheduler });
    await test.folder.write('demo', demo('2.0.0'));
    await host.host.reload('demo');
    scheduler.isFull = true;
    expect(await rejection(host.host.rollback('demo'))).toMatchObject({ message: 'no more jobs' });
    expect(await answer(host)).toBe('2.0.0');
    expect(await answer(await test.start())).toBe('2.0.0');
    expect(await host.stores.plugins.get('demo')).toMatchObject({ version: '2.0.0', pinned: null });
  });

  it('leaves a plugin unwanted that was to be enabled, also after a restart', async () => {
    await using test = await setUp(demo('1.0.0', scheduling('1.0.0')));
    const scheduler = limitedScheduler();
    scheduler.isFull = true;
    const { host } = await test.start({ scheduler, enableNewPlugins: false });
    await rejection(host.enable('demo'));
    expect(host.summary('demo')).toMatchObject({ state: 'failed', enabled: false });
    expect((await test.start()).host.summary('demo')).toMatchObject({ state: 'disabled', enabled: false });
  });
});
