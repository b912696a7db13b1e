import { describe, expect, it } from 'vitest';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

/** A plugin that notes when it comes up and goes, and hears of those that it depends on. */
function noting(name: string, members: object = {}): PluginFiles {
  const code = `export default {
    onLoad(ctx) {
      ctx.registerRoute({ method: 'GET', url: '/wait', handler: () => ctx.db.wait('${name}') });
      ctx.registerRoute({ method: 'GET', url: '/crash', handler: () => { setImmediate(() => { throw new Error('crash'); }); return 'soon'; } });
    },
    onEnable(ctx) { ctx.db.note('up ${name}'); },
    onDisable(ctx) { ctx.db.note('down ${name}'); },
    onDependencyChange(ctx, change) { ctx.db.kept.changes ??= []; ctx.db.kept.changes.push({ to: '${name}', ...change }); },
  };`;
  return plugin(name, code, members);
}

const needs = (...names: string[]): object => ({
  dependencies: Object.fromEntries(names.map((name) => [name, '^1.0.0'])),
});

const states = ({ host }: TestHost): object =>
  Object.fromEntries(host.status().map((summary) => [summary.name, summary.state]));
const becomes = (test: TestHost, wanted: Record<string, string>): Promise<void> =>
  eventually(() => expect(states(test)).toMatchObject(wanted));

/** `leaf` needs `middle`, which needs `root`; `other` needs `root` too; `fan` would like to have it. */
async function setUp(): Promise<TestHost & { probe: Probe }> {
  const probe = createProbe();
  const test = await createTestHost({
    db: probe,
    plugins: {
      root: noting('root'),
      middle: noting('middle', { displayName: 'Middle', ...needs('root') }),
      leaf: noting('leaf', needs('middle')),
      other: noting('other', needs('root')),
      fan: noting('fan', { optionalDependencies: { root: '*' } }),
    },
  });
  probe.notes.length = 0;
  return Object.assign(test, { probe });
}

const allActive = { root: 'active', middle: 'active', leaf: 'active', other: 'active', fan: 'active' };
const withoutRoot = { middle: 'blocked', leaf: 'blocked', other: 'blocked', fan: 'active' };

