import { describe, expect, it, vi } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';
import { readExposition } from './support/read-exposition.ts';

interface Context {
  on(event: string, handler: (data: unknown, event: string) => unknown): () => void;
  once(event: string, handler: (data: unknown) => unknown): () => void;
  off(event: string, handler: unknown): void;
  emit(event: string, data?: unknown): number;
  emitTyped(event: string, data?: unknown): number;
  getDeclaredEvents(): Record<string, unknown>;
}

const events = {
  saved: { payload: { id: 'string', 'tags?': 'string[]' }, description: 'Something was saved.' },
  counted: { payload: { type: 'integer', minimum: 0 } },
  anything: {},
  strange: { payload: { $ref: 'https://else.where' } },
};

const speaker = (name: string) =>
  plugin(name, `export default { onEnable(ctx) { ctx.db.kept['${name}'] = ctx; } };`, { events });

async function setUp(): Promise<TestHost & { probe: Probe; a: Context; b: Context }> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, plugins: { a: speaker('a'), b: speaker('b') } });
  return Object.assign(test, { probe, a: probe.kept['a'] as Context, b: probe.kept['b'] as Context });
}

const errorsOf = ({ host }: TestHost, name: string) => host.audit({ plugin: name, type: 'plugin:error' });

describe('an event', () => {
  it('reaches other plugins, the emitter itself and the host, in the order in which they listened', async () => {
    await using test = await setUp();
    const heard: unknown[] = [];
    test.b.on('saved', (data, event) => heard.push(['b', event, data]));
    const stop = test.host.on('saved', (data, event) => heard.push(['host', event, data]));
    test.a.on('saved', (data, event) => heard.push(['a', event, data]));
    expect(test.a.emit('saved', { id: '1' })).toBe(3);
    expect(heard).toEqual(['b', 'host', 'a'].map((who) => [who, 'saved', { id: '1' }]));
    stop();
    expect(test.a.emit('saved')).toBe(2);
    await test.expectNothingLeft();
  });

  it('of the host reaches plugins, and nobody is no fault', async () => {
    await using test = await setUp();
    const heard = vi.fn();
    test.a.on('server:started', heard);
    expect(test.host.emit('server:started', { port: 1 })).toBe(1);
    expect(heard).toHaveBeenCalledWith({ port: 1 }, 'server:started');
    expect(test.host.emit('nobody')).toBe(0);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('bad listener');
      },
    ],
    ['rejects', () => Promise.reject(new Error('bad listener'))],
    [
      'throws a frozen object',
      () => {
        throw Object.freeze(new Error('bad listener'));
      },
    ],
  ])(
    'goes on when a listener %s; the failure is recorded against the plugin of the listener',
    async (_how, listener) => {
      await using test = await setUp();
      const last = vi.fn();
      test.b.on('saved', listener);
      test.a.on('saved', last);
      expect(test.a.emit('saved', 1)).toBe(2);
      expect(last).toHaveBeenCalledOnce();
      await eventually(async () =>
        expect(await errorsOf(test, 'b')).toMatchObject([{ data: { during: 'event saved', message: 'bad listener' } }]),
      );
      expect(await errorsOf(test, 'a')).toEqual([]);
      expect(test.host.summary('b')?.state).toBe('active');
      await test.expectNothingLeft();
    },
  );

  it('is not waited for by the emitter', async () => {
    await using test = await setUp();
    test.b.on('saved', () => test.probe.wait('listener'));
    expect(test.a.emit('saved')).toBe(1);
    expect(test.probe.waiting('listener')).toBe(1);
    expect(test.host.summary('b')?.activeRequests).toBe(1);
    test.probe.release('listener');
    await eventually(() => expect(test.host.summary('b')?.activeRequests).toBe(0));
    await test.expectNothingLeft();
  });

  it('is heard once by once, also when hearing it emits it again', async () => {
    await using test = await setUp();
    const heard = vi.fn(() => test.a.emit('saved'));
    test.a.once('saved', heard);
    test.a.emit('saved');
    test.a.emit('saved');
    expect(heard).toHaveBeenCalledOnce();
    expect(test.host.inspect().listeners).toBe(0);
  });

  it('is heard no more after off, however often the function was registered, or after the undo of each', async () => {
    await using test = await setUp();
    const heard = vi.fn();
    test.a.on('saved', heard);
    test.a.once('saved', heard);
    const undo = test.a.on('other', heard);
    test.a.off('saved', heard);
    test.a.off('saved', heard);
    test.a.off('never', () => undefined);
    undo();
    undo();
    expect(test.a.emit('saved') + test.a.emit('other')).toBe(0);
    expect(heard).not.toHaveBeenCalled();
  });

  it('is not taken from another plugin by off with the same function', async () => {
    await using test = await setUp();
    const shared = vi.fn();
    test.a.on('saved', shared);
    test.b.on('saved', shared);
    test.a.off('saved', shared);
    expect(test.a.emit('saved')).toBe(1);
  });

  it('is not heard by a disabled plugin, and is heard once by one that was reloaded', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        demo: plugin('demo', "export default { onLoad(ctx) { ctx.on('saved', () => ctx.db.note('heard')); } };"),
      },
    });
    await test.host.disable('demo');
    expect(test.host.emit('saved')).toBe(0);
    await test.host.enable('demo');
    await test.host.reload('demo');
    expect(test.host.emit('saved')).toBe(1);
    expect(probe.notes).toEqual(['heard']);
    await test.expectNothingLeft();
  });

  it.each([undefined, null, 'handler', {}, 5])(
    'cannot be heard by %o: LISTENER_INVALID names plugin and event',
    async (handler) => {
      await using test = await setUp();
      for (const listen of ['on', 'once'] as const) {
        expect(() => test.a[listen]('saved', handler as never)).toThrow(
          expect.objectContaining({ code: 'LISTENER_INVALID', plugin: 'a', message: expect.stringContaining('saved') }),
        );
      }
      expect(test.host.inspect().listeners).toBe(0);
    },
  );

  it('of the lifecycle can be heard by plugins and the host', async () => {
    await using test = await setUp();
    const [inPlugin, inHost] = [vi.fn(), vi.fn()];
    test.a.on('plugin:disabled', inPlugin);
    const stop = test.host.on('plugin:disabled', inHost);
    await test.host.disable('b');
    stop();
    expect(inPlugin).toHaveBeenCalledWith(expect.objectContaining({ plugin: 'b' }), 'plugin:disabled');
    expect(inHost).toHaveBeenCalledOnce();
  });

  it('about failures may itself be heard by a listener that fails, without end', async () => {
    await using test = await setUp();
    const heard = vi.fn(() => {
      throw new Error('again');
    });
    test.a.on('plugin:error', heard);
    test.b.on('saved', () => {
      throw new Error('first');
    });
    test.a.emit('saved');
    await eventually(async () => expect(await errorsOf(test, 'a')).toHaveLength(1));
    expect(heard.mock.calls.length).toBeLessThan(5);
    await test.expectNothingLeft();
  });
});

