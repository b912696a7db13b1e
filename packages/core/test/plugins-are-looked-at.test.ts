import { describe, expect, it } from 'vitest';
import type { HealthCheck } from '../src/protocol/index.ts';
import { createMemoryStores } from '../src/index.ts';
import { createTestHost, type TestHost, type TestHostOptions } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

/** A plugin whose `health` returns what the test has put under its name. */
const patient = (name: string, hooks = ''): ReturnType<typeof plugin> =>
  plugin(
    name,
    `export default {
      health(ctx) { ctx.db.note('asked ' + ctx.manifest.name); return ctx.db.kept['${name}']?.(); },
      ${hooks}
    };`,
  );

const everyHalfMinute = { intervalMs: 30_000, timeoutMs: 5_000 };

interface Clinic extends TestHost {
  readonly probe: Probe;
  /** Lets `health` of the plugin return this from now on. */
  says(answer: unknown, name?: string): void;
  /** Goes on by one interval, and waits for the check that is due then. */
  nextCheck(name?: string): Promise<HealthCheck>;
  statusOf(name?: string): string;
  asked(name?: string): number;
}

async function open(options: TestHostOptions = {}): Promise<Clinic> {
  const probe = createProbe();
  const test = await createTestHost({
    db: probe,
    plugins: { demo: patient('demo') },
    health: everyHalfMinute,
    ...options,
  });
  const checks = (name: string): readonly HealthCheck[] => test.host.health.history(name);
  return Object.assign(test, {
    probe,
    says: (answer: unknown, name = 'demo') => void (probe.kept[name] = () => answer),
    async nextCheck(name = 'demo') {
      const before = checks(name)[0];
      test.clock.advance(everyHalfMinute.intervalMs);
      await eventually(() => expect(checks(name)[0]).not.toBe(before));
      return checks(name).at(0) as HealthCheck;
    },
    statusOf: (name = 'demo') => test.host.health.of(name).status,
    asked: (name = 'demo') => probe.notes.filter((note) => note === `asked ${name}`).length,
  });
}

const healthEvents = ({ host }: TestHost): unknown[] =>
  (host.events.since(0) ?? []).filter(({ type }) => type === 'plugin:health').map(({ data }) => data['status']);
const audited = async ({ host }: TestHost): Promise<unknown[]> =>
  (await host.audit({ type: 'plugin:health' })).map(({ data }) => [data['before'], data['status']]).toReversed();

