import timers from 'node:timers';
import { promisify } from 'node:util';
import { takeOpeningTrace, type OpeningTrace } from '../../../scope/opening-trace.ts';
import type { ResourceLedger } from '../../../scope/resource-ledger.ts';
import { trackTimerPromises, type TimerPromises } from './tracked-timer-promises.ts';

type Callback = (this: unknown, ...args: unknown[]) => unknown;
type Timer = NodeJS.Timeout | NodeJS.Immediate;

/** The functions of `node:timers`, bound to one generation; what they return are Node's own timers. */
export interface TrackedTimers {
  readonly setTimeout: unknown;
  readonly setInterval: unknown;
  readonly setImmediate: unknown;
  readonly clearTimeout: unknown;
  readonly clearInterval: unknown;
  readonly clearImmediate: unknown;
  readonly promises: TimerPromises;
}

/** Timers are set by the author's own code, so that the nearest calls name it. */
const traceDepth = 2;

/** Makes the timers of one generation. */
export function trackTimers(ledger: ResourceLedger): TrackedTimers {
  const enter = entering(ledger);
  const setTimeout = (callback: Callback, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
    const timer = ledger.quietly(() => timers.setTimeout(leaving(ledger, callback), ms, ...args));
    const trace = takeOpeningTrace(setTimeout, traceDepth);
    const reenter = (): void => enter('timeout', timer, () => timers.clearTimeout(timer), trace);
    reenter();
    timer.refresh = refreshing(ledger, timer, reenter);
    return timer;
  };
  const setInterval = (callback: Callback, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
    const timer = ledger.quietly(() => timers.setInterval(callback, ms, ...args));
    const trace = takeOpeningTrace(setInterval, traceDepth);
    enter('interval', timer, () => timers.clearInterval(timer), trace);
    return timer;
  };
  const setImmediate = (callback: Callback, ...args: unknown[]): NodeJS.Immediate => {
    const timer = ledger.quietly(() => timers.setImmediate(leaving(ledger, callback), ...args));
    const trace = takeOpeningTrace(setImmediate, traceDepth);
    enter('immediate', timer, () => timers.clearImmediate(timer), trace);
    return timer;
  };
  const promises = trackTimerPromises(ledger);
  Object.defineProperty(setTimeout, promisify.custom, { value: Reflect.get(promises, 'setTimeout') });
  Object.defineProperty(setImmediate, promisify.custom, { value: Reflect.get(promises, 'setImmediate') });
  const clearTimeout = clearing(ledger, timers.clearTimeout);
  const clearInterval = clearing(ledger, timers.clearInterval);
  const clearImmediate = clearing(ledger, timers.clearImmediate);
  return { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, promises };
}

/** Timers may end without a word (`timer.close()`, `clearTimeout(number)`), so those are looked for now and then. */
const firstSweepAt = 1024;

function entering(ledger: ResourceLedger) {
  let sweepAt = firstSweepAt;
  return (kind: string, timer: Timer, close: () => void, trace: OpeningTrace): void => {
    const isOpen = (): boolean => Reflect.get(timer, '_destroyed') !== true;
    if (!ledger.add({ kind, subject: timer, close, isOpen, trace })) return;
    if (ledger.size < sweepAt) return;
    ledger.sweep();
    sweepAt = Math.max(firstSweepAt, ledger.size * 2);
  };
}

/** The callback, with its timer taken out of the ledger first; a wrong callback is for Node to refuse. */
function leaving(ledger: ResourceLedger, callback: Callback): Callback {
  if (typeof callback !== 'function') return callback;
  return function (this: unknown, ...args) {
    ledger.remove(this as object);
    return Reflect.apply(callback, this, args);
  };
}

function clearing(ledger: ResourceLedger, clear: (timer: never) => void): (timer?: unknown) => void {
  return (timer) => {
    if (typeof timer === 'object' && timer !== null) ledger.remove(timer);
    clear(timer as never);
  };
}

/** A timeout that has fired is armed again by this, without anybody hearing of it. */
function refreshing(ledger: ResourceLedger, timer: NodeJS.Timeout, reenter: () => void): () => NodeJS.Timeout {
  const real: () => NodeJS.Timeout = Reflect.get(timer, 'refresh');
  return () => {
    Reflect.apply(real, timer, []);
    if (!ledger.has(timer)) reenter();
    return timer;
  };
}
