import promises from 'node:timers/promises';
import { takeOpeningTrace, type OpeningTrace } from '../../../scope/opening-trace.ts';
import type { ResourceLedger } from '../../../scope/resource-ledger.ts';
import { endingWith, iterateUntilClosed, neverEnds, type SignalOptions } from './ending-signal.ts';

interface TimerOptions extends SignalOptions {
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
    const start = (all: TimerOptions | undefined) => promises.setInterval(ms, value, all);
    return iterateUntilClosed(ledger, { kind: 'interval', trace, options, start });
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
    if (ending.isEnded()) await neverEnds();
    throw error;
  } finally {
    ledger.remove(subject);
    ending.release();
  }
}