describe('an event that is emitted while another is heard', () => {
  /** Each event is answered with the next, `length` of them. */
  const chained = ({ a }: { a: Context }, length: number): string[] => {
    const heard: string[] = [];
    for (let step = 1; step <= length; step += 1) {
      a.on(`step ${step}`, (_data, event) => {
        heard.push(event);
        return a.emit(`step ${step + 1}`);
      });
    }
    return heard;
  };

  it('reaches its listeners down to the 32nd of such events, and the 33rd reaches nobody', async () => {
    await using test = await setUp();
    const heard = chained(test, 40);
    expect(test.host.emit('step 1')).toBe(1);
    expect(heard).toHaveLength(32);
    heard.length = 0;
    expect(test.host.emit('step 20')).toBe(1);
    expect(heard).toHaveLength(21);
    expect(test.host.inspect().activeCalls).toBe(0);
    await test.expectNothingLeft();
  });

  it('in a circle of two plugins is refused, is the failure of who emitted it, and leaves no call in flight', async () => {
    await using test = await setUp();
    const lastError = vi.fn();
    test.a.on('x', () => test.a.emit('y'));
    test.b.on('y', () => {
      try {
        return test.b.emit('x');
      } catch (error) {
        lastError(error);
        throw error;
      }
    });
    for (let round = 0; round < 3; round += 1) expect(test.host.emit('x')).toBe(1);
    const message =
      'Plugin "b" did not emit "x": 32 events were emitted in the handling of one another already, the last ones … x → y → x → y.';
    expect(lastError).toHaveBeenCalledTimes(3);
    expect(lastError).toHaveBeenCalledWith(expect.objectContaining({ code: 'EVENT_TOO_DEEP', plugin: 'b', message }));
    expect(test.host.inspect().activeCalls).toBe(0);
    const { calls, eventsEmitted } = test.host.metrics.of('b');
    expect({ ...calls.event, eventsEmitted }).toMatchObject({ count: 48, failed: 3, inFlight: 0, eventsEmitted: 45 });
    expect(test.host.metrics.of('a').calls.event).toMatchObject({ count: 48, failed: 0, inFlight: 0 });
    expect(test.host.logs.errors('b')).toMatchObject([{ type: 'PluginError', count: 3, message }]);
    expect(test.logger.lines.filter(({ level }) => level === 'error')).toHaveLength(3);
    await test.host.disable('a');
    expect(await errorsOf(test, 'b')).toMatchObject([{ data: { during: 'event y', message } }]);
    await test.expectNothingLeft();
  });

  it('too deep has an entry of its own in the audit log, whatever else fails in that listener', async () => {
    await using test = await setUp();
    test.a.on('x', (data) => {
      if (data === 'bad') throw new Error('bad data');
      test.a.emit('x');
    });
    test.host.emit('x', 'bad');
    test.host.emit('x');
    await eventually(async () =>
      expect((await errorsOf(test, 'a')).map(({ data }) => data['message'])).toEqual([
        expect.stringContaining('did not emit "x"'),
        'bad data',
      ]),
    );
  });

  it('of the host in a circle ends as well', async () => {
    await using test = await setUp();
    const heard = vi.fn(() => test.host.emit('x'));
    const stop = test.host.on('x', heard);
    expect(test.host.emit('x')).toBe(1);
    stop();
    expect(heard).toHaveBeenCalledTimes(32);
    expect(test.logger.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { details: { event: 'x', err: expect.objectContaining({ code: 'EVENT_TOO_DEEP' }) } },
    ]);
  });

  it('counts no more once the listener has waited, so that what goes on for ever in turns may', async () => {
    await using test = await setUp();
    let rounds = 0;
    test.a.on('again', async () => {
      await Promise.resolve();
      rounds += 1;
      if (rounds < 100) test.a.emit('again');
    });
    test.a.emit('again');
    await eventually(() => expect(rounds).toBe(100));
    expect(await errorsOf(test, 'a')).toEqual([]);
  });
});