describe('disabling a plugin that others need', () => {
  it('is refused with those that would go, in their order, and changes nothing', async () => {
    await using test = await setUp();
    expect(await rejection(test.host.disable('root'))).toMatchObject({
      code: 'DEPENDANTS_ACTIVE',
      status: 409,
      details: {
        dependants: [
          { name: 'leaf', displayName: 'leaf', state: 'active', via: 'middle' },
          { name: 'middle', displayName: 'Middle', state: 'active', via: 'root' },
          { name: 'other', displayName: 'other', state: 'active', via: 'root' },
        ],
      },
    });
    expect(states(test)).toEqual(allActive);
    expect(test.probe.notes).toEqual([]);
    await test.host.disable('leaf');
    expect(await rejection(test.host.disable('middle').then(() => test.host.disable('root')))).toMatchObject({
      details: { dependants: [{ name: 'other' }] },
    });
    await test.host.disable('other');
    await test.host.disable('root');
    await test.expectNothingLeft();
  });

  it('takes them off first with cascade, the last in the chain first; they stay wanted and come back with it', async () => {
    await using test = await setUp();
    await test.host.disable('root', { cascade: true, actor: 'ana' });
    expect(states(test)).toEqual({ root: 'disabled', ...withoutRoot });
    expect(test.probe.notes).toEqual(['down leaf', 'down middle', 'down other', 'down root']);
    expect(test.host.summary('middle')).toMatchObject({ enabled: true, reason: { code: 'DEPENDENCY_UNMET' } });
    await eventually(() => expect(test.host.summary('middle')?.reason?.message).toContain('which is disabled'));
    const blocked = await test.host.audit({ type: 'plugin:blocked' });
    expect(blocked.filter(({ actor }) => actor === 'ana').map((entry) => entry.plugin)).toEqual([
      'other',
      'middle',
      'leaf',
    ]);
    await test.host.enable('root');
    await becomes(test, allActive);
    await test.expectNothingLeft();
  });

  it('lets calls of each end first, which can be followed and forced', async () => {
    await using test = await setUp();
    void test.http.request('leaf', 'GET', '/wait');
    await eventually(() => expect(test.probe.waiting('leaf')).toBe(1));
    const disabled = test.host.disable('root', { cascade: true, operationId: 'op' });
    const drain = await eventually(() => {
      const operation = test.host.operations.list('leaf').find(({ kind }) => kind === 'block');
      expect(operation?.phase).toBe('draining');
      return operation;
    });
    expect(states(test)).toMatchObject({ leaf: 'draining', middle: 'active', root: 'active' });
    expect(test.host.operations.get('op')).toMatchObject({ status: 'running', kind: 'disable' });
    test.host.operations.force(drain?.id ?? '', 'ana');
    await disabled;
    expect(states(test)).toEqual({ root: 'disabled', ...withoutRoot });
    expect(await test.host.audit({ type: 'plugin:drain-cut' })).toMatchObject([
      { plugin: 'leaf', actor: 'ana', data: { cut: 1 } },
    ]);
    test.probe.release('leaf');
    await test.expectNothingLeft();
  });

  it('cuts the calls of each at once with force, and says on whose word', async () => {
    await using test = await setUp();
    void test.http.request('leaf', 'GET', '/wait');
    void test.http.request('root', 'GET', '/wait');
    await eventually(() => expect([test.probe.waiting('leaf'), test.probe.waiting('root')]).toEqual([1, 1]));
    await test.host.disable('root', { cascade: true, force: true, actor: 'ana' });
    expect(states(test)).toEqual({ root: 'disabled', ...withoutRoot });
    for (const [name, kind] of [
      ['leaf', 'block'],
      ['root', 'disable'],
    ] as const) {
      const operation = test.host.operations.list(name).find((one) => one.kind === kind);
      expect(operation).toMatchObject({ status: 'succeeded', drain: { forcedBy: 'ana', inFlightAtStart: 1, cut: 1 } });
    }
    expect(await test.host.audit({ type: 'plugin:drain-cut' })).toMatchObject([
      { plugin: 'root', actor: 'ana', data: { cut: 1 } },
      { plugin: 'leaf', actor: 'ana', data: { cut: 1 } },
    ]);
    test.probe.release('leaf');
    test.probe.release('root');
    await test.expectNothingLeft();
  });

  it('brings them back when it cannot be stored', async () => {
    await using test = await setUp();
    const { plugins } = test.stores;
    const update = plugins.update.bind(plugins);
    plugins.update = (name, change, audit) =>
      name === 'root' ? Promise.reject(new Error('down')) : update(name, change, audit);
    expect(await rejection(test.host.disable('root', { cascade: true }))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await becomes(test, allActive);
    await test.expectNothingLeft();
  });

  it('survives a restart: they wait for it', async () => {
    await using test = await setUp();
    await test.host.disable('root', { cascade: true });
    await test.host.stop();
    await using second = await createTestHost({ db: createProbe(), folder: test.folder, stores: test.stores });
    expect(states(second)).toEqual({ root: 'disabled', ...withoutRoot });
    await second.host.enable('root');
    await becomes(second, allActive);
  });
});

describe('a plugin that others need', () => {
  it('takes them with it when its folder goes, and brings them back with the folder', async () => {
    await using test = await setUp();
    await test.folder.remove('root');
    await test.host.rescan();
    await becomes(test, withoutRoot);
    await eventually(() => expect(test.host.summary('other')?.reason?.message).toContain('which is not there'));
    await test.folder.write('root', noting('root'));
    await test.host.rescan();
    await becomes(test, allActive);
    await test.expectNothingLeft();
  });

  it('keeps them while it is retried after a crash, and blocks them when it is quarantined', async () => {
    await using test = await setUp();
    const crash = async (): Promise<void> => {
      await test.http.request('root', 'GET', '/crash');
      await eventually(() => expect(states(test)).not.toMatchObject({ root: 'active' }));
    };
    await crash();
    await becomes(test, { ...allActive, root: 'retrying' });
    test.clock.advance(60_000);
    await becomes(test, allActive);
    await crash();
    test.clock.advance(60_000);
    await becomes(test, allActive);
    await crash();
    await becomes(test, { root: 'quarantined', ...withoutRoot });
    expect(test.probe.notes).not.toContain('down fan');
    await test.host.enable('root');
    await becomes(test, allActive);
    await test.expectNothingLeft();
  });

  it('is not replaced by a version that breaks them, unless told to; then they wait for their own next release', async () => {
    await using test = await setUp();
    await test.folder.write('root', noting('root', { version: '2.0.0' }));
    expect(await rejection(test.host.reload('root'))).toMatchObject({
      code: 'DEPENDANTS_ACTIVE',
      details: { dependants: [{ name: 'leaf' }, { name: 'middle' }, { name: 'other' }] },
    });
    expect(states(test)).toEqual(allActive);
    expect(test.host.summary('root')).toMatchObject({
      version: '1.0.0',
      lastFailure: { code: 'DEPENDANTS_ACTIVE', during: 'reload' },
    });
    await test.host.reload('root', { cascade: true });
    expect(test.host.summary('root')).toMatchObject({ version: '2.0.0', state: 'active', lastFailure: null });
    await becomes(test, withoutRoot);
    await test.folder.write('middle', noting('middle', { dependencies: { root: '^2.0.0' } }));
    await test.host.rescan();
    await becomes(test, { middle: 'active', leaf: 'active', other: 'blocked' });
    await test.host.rollback('root', { cascade: true });
    await becomes(test, { middle: 'blocked', leaf: 'blocked', other: 'active' });
    await test.expectNothingLeft();
  });

  it('is upgraded together with one that needs the upgrade', async () => {
    await using test = await setUp();
    await test.host.disable('other');
    await test.folder.write('root', noting('root', { version: '2.0.0' }));
    await test.folder.write('middle', noting('middle', { version: '2.0.0', dependencies: { root: '^2.0.0' } }));
    await test.folder.write('leaf', noting('leaf', { dependencies: { middle: '^2.0.0' } }));
    // as the watcher does, whatever it sees first
    for (const name of ['leaf', 'middle', 'root'])
      expect(['DEPENDENCY_UNMET', 'DEPENDANTS_ACTIVE']).toContain((await rejection(test.host.reload(name))).code);
    expect(states(test)).toEqual({ ...allActive, other: 'disabled' });
    await test.host.reload('root', { cascade: true });
    await becomes(test, { root: 'active', middle: 'active', leaf: 'active' });
    expect(test.host.summary('middle')).toMatchObject({ version: '2.0.0', lastFailure: null });
    await test.expectNothingLeft();
  });

  it('keeps them while it is retried, although its folder holds a version that breaks them and waits', async () => {
    await using test = await setUp();
    await test.folder.write('root', noting('root', { version: '2.0.0' }));
    await rejection(test.host.reload('root'));
    await test.http.request('root', 'GET', '/crash');
    await becomes(test, { ...allActive, root: 'retrying' });
    test.clock.advance(60_000);
    await becomes(test, allActive);
    expect(test.probe.notes).not.toContain('down middle');
    await test.host.disable('middle', { cascade: true });
    await test.host.disable('other');
    await eventually(() => expect(test.host.summary('root')).toMatchObject({ version: '2.0.0', state: 'active' }));
    await test.expectNothingLeft();
  });

  it('is replaced by itself when they are not in the way any more', async () => {
    await using test = await setUp();
    await test.folder.write('root', noting('root', { version: '2.0.0' }));
    await rejection(test.host.reload('root'));
    await test.host.disable('leaf');
    await test.host.disable('middle');
    expect(test.host.summary('root')?.version).toBe('1.0.0');
    await test.host.disable('other');
    await eventually(() => expect(test.host.summary('root')).toMatchObject({ version: '2.0.0', lastFailure: null }));
    await test.expectNothingLeft();
  });
});

describe('those who depend on a plugin, also optionally', () => {
  it('are told when it is reloaded, goes and comes, by an event and by a hook, and of nothing else', async () => {
    await using test = await setUp();
    const heard: unknown[] = [];
    const unhear = test.host.on('plugin:dependency-changed', (data) => heard.push(data));
    await test.host.reload('root');
    const news = (to: string, change: object): object => ({ to, plugin: 'root', ...change });
    const told = { version: '1.0.0', state: 'active' };
    await eventually(() =>
      expect(test.probe.kept['changes']).toEqual([news('fan', told), news('middle', told), news('other', told)]),
    );
    expect(heard).toMatchObject(
      ['fan', 'middle', 'other'].map((name) => ({ plugin: name, dependency: 'root', ...told })),
    );
    unhear();
    test.probe.kept['changes'] = [];
    await test.folder.write('root', plugin('root', 'export default { onLoad() { throw new Error("no"); } }'));
    await rejection(test.host.reload('root'));
    await test.host.disable('root', { cascade: true });
    await eventually(() =>
      expect(test.probe.kept['changes']).toContainEqual(news('fan', { version: '1.0.0', state: 'disabled' })),
    );
    await test.folder.write('root', noting('root', { version: '1.1.0' }));
    await test.host.reload('root');
    await test.host.enable('root');
    await becomes(test, allActive);
    const toFan = (test.probe.kept['changes'] as { to: string }[]).filter(({ to }) => to === 'fan');
    expect(toFan).toEqual([
      news('fan', { version: '1.0.0', state: 'disabled' }),
      news('fan', { version: '1.1.0', state: 'active' }),
    ]);
    await test.expectNothingLeft();
  });

  it('do no harm when their hook fails', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        root: noting('root'),
        bad: plugin('bad', 'export default { onDependencyChange() { throw new Error("no thanks"); } }', needs('root')),
      },
    });
    await test.host.reload('root');
    await eventually(async () =>
      expect(await test.host.audit({ plugin: 'bad', type: 'plugin:error' })).toMatchObject([
        { data: { during: 'onDependencyChange', message: 'no thanks' } },
      ]),
    );
    expect(states(test)).toEqual({ root: 'active', bad: 'active' });
    await test.expectNothingLeft();
  });
});
