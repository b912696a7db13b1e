// oxlint-disable unicorn/no-thenable -- what plugins may return is what is tested
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as tick } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../ports/clock.ts';
import type { RequestOutcome } from '../protocol/plugin-metrics.ts';
import { CallGate, type CallOwner } from './call-gate.ts';
import type { CallMeter } from './call-meter.ts';
import { LoopTime } from './loop-time.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const owner = { plugin: 'demo', generation: 1 };

function setUp() {
  const clock = {
    advance: (ms: number) => void vi.advanceTimersByTime(ms),
    pending: () => vi.getTimerCount(),
    now: () => Date.now(),
  };
  const attribution = new AsyncLocalStorage<CallOwner>();
  const onFailure = vi.fn<(label: string, error: unknown) => void>();
  const ended = vi.fn<CallMeter['ended']>();
  const held = vi.fn<CallMeter['held']>();
  const drained = vi.fn<CallMeter['drained']>();
  const meter = {
    began: vi.fn<CallMeter['began']>(),
    ended,
    held,
    drained,
    count: vi.fn<CallMeter['count']>(),
    refuse: vi.fn<CallMeter['refuse']>(),
    inFlight: () => 0,
  };
  const loopTime = new LoopTime();
  const gate = new CallGate({
    owner,
    attribution,
    clock: systemClock,
    requestTimeoutMs: 1_000,
    meter,
    loopTime,
    onFailure,
  });
  return { clock, attribution, onFailure, gate, ended };
}

const never = (): Promise<never> => new Promise(() => undefined);

const request = (label: string, outcome: RequestOutcome = '2xx') => ({
  kind: 'request' as const,
  outcome,
  label,
  startedAt: 0,
  place: -1,
  watch: vi.fn<() => void>(),
  cut: vi.fn<() => void>(),
  expire: vi.fn<() => void>(),
});

function entered(gate: CallGate, label: string): ReturnType<typeof request> {
  const made = request(label);
  gate.enter(made);
  return made;
}