describe('an event for a plugin that does not keep up', () => {
  /** The 10,000 calls that `b` has in flight at most. */
  function fill(test: Awaited<ReturnType<typeof setUp>>): void {
    test.b.on('saved', () => test.probe.wait('listener'));
    for (let call = 0; call < 10_000; call += 1) test.a.emit('saved');
  }

  it('is dropped while 10,000 of its calls for events have not ended, and counted; others hear it', async () => {
    await using test = await setUp();
    fill(test);
    const [first, elsewhere] = [vi.fn(), vi.fn()];
    test.b.once('late', first);
    test.a.on('late', elsewhere);
    expect(test.host.metrics.of('b')).toMatchObject({ calls: { event: { inFlight: 10_000 } }, eventsDropped: 0 });
    test.a.emit('saved');
    expect(test.a.emit('late')).toBe(2);
    expect(first).not.toHaveBeenCalled();
    expect(elsewhere).toHaveBeenCalledOnce();
    expect(test.host.metrics.of('b')).toMatchObject({ calls: { event: { inFlight: 10_000 } }, eventsDropped: 2 });
    expect(test.host.metrics.of('a').eventsDropped).toBe(0);
    const text = readExposition(test.host.metrics.prometheus());
    expect(text.value('catalyst_plugin_events_dropped_total', { plugin: 'b' })).toBe(2);
    test.probe.release('listener', 1);
    await eventually(() => expect(test.host.inspect().activeCalls).toBe(9_999));
    test.a.emit('late');
    expect(first).toHaveBeenCalledOnce();
    test.probe.release('listener', 9_999);
    await eventually(() => expect(test.host.inspect().activeCalls).toBe(0));
    await test.expectNothingLeft();
  });

  it('is told of in the log once, and in the audit log once a minute with how many there were', async () => {
    await using test = await setUp();
    fill(test);
    for (let time = 0; time < 5; time += 1) test.a.emit('saved');
    test.clock.advance(60_000);
    const message = 'Plugin "b" did not hear "saved": 10000 of its calls for events have not ended.';
    expect(test.logger.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { message, details: { plugin: 'b', event: 'saved' } },
    ]);
    await eventually(async () =>
      expect(await errorsOf(test, 'b')).toMatchObject([
        { reason: message, data: { during: 'event saved', repeated: 4 } },
        { reason: message, result: 'failed', data: { during: 'event saved' } },
      ]),
    );
    test.probe.release('listener', 10_000);
    await eventually(() => expect(test.host.inspect().activeCalls).toBe(0));
    await test.expectNothingLeft();
  });
});