describe('a plugin that is live', () => {
  it('is asked for its health as soon as it is enabled, and then every 30 seconds', async () => {
    await using test = await open();
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    expect(test.asked()).toBe(1);
    await test.nextCheck();
    await test.nextCheck();
    expect(test.asked()).toBe(3);
    expect(test.host.health.history('demo').map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed']);
    await test.expectNothingLeft();
  });

  it('without a health hook is healthy', async () => {
    await using test = await open({ plugins: { demo: answering('demo', 'hello') } });
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    expect(test.host.health.of('demo')).toMatchObject({ state: 'active', message: null, lastError: null });
    await test.expectNothingLeft();
  });

  it('is degraded after one bad answer, unhealthy after three, and healthy again after two good ones', async () => {
    await using test = await open();
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    test.says({ status: 'unhealthy', message: 'no database' });
    const statuses: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) statuses.push((await test.nextCheck()).status);
    test.says('ok');
    for (let turn = 0; turn < 2; turn += 1) statuses.push((await test.nextCheck()).status);
    expect(statuses).toEqual(['degraded', 'degraded', 'unhealthy', 'unhealthy', 'unhealthy', 'healthy']);
    expect(healthEvents(test)).toEqual(['healthy', 'degraded', 'unhealthy', 'healthy']);
    await eventually(async () =>
      expect(await audited(test)).toEqual([
        ['healthy', 'degraded'],
        ['degraded', 'unhealthy'],
        ['unhealthy', 'healthy'],
      ]),
    );
    await test.expectNothingLeft();
  });

  it('that fails now and then is degraded, never unhealthy', async () => {
    await using test = await open();
    const statuses: string[] = [];
    for (const answer of [false, false, true, false, false, true, true]) {
      test.says(answer);
      statuses.push((await test.nextCheck()).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 6 }, () => 'degraded'), 'healthy']);
    await test.expectNothingLeft();
  });

  it('says in words what is wrong with it, and what it has looked at', async () => {
    await using test = await open();
    test.says({ checks: { db: 'ok', cache: true, smtp: { status: 'down', message: 'refused', ms: 12 } } });
    expect(await test.nextCheck()).toMatchObject({
      outcome: 'failed',
      message: 'smtp: refused',
      checks: [
        { name: 'db', status: 'healthy', message: null, ms: null },
        { name: 'cache', status: 'healthy', message: null, ms: null },
        { name: 'smtp', status: 'unhealthy', message: 'refused', ms: 12 },
      ],
    });
    test.says({ status: 'degraded', message: 'one of two is away', checks: { smtp: 'down' } });
    expect(await test.nextCheck()).toMatchObject({ outcome: 'warned', message: 'one of two is away' });
    await test.expectNothingLeft();
  });

  it('that says far too much is cut short', async () => {
    await using test = await open();
    const checks = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`c${index}`, 'x'.repeat(10_000)]));
    test.says({ message: 'x'.repeat(1_000_000), checks });
    const check = await test.nextCheck();
    expect(JSON.stringify(check).length).toBeLessThan(30_000);
    await test.expectNothingLeft();
  });

  it.each([
    ['throws', 'throw new Error("no disk")', 'no disk'],
    ['rejects', 'return Promise.reject(new Error("no disk"))', 'no disk'],
    ['throws nothing', 'throw undefined', 'undefined'],
    ['returns an object whose members throw', 'return { get status() { throw new Error("trap") } }', 'trap'],
  ])('whose health %s has failed the check, and goes on serving', async (_what, body, message) => {
    const routes = `onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/version', handler: () => 'here' }); }`;
    const code = `export default { health() { ${body} }, ${routes} };`;
    await using test = await open({ plugins: { demo: plugin('demo', code) } });
    await eventually(() => expect(test.statusOf()).toBe('degraded'));
    expect(test.host.health.of('demo').message).toContain(message);
    expect(await test.http.request('demo', 'GET', '/version')).toBe('here');
    await test.expectNothingLeft();
  });

  it('whose health hangs fails the check after its time, is not asked again meanwhile, and holds up no reload', async () => {
    await using test = await open();
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    probeWaits(test);
    test.clock.advance(30_000);
    await eventually(() => expect(test.asked()).toBe(2));
    test.clock.advance(5_000);
    await eventually(() => expect(test.statusOf()).toBe('degraded'));
    expect(test.host.health.of('demo').message).toContain('5000 ms');
    await test.nextCheck();
    expect([test.asked(), test.host.health.of('demo').message]).toEqual([2, expect.stringContaining('still')]);
    test.probe.release('health');
    test.says(true);
    await eventually(async () => {
      await test.host.health.check('demo');
      expect(test.host.health.history('demo')[0]?.outcome).toBe('passed');
    });
    expect(test.asked()).toBe(3);
    await test.expectNothingLeft();
  });

  it('does not have to answer before it is disabled: a drain does not wait for that', async () => {
    await using test = await open();
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    probeWaits(test);
    const checked = test.host.health.check('demo');
    await eventually(() => expect(test.asked()).toBe(2));
    await test.host.disable('demo');
    expect(await checked).toMatchObject({ status: 'transitioning' });
    expect(test.host.health.history('demo')).toHaveLength(1);
    await test.expectNothingLeft();
  });

  it('whose calls fail is not healthy, whatever it says', async () => {
    const routes = `onLoad(ctx) {
      ctx.on('work', (isGood) => { if (!isGood) throw new Error('bad work'); });
    }`;
    await using test = await open({ plugins: { demo: patient('demo', routes) } });
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    for (let turn = 0; turn < 40; turn += 1) test.host.emit('work', turn % 5 > 0);
    expect(await test.nextCheck()).toMatchObject({ outcome: 'warned', calls: { count: 40, failed: 8 } });
    for (let turn = 0; turn < 40; turn += 1) test.host.emit('work', turn % 4 === 0);
    expect(await test.nextCheck()).toMatchObject({
      outcome: 'failed',
      message: '30 of 40 calls failed since the last check.',
    });
    expect(test.host.health.of('demo').lastError).toMatchObject({ message: expect.stringContaining('bad work') });
    for (let turn = 0; turn < 5; turn += 1) test.host.emit('work', false);
    expect(await test.nextCheck()).toMatchObject({ outcome: 'passed', calls: { count: 5, failed: 5 } });
    await test.expectNothingLeft();
  });

  it('is looked at at once when somebody asks; two who ask get one check', async () => {
    await using test = await open();
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    test.says({ status: 'degraded', message: 'tired' });
    const [one, other] = await Promise.all([test.host.health.check('demo'), test.host.health.check('demo')]);
    expect(one).toMatchObject({ status: 'degraded', message: 'tired' });
    expect(other.lastCheck).toBe(one.lastCheck);
    expect(test.asked()).toBe(2);
    expect(await rejection(test.host.health.check('nobody'))).toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    await test.expectNothingLeft();
  });

  it('keeps its last 60 checks', async () => {
    await using test = await open();
    for (let turn = 0; turn < 65; turn += 1) await test.host.health.check('demo');
    const history = test.host.health.history('demo');
    expect(history).toHaveLength(60);
    expect(history[0]).toBe(test.host.health.of('demo').lastCheck);
    await test.expectNothingLeft();
  });
});

