import promises from 'node:timers/promises';
import { takeOpeningTrace, type OpeningTrace } from '../../../scope/opening-trace.ts';
import type { ResourceLedger } from '../../../scope/resource-ledger.ts';

interface TimerOptions {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

/** As for other timers: the author's own code is the nearest. */
const traceDepth = 2;

/** The module `node:timers/promises`. */
export type TimerPromises = typeof promises;

/**
 * Makes `node:timers/promises` of one generation. A wait that is closed never ends:
 * the code behind it is to stop, and a rejection would count as its failure.
 */
export function trackTimerPromises(ledger: ResourceLedger): TimerPromises {
  const setTimeout = (ms?: number, value?: unknown, options?: TimerOptions): Promise<unknown> => {
    const trace = takeOpeningTrace(setTimeout, traceDepth);
    return waiting(ledger, trace, options, (all) => promises.setTimeout(ms, value, all));
  };
  const setImmediate = (value?: unknown, options?: TimerOptions): Promise<unknown> => {
    const trace = takeOpeningTrace(setImmediate, traceDepth);
    return waiting(ledger, trace, options, (all) => promises.setImmediate(value, all));
  };
  const setInterval = (ms?: number, value?: unknown, options?: TimerOptions): AsyncIterator<unknown> => {
    const trace = takeOpeningTrace(setInterval, traceDepth);
    return ticking(ledger, trace, options, (all) => promises.setInterval(ms, value, all));
  };
  const wait = (ms: number, options?: TimerOptions): Promise<unknown> => {
    const trace = takeOpeningTrace(wait, traceDepth);
    return waiting(ledger, trace, options, (all) => promises.setTimeout(ms, undefined, all));
  };
  const scheduler = { wait, yield: () => setImmediate() };
  return { setTimeout, setImmediate, setInterval, scheduler } as unknown as TimerPromises;
}

async function waiting<Value>(
  ledger: ResourceLedger,
  trace: OpeningTrace,
  options: TimerOptions | undefined,
  start: (options: TimerOptions | undefined) => Promise<Value>,
): Promise<Value> {
  const ending = endingWith(options);
  const wait = ledger.quietly(() => start(ending.options));
  const subject = ending.controller;
  ledger.add({ kind: 'timer promise', subject, close: ending.end, trace });
  try {
    return await wait;
  } catch (error) {
    if (ending.isEnded()) await new Promise<never>(() => undefined);
    throw error;
  } finally {
    ledger.remove(subject);
    ending.release();
  }
}

async function* ticking<Value>(
  ledger: ResourceLedger,
  trace: OpeningTrace,
  options: TimerOptions | undefined,
  start: (options: TimerOptions | undefined) => AsyncIterable<Value>,
): AsyncGenerator<Value> {
  const ending = endingWith(options);
  const ticks = start(ending.options);
  const subject = ending.controller;
  ledger.add({ kind: 'interval', subject, close: ending.end, trace });
  try {
    for await (const tick of quietly(ledger, ticks)) yield tick;
  } catch (error) {
    if (ending.isEnded()) await new Promise<never>(() => undefined);
    throw error;
  } finally {
    ledger.remove(subject);
    ending.release();
  }
}

/** The timer of Node's iterator is made by its first step. */
function quietly<Value>(ledger: ResourceLedger, ticks: AsyncIterable<Value>): AsyncIterable<Value> {
  const iterator = ticks[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => ledger.quietly(() => iterator.next()),
      return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value: undefined },
    }),
  };
}

/** Options that end with the generation too, and as before with the signal that the plugin gave. */
function endingWith(options: TimerOptions | undefined) {
  const controller = new AbortController();
  const given = options?.signal;
  let ended = false;
  // what is no signal is for Node to refuse
  const isSignal = given instanceof AbortSignal;
  const forward = (): void => controller.abort(given?.reason);
  if (isSignal && given.aborted) forward();
  else if (isSignal) given.addEventListener('abort', forward, { once: true });
  const extended = given === undefined || isSignal ? { ...options, signal: controller.signal } : options;
  return {
    controller,
    options: extended,
    isEnded: () => ended,
    end: () => {
      ended = true;
      controller.abort();
    },
    release: () => {
      if (isSignal) given.removeEventListener('abort', forward);
    },
  };
}
