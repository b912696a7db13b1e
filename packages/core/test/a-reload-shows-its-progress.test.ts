import { describe, expect, it } from 'vitest';
import type { OperationPhase, PluginOperation } from '../src/protocol/index.ts';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';

const slow = (word: string, more = '', manifest: object = {}): PluginFiles =>
  plugin(
    'demo',
    `export default {
      onLoad(ctx) {
        ctx.registerRoute({ method: 'GET', url: '/slow', handler: async () => { await ctx.db.wait('request'); return '${word}'; } });
        ctx.registerRoute({ method: 'GET', url: '/fast', handler: () => '${word}' });
      },
      ${more}
    };`,
    manifest,
  );

interface Setting extends TestHost {
  readonly probe: Probe;
  readonly ask: (url: string) => Promise<unknown>;
  /** What the live events told of operations, in order. */
  readonly told: PluginOperation[];
}

async function setUp(first = slow('old')): Promise<Setting> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, drainMs: 10_000, plugins: { demo: first } });
  const told: PluginOperation[] = [];
  test.host.events.subscribe(({ type, data }) => {
    if (type === 'plugin:operation') told.push(data['operation'] as unknown as PluginOperation);
  });
  return Object.assign(test, { probe, told, ask: (url: string) => test.http.request('demo', 'GET', url) });
}

const latest = ({ host }: TestHost): PluginOperation => host.operations.list('demo').at(0) as PluginOperation;
const phases = ({ told }: Setting): OperationPhase[] => told.map(({ phase }) => phase);

describe('a reload', () => {
  it('is an operation that live events follow from phase to phase, and that has succeeded when the old generation is released', async () => {
    await using test = await setUp();
    await test.host.reload('demo', { actor: 'ana', operationId: 'mine' });
    await eventually(() => expect(latest(test).phase).toBe('ended'));
    expect(phases(test)).toEqual(['loading', 'enabling', 'checking', 'releasing', 'ended']);
    expect(test.host.operations.get('mine')).toMatchObject({
      id: 'mine',
      plugin: 'demo',
      kind: 'reload',
      actor: 'ana',
      status: 'succeeded',
      error: null,
      drain: null,
    });
    await test.expectNothingLeft();
  });

  it('shows which calls of the old generation it waits for and until when, and tells when their number changes', async () => {
    await using test = await setUp();
    const answers = [test.ask('/slow'), test.ask('/slow')];
    await eventually(() => expect(test.probe.waiting('request')).toBe(2));
    await test.host.reload('demo');
    const now = test.clock.now();
    expect(latest(test)).toMatchObject({
      status: 'running',
      phase: 'draining',
      endedAt: null,
      drain: { inFlight: 2, calls: [{ label: 'GET /slow' }, { label: 'GET /slow' }], cut: null, forcedBy: null },
    });
    expect(latest(test).drain?.deadlineAt).toBe(new Date(now + 10_000).toISOString());
    const before = test.told.length;
    test.clock.advance(1_000);
    expect(test.told.length).toBe(before);
    test.probe.release('request', 1);
    await eventually(() => expect(latest(test).drain?.inFlight).toBe(1));
    test.clock.advance(1_000);
    expect(test.told.at(-1)).toMatchObject({ phase: 'draining', drain: { inFlight: 1 } });
    test.probe.release('request');
    expect(await Promise.all(answers)).toEqual(['old', 'old']);
    await eventually(() => expect(latest(test)).toMatchObject({ status: 'succeeded', drain: { inFlight: 0, cut: 0 } }));
    await test.expectNothingLeft();
  });

  it('need not wait: its drain can be forced, and the audit says by whom and how many calls were cut', async () => {
    await using test = await setUp();
    void test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    await test.host.reload('demo');
    const { id } = latest(test);
    expect(test.host.operations.force(id, 'ana')).toMatchObject({ phase: 'draining' });
    await eventually(() =>
      expect(latest(test)).toMatchObject({ status: 'succeeded', drain: { cut: 1, forcedBy: 'ana' } }),
    );
    await eventually(async () =>
      expect(await test.host.audit({ type: 'plugin:drain-cut' })).toMatchObject([{ actor: 'ana', data: { cut: 1 } }]),
    );
    expect(() => test.host.operations.force(id, 'ana')).toThrow(
      expect.objectContaining({ code: 'OPERATION_NOT_DRAINING' }),
    );
    expect(() => test.host.operations.force('nobody', 'ana')).toThrow(
      expect.objectContaining({ code: 'OPERATION_NOT_FOUND' }),
    );
    test.probe.release('request');
    await test.expectNothingLeft();
  });

  it('that fails is an operation that failed, with the reason', async () => {
    await using test = await setUp();
    await test.folder.write('demo', slow('new', 'onEnable() { throw new Error("no port"); },'));
    await expect(test.host.reload('demo')).rejects.toMatchObject({ code: 'HOOK_FAILED' });
    expect(latest(test)).toMatchObject({
      status: 'failed',
      phase: 'ended',
      error: { code: 'HOOK_FAILED', message: expect.stringContaining('no port') },
    });
    await test.expectNothingLeft();
  });

  it('waits for its turn as a queued operation', async () => {
    await using test = await setUp(slow('old', 'async onDisable(ctx) { await ctx.db.wait("disable"); },'));
    const disabled = test.host.disable('demo');
    await eventually(() => expect(test.probe.waiting('disable')).toBe(1));
    const reloaded = test.host.reload('demo');
    await eventually(() => expect(latest(test)).toMatchObject({ kind: 'reload', phase: 'queued', status: 'running' }));
    test.probe.release('disable');
    await Promise.all([disabled, reloaded]);
    expect(test.host.operations.list().map(({ kind, status }) => [kind, status])).toEqual([
      ['reload', 'succeeded'],
      ['disable', 'succeeded'],
    ]);
    await test.expectNothingLeft();
  });

  it('is refused an id that another operation has', async () => {
    await using test = await setUp();
    await test.host.reload('demo', { operationId: 'mine' });
    await expect(test.host.reload('demo', { operationId: 'mine' })).rejects.toMatchObject({
      code: 'OPERATION_ID_TAKEN',
    });
    await test.expectNothingLeft();
  });
});