describe('a reload', () => {
  it('starts anew: what the old generation was does not count, and its answer before going live is the first check', async () => {
    await using test = await open();
    test.says(false);
    for (let turn = 0; turn < 3; turn += 1) await test.nextCheck();
    expect(test.statusOf()).toBe('unhealthy');
    test.says(true);
    const before = test.asked();
    await test.host.reload('demo');
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    expect(test.asked()).toBe(before + 1);
    expect(test.host.health.history('demo')[0]).toMatchObject({ generation: 2, outcome: 'passed' });
    await test.expectNothingLeft();
  });

  it('that fails leaves the rating of the generation that goes on', async () => {
    await using test = await open();
    test.says(false);
    for (let turn = 0; turn < 2; turn += 1) await test.nextCheck();
    expect(await rejection(test.host.reload('demo'))).toMatchObject({ code: 'HEALTH_FAILED' });
    expect(test.statusOf()).toBe('degraded');
    expect((await test.nextCheck()).status).toBe('unhealthy');
    await test.expectNothingLeft();
  });

  it('is transitioning while it lasts', async () => {
    const slow = plugin('demo', `export default { onEnable: (ctx) => ctx.db.wait('enable') };`);
    const probe = createProbe();
    const starting = open({ db: probe, plugins: { demo: slow } });
    await eventually(() => expect(probe.waiting('enable')).toBe(1));
    probe.release('enable');
    await using test = await starting;
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    const reloaded = test.host.reload('demo');
    await eventually(() => expect(probe.waiting('enable')).toBe(1));
    expect(test.statusOf()).toBe('transitioning');
    expect(test.host.health.overall()).toMatchObject({ status: 'healthy', plugins: { transitioning: 1, total: 1 } });
    probe.release('enable');
    await reloaded;
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    await test.expectNothingLeft();
  });
});

describe('a plugin that is not live', () => {
  it('is unknown while it is disabled, and is not asked', async () => {
    await using test = await open();
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    await test.host.disable('demo');
    test.clock.advance(300_000);
    expect([test.statusOf(), test.asked()]).toEqual(['unknown', 1]);
    expect(await test.host.health.check('demo')).toMatchObject({ status: 'unknown', state: 'disabled' });
    expect(test.host.health.overall()).toMatchObject({ status: 'healthy', plugins: { unknown: 1 } });
    test.says(false);
    await test.host.enable('demo');
    await eventually(() => expect(test.statusOf()).toBe('degraded'));
    await test.expectNothingLeft();
  });

  it('is unhealthy when it has failed, is blocked, or its folder is of no use, with the reason', async () => {
    await using test = await open({
      plugins: {
        bad: plugin('bad', `export default { onEnable() { throw new Error('no port'); } };`),
        lonely: plugin('lonely', 'export default {};', { dependencies: { nobody: '^1.0.0' } }),
        broken: { 'plugin.json': '{ "name": ' },
        fine: answering('fine', 'yes'),
      },
    });
    await eventually(() => expect(test.statusOf('fine')).toBe('healthy'));
    const ill = test.host.health.all().filter(({ status }) => status === 'unhealthy');
    expect(ill).toMatchObject([
      { plugin: 'bad', state: 'failed', message: expect.stringContaining('no port') },
      { plugin: 'broken', state: 'failed', message: expect.stringContaining('plugin.json') },
      { plugin: 'lonely', state: 'blocked', message: expect.stringContaining('nobody') },
    ]);
    expect(test.host.health.overall()).toMatchObject({
      status: 'degraded',
      phase: 'running',
      plugins: { total: 4, healthy: 1, unhealthy: 3 },
      states: { active: 1, failed: 2, blocked: 1 },
    });
    await test.host.disable('fine');
    expect(test.host.health.overall().status).toBe('unhealthy');
    await test.expectNothingLeft();
  });
});