describe('a call gate', () => {
  it('tells its meter the kind, the time and the outcome of each call once', async () => {
    const { gate, clock, ended } = setUp();
    const slow = gate.run('api', 'api slow', () => new Promise((resolve) => setTimeout(resolve, 250)), 1_000);
    clock.advance(250);
    await slow;
    gate.fire('event', 'event bad', () => {
      throw new Error('mine');
    });
    const asked = request('GET /', '5xx');
    gate.enter(asked);
    clock.advance(20);
    gate.leave(asked);
    gate.leave(asked);
    entered(gate, 'GET /cut');
    gate.cut(new Error('over'));
    expect(ended.mock.calls).toEqual([
      ['api', 'api slow', 250, 'ok'],
      ['event', 'event bad', 0, 'failed'],
      ['request', 'GET /', 20, '5xx'],
      ['request', 'GET /cut', 0, 'cut'],
    ]);
  });

  it('passes results on, plain ones and promised ones, and counts nothing afterwards', async () => {
    const { gate, clock } = setUp();
    expect(await gate.run('task', 'plain', () => 1, 1_000)).toBe(1);
    expect(await gate.run('task', 'promised', async () => 2, 1_000)).toBe(2);
    expect(gate.inFlight).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    ['rejects', () => Promise.reject(new Error('mine'))],
  ])('passes on what a call %s', async (_how, call) => {
    const { gate, clock } = setUp();
    await expect(gate.run('task', 'bad', call, 1_000)).rejects.toThrow('mine');
    expect(gate.inFlight).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it('ends a call that never ends with CALL_TIMEOUT, naming plugin, label and limit', async () => {
    const { gate, clock } = setUp();
    const call = gate.run('task', 'task sweep', never, 1_000);
    expect(gate.describe()).toEqual([{ label: 'task sweep', startedAt: clock.now() }]);
    clock.advance(999);
    expect(gate.inFlight).toBe(1);
    clock.advance(1);
    await expect(call).rejects.toMatchObject({
      code: 'CALL_TIMEOUT',
      plugin: 'demo',
      message: 'Plugin "demo" did not end task sweep within 1000 ms.',
    });
    expect(gate.inFlight).toBe(0);
  });

  it('takes a rejection that comes after the time limit without an unhandled rejection', async () => {
    const { gate, clock } = setUp();
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    let fail = (_error: Error): void => undefined;
    const call = gate.run('task', 'slow', () => new Promise((_resolve, reject) => (fail = reject)), 1_000);
    clock.advance(1_000);
    await expect(call).rejects.toMatchObject({ code: 'CALL_TIMEOUT' });
    fail(new Error('too late'));
    await tick();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it.each([
    [
      'throws from then',
      {
        then() {
          throw new Error('hostile');
        },
      },
    ],
    [
      'calls back twice',
      {
        then(resolve: (value: number) => void, reject: (error: Error) => void) {
          reject(new Error('hostile'));
          resolve(1);
        },
      },
    ],
  ])('survives a thenable that %s, and leaves no timer', async (_how, thenable) => {
    const { gate, clock } = setUp();
    await expect(gate.run('task', 'hostile', () => thenable as PromiseLike<unknown>, 1_000)).rejects.toThrow('hostile');
    expect(clock.pending()).toBe(0);
    expect(gate.inFlight).toBe(0);
  });

  it('rejects when the member then of a result cannot be read', async () => {
    const { gate } = setUp();
    const value = {
      get then(): never {
        throw new Error('hostile');
      },
    };
    await expect(gate.run('task', 'odd', () => value, 1_000)).rejects.toThrow('hostile');
    expect(gate.inFlight).toBe(0);
  });

  it('reports the failure of a fired call and never throws', async () => {
    const { gate, onFailure } = setUp();
    gate.fire('event', 'listener', () => {
      throw new Error('sync');
    });
    gate.fire('event', 'listener', () => Promise.reject(new Error('async')));
    gate.fire('event', 'listener', () => 'fine');
    await expect.poll(() => onFailure).toHaveBeenCalledTimes(2);
    expect(onFailure.mock.calls.map(([label, error]) => [label, (error as Error).message])).toEqual([
      ['listener', 'sync'],
      ['listener', 'async'],
    ]);
  });

  it('marks running code as the plugin’s, also after it waited, and nothing else', async () => {
    const { gate, attribution } = setUp();
    const who = async () => {
      await tick();
      return attribution.getStore();
    };
    const seen = await gate.run('task', 'who', who, 1_000);
    expect(seen).toEqual(owner);
    expect(attribution.getStore()).toBeUndefined();
  });

  it('has drained when the last open call is closed, and not before', async () => {
    const { gate, clock } = setUp();
    const [first, second] = [entered(gate, 'GET /a'), entered(gate, 'GET /b')];
    const pending = clock.pending();
    const drained = vi.fn<(clean: boolean) => void>();
    const waiting = gate.drained(1_000).then(drained);
    gate.leave(first);
    gate.leave(first);
    await tick();
    expect(drained).not.toHaveBeenCalled();
    gate.leave(second);
    await waiting;
    expect(drained).toHaveBeenCalledWith(true);
    expect(clock.pending()).toBe(pending);
  });

  it('marks listeners of its signal as the plugin’s', () => {
    const { gate, attribution } = setUp();
    const owners: unknown[] = [];
    gate.signal.addEventListener('abort', () => owners.push(attribution.getStore()));
    gate.cut(new Error('end'));
    expect(owners).toEqual([owner]);
  });

  it('says that it has not drained at the deadline, and cuts what is left: signal aborted, each call told', async () => {
    const { gate, clock, onFailure } = setUp();
    const requests = ['GET /slow', 'GET /bad', 'GET /slower'].map((label) => entered(gate, label));
    requests[1]?.cut.mockImplementation(() => {
      throw new Error('socket gone');
    });
    const drained = gate.drained(5_000);
    clock.advance(5_000);
    expect(await drained).toBe(false);
    expect(gate.signal.aborted).toBe(false);
    expect(gate.cut(new Error('deadline'))).toBe(3);
    for (const { cut } of requests) expect(cut).toHaveBeenCalledTimes(1);
    expect(onFailure).toHaveBeenCalledWith('GET /bad', new Error('socket gone'));
    expect(gate.signal.reason).toEqual(new Error('deadline'));
    expect(gate.inFlight).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it('asks its requests to watch their end when draining begins, and is drained at once when all were over', async () => {
    const { gate, clock } = setUp();
    const over = entered(gate, 'GET /aborted');
    over.watch.mockImplementation(() => gate.leave(over));
    expect(await gate.drained(1_000)).toBe(true);
    expect(clock.pending()).toBe(1);
    gate.cut(new Error('end'));
    expect(clock.pending()).toBe(0);
  });

  it('tells a request that it has taken too long, however many there are, and keeps counting it', () => {
    const { gate, clock, onFailure } = setUp();
    const first = entered(gate, 'GET /first');
    first.expire.mockImplementation(() => {
      throw new Error('reply gone');
    });
    clock.advance(600);
    const second = entered(gate, 'GET /second');
    const quick = entered(gate, 'GET /quick');
    gate.leave(quick);
    clock.advance(399);
    expect(first.expire).not.toHaveBeenCalled();
    clock.advance(1);
    expect([first, second].map(({ expire }) => expire.mock.calls.length)).toEqual([1, 0]);
    clock.advance(600);
    expect(second.expire).toHaveBeenCalledOnce();
    clock.advance(10_000);
    expect(second.expire).toHaveBeenCalledOnce();
    expect(quick.expire).not.toHaveBeenCalled();
    expect(onFailure).toHaveBeenCalledWith('GET /first', new Error('reply gone'));
    expect(gate.inFlight).toBe(2);
    expect(clock.pending()).toBe(0);
  });

  it('lets a fired call take its time', async () => {
    const { gate, clock } = setUp();
    let end = (): void => undefined;
    gate.fire('event', 'a long task', () => new Promise<void>((resolve) => (end = resolve)));
    clock.advance(3_600_000);
    expect(gate.inFlight).toBe(1);
    end();
    await expect.poll(() => gate.inFlight).toBe(0);
  });
});