describe('a declared event', () => {
  it.each<[string, unknown]>([
    ['saved', { id: '1' }],
    ['saved', { id: '1', tags: ['a'], more: true }],
    ['counted', 3],
    ['anything', undefined],
    ['anything', { a: 1 }],
  ])('%s may carry %j', async (event, data) => {
    await using test = await setUp();
    const heard = vi.fn();
    test.b.on(event, heard);
    expect(test.a.emitTyped(event, data)).toBe(1);
    expect(heard).toHaveBeenCalledWith(data, event);
  });

  it.each<[string, unknown, string | undefined]>([
    ['saved', { id: 1 }, '/id'],
    ['saved', {}, '/id'],
    ['saved', { id: '1', tags: ['a', 2] }, '/tags/1'],
    ['saved', 'text', ''],
    ['counted', -1, ''],
    ['counted', 1.5, ''],
    ['undeclared', 1, undefined],
    ['constructor', 1, undefined],
    ['strange', 1, undefined],
  ])('%s with %j is refused with EVENT_PAYLOAD_INVALID and reaches nobody', async (event, data, pointer) => {
    await using test = await setUp();
    const heard = vi.fn();
    test.b.on(event, heard);
    const refusal = { code: 'EVENT_PAYLOAD_INVALID', plugin: 'a', message: expect.stringContaining(event) };
    expect(() => test.a.emitTyped(event, data)).toThrow(
      expect.objectContaining(
        pointer === undefined ? refusal : { ...refusal, issues: [expect.objectContaining({ pointer })] },
      ),
    );
    expect(heard).not.toHaveBeenCalled();
  });

  it('of another name is refused with the names that are declared', async () => {
    await using test = await setUp();
    expect(() => test.a.emitTyped('save')).toThrow(
      'Plugin "a" does not declare the event "save"; it declares "saved", "counted", "anything", "strange".',
    );
  });

  it('that does not fit is only warned of on a host that says so, and reaches its listeners', async () => {
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, eventMismatch: 'warn', plugins: { a: speaker('a') } });
    const ctx = probe.kept['a'] as Context;
    const heard = vi.fn();
    ctx.on('saved', heard);
    ctx.on('undeclared', heard);
    expect(ctx.emitTyped('saved', { id: 1 })).toBe(1);
    expect(ctx.emitTyped('undeclared')).toBe(1);
    expect(heard).toHaveBeenCalledTimes(2);
    const warnings = test.logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings).toEqual([expect.stringContaining('/id'), expect.stringContaining('"undeclared"')]);
    await test.expectNothingLeft();
  });

  it('is shown to the host', async () => {
    await using test = await setUp();
    expect(test.host.get('a')?.manifest['events']).toEqual(events);
  });

  it('can be read by its plugin', async () => {
    await using test = await setUp();
    expect(test.a.getDeclaredEvents()).toEqual(events);
  });
});