describe('checks of many plugins', () => {
  it('are spread over the interval, one plugin after the other', async () => {
    const names = ['a', 'b', 'c'];
    await using test = await open({ plugins: Object.fromEntries(names.map((name) => [name, patient(name)])) });
    for (const name of names) await eventually(() => expect(test.statusOf(name)).toBe('healthy'));
    const counts: string[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      test.clock.advance(10_000);
      const kept = (): number => names.reduce((sum, name) => sum + test.host.health.history(name).length, 0);
      await eventually(() => expect(kept()).toBe(turn + 4));
      counts.push(names.map((name) => test.asked(name)).join(' '));
    }
    expect(counts).toEqual(['2 1 1', '2 2 1', '2 2 2', '3 2 2', '3 3 2', '3 3 3']);
    await test.expectNothingLeft();
  });

  it('go on when one of them hangs', async () => {
    await using test = await open({ plugins: { a: patient('a'), b: patient('b') } });
    for (const name of ['a', 'b']) await eventually(() => expect(test.statusOf(name)).toBe('healthy'));
    probeWaits(test, 'a');
    test.clock.advance(15_000);
    test.clock.advance(15_000);
    expect([test.asked('a'), test.asked('b')]).toEqual([2, 2]);
    await test.expectNothingLeft();
  });
});

describe('the store', () => {
  it('keeps how plugins are, and it is no change of their records', async () => {
    await using test = await open();
    const { plugins } = test.stores;
    await eventually(async () => expect((await plugins.get('demo'))?.healthStatus).toBe('healthy'));
    const before = await plugins.get('demo');
    test.says(false);
    await test.nextCheck();
    await eventually(async () => expect((await plugins.get('demo'))?.healthStatus).toBe('degraded'));
    const after = await plugins.get('demo');
    expect(after?.lastHealthCheck).toEqual(new Date(test.clock.now()));
    expect(after?.revision).toBe(before?.revision);
    await test.host.disable('demo');
    await eventually(async () => expect((await plugins.get('demo'))?.healthStatus).toBe('unknown'));
    await test.expectNothingLeft();
  });

  it('that is down costs nothing, and hears the latest when it is back', async () => {
    const stores = createMemoryStores();
    const saveHealth = stores.plugins.saveHealth.bind(stores.plugins);
    let isDown = true;
    stores.plugins.saveHealth = (notes) => (isDown ? Promise.reject(new Error('away')) : saveHealth(notes));
    await using test = await open({ stores });
    await eventually(() => expect(test.statusOf()).toBe('healthy'));
    test.says(false);
    expect((await test.nextCheck()).status).toBe('degraded');
    isDown = false;
    await test.nextCheck();
    await eventually(async () => expect((await stores.plugins.get('demo'))?.healthStatus).toBe('degraded'));
    await test.expectNothingLeft();
  });

  it('is told of all plugins together, not of each by itself', async () => {
    const stores = createMemoryStores();
    const saveHealth = stores.plugins.saveHealth.bind(stores.plugins);
    const saved: number[] = [];
    stores.plugins.saveHealth = async (notes) => {
      saved.push(notes.length);
      await saveHealth(notes);
    };
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    await using test = await open({
      stores,
      plugins: Object.fromEntries(names.map((name) => [name, answering(name, 'x')])),
    });
    await eventually(() => expect(test.host.health.overall().plugins.healthy).toBe(20));
    const atStart = saved.length;
    for (let turn = 0; turn < 40; turn += 1) test.clock.advance(1_500);
    await eventually(() => expect(saved.length).toBeGreaterThan(atStart));
    expect(saved.length - atStart).toBeLessThanOrEqual(3);
    await test.expectNothingLeft();
  });
});

describe('settings', () => {
  it('decide how often plugins are looked at and what it takes', async () => {
    await using test = await open({ health: { ...everyHalfMinute, failures: 1, successes: 1 } });
    test.says(false);
    expect((await test.nextCheck()).status).toBe('unhealthy');
    test.says(true);
    expect((await test.nextCheck()).status).toBe('healthy');
    await test.expectNothingLeft();
  });

  it('may turn the clock off: then plugins are looked at when somebody asks', async () => {
    await using test = await open({ health: false });
    test.clock.advance(300_000);
    expect([test.statusOf(), test.asked()]).toEqual(['unknown', 0]);
    expect(await test.host.health.check('demo')).toMatchObject({ status: 'healthy' });
    await test.expectNothingLeft();
  });

  it.each([{ intervalMs: 5 }, { timeoutMs: -1 }, { failures: 0 }, { successes: 1.5 }])(
    'such as %j are refused',
    async (health) => {
      expect(await rejection(open({ health }))).toMatchObject({ code: 'OPTIONS_INVALID' });
    },
  );
});

it('nothing is looked at any more once the host stops', async () => {
  await using test = await open();
  await eventually(() => expect(test.statusOf()).toBe('healthy'));
  await test.expectNothingLeft();
  test.clock.advance(300_000);
  expect(test.asked()).toBe(1);
  expect(test.host.health.overall()).toMatchObject({ phase: 'stopping' });
});

/** From now on `health` waits until the test lets it go on. */
function probeWaits({ probe }: Clinic, name = 'demo'): void {
  probe.kept[name] = () => probe.wait('health');
}