describe('the time to drain', () => {
  it('is the plugin’s own where its manifest says one', async () => {
    await using test = await setUp(slow('old', '', { limits: { drainMs: 2_000 } }));
    void test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    await test.host.reload('demo');
    test.clock.advance(1_999);
    expect(latest(test).phase).toBe('draining');
    test.clock.advance(1);
    await eventually(() => expect(latest(test)).toMatchObject({ status: 'succeeded', drain: { cut: 1 } }));
    test.probe.release('request');
    await test.expectNothingLeft();
  });

  it('can be ended for a disable too', async () => {
    await using test = await setUp();
    void test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    const disabled = test.host.disable('demo', { operationId: 'off' });
    await eventually(() => expect(test.host.operations.get('off')?.phase).toBe('draining'));
    test.host.operations.force('off', 'ana');
    await disabled;
    expect(test.host.operations.get('off')).toMatchObject({ status: 'succeeded', drain: { cut: 1, forcedBy: 'ana' } });
    test.probe.release('request');
    await test.expectNothingLeft();
  });
});

describe('the progress of a command', () => {
  const steps = ({ told }: Setting): string[] =>
    told.map(({ phase, progress: { passed, toCome } }) => `${passed.join(' ')} [${phase}] ${toCome.join(' ')}`.trim());

  it('says which phases it has been through, and which are to come', async () => {
    await using test = await setUp();
    await test.host.reload('demo', { operationId: 'plain' });
    await eventually(() => expect(test.host.operations.get('plain')?.phase).toBe('ended'));
    expect(steps(test)).toEqual([
      'queued [loading] enabling checking draining releasing ended',
      'queued loading [enabling] checking draining releasing ended',
      'queued loading enabling [checking] draining releasing ended',
      'queued loading enabling checking [releasing] ended',
      'queued loading enabling checking releasing [ended]',
    ]);
    await test.expectNothingLeft();
  });

  it('takes the old generation off first where only one can be there', async () => {
    await using test = await setUp(slow('old', '', { reload: 'restart' }));
    await test.host.reload('demo', { operationId: 'restart' });
    await eventually(() => expect(test.host.operations.get('restart')?.phase).toBe('ended'));
    expect(steps(test)).toEqual([
      // its folder is read before the running generation is touched
      'queued [loading] enabling checking draining releasing ended',
      'queued loading [releasing] enabling checking ended',
      'queued loading releasing [loading] enabling checking ended',
      'queued loading releasing loading [enabling] checking ended',
      'queued loading releasing loading enabling [checking] ended',
      'queued loading releasing loading enabling checking [ended]',
    ]);
    await test.expectNothingLeft();
  });

  it('of a drain is how many calls there were and how many there are', async () => {
    await using test = await setUp();
    const answers = [test.ask('/slow'), test.ask('/slow'), test.ask('/slow')];
    await eventually(() => expect(test.probe.waiting('request')).toBe(3));
    await test.host.reload('demo');
    test.probe.release('request', 2);
    await eventually(() => expect(latest(test).drain).toMatchObject({ inFlightAtStart: 3, inFlight: 1 }));
    test.probe.release('request');
    await Promise.all(answers);
    await eventually(() =>
      expect(latest(test)).toMatchObject({ phase: 'ended', drain: { inFlightAtStart: 3, inFlight: 0 } }),
    );
    await test.expectNothingLeft();
  });
});

describe('a new generation', () => {
  it.each([
    ['false', 'health returned false.'],
    ['"unhealthy"', 'unhealthy'],
    ['{ status: "unhealthy", message: "no database" }', 'no database'],
    ['{ healthy: false }', 'healthy'],
    ['Promise.reject(new Error("down"))', 'down'],
  ])('whose health says %s does not go live, and the old one goes on serving', async (result, message) => {
    await using test = await setUp();
    await test.folder.write('demo', slow('new', `health() { return ${result}; },`));
    await expect(test.host.reload('demo')).rejects.toMatchObject({
      code: 'HEALTH_FAILED',
      message: expect.stringContaining(message),
    });
    expect(await test.ask('/fast')).toBe('old');
    expect(test.host.get('demo')).toMatchObject({ state: 'active', lastFailure: { code: 'HEALTH_FAILED' } });
    await test.expectNothingLeft();
  });

  it('whose health never answers does not go live either', async () => {
    await using test = await setUp();
    await test.folder.write('demo', slow('new', `health(ctx) { return ctx.db.wait('health'); },`));
    const reloaded = test.host.reload('demo');
    await eventually(() => expect(test.probe.waiting('health')).toBe(1));
    test.clock.advance(5_000);
    await expect(reloaded).rejects.toMatchObject({ code: 'HEALTH_FAILED' });
    expect(await test.ask('/fast')).toBe('old');
    test.probe.release('health');
    await test.expectNothingLeft();
  });

  it.each(['undefined', 'true', '"degraded"', '{ status: "healthy" }', '{ healthy: true, details: {} }'])(
    'whose health says %s goes live',
    async (result) => {
      await using test = await setUp();
      await test.folder.write('demo', slow('new', `health() { return ${result}; },`));
      await test.host.reload('demo');
      expect(await test.ask('/fast')).toBe('new');
      await test.expectNothingLeft();
    },
  );
});
