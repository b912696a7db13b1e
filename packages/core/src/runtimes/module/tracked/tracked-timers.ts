import timers from 'node:timers';
import { promisify } from 'node:util';
import { takeOpeningTrace, type OpeningTrace } from '../../../scope/opening-trace.ts';
import type { ResourceLedger } from '../../../scope/resource-ledger.ts';
import { trackTimerPromises, type TimerPromises } from './tracked-timer-promises.ts';

type Callback = (this: unknown, ...args: unknown[]) => unknown;
type Timer = NodeJS.Timeout | NodeJS.Immediate;

/** The functions of `node:timers`, bound to one generation; what they return are Node's own timers. */
export interface TrackedTimers {
  readonly setTimeout: typeof setTimeout;
  readonly setInterval: typeof setInterval;
  readonly setImmediate: typeof setImmediate;
  readonly clearTimeout: typeof clearTimeout;
  readonly clearInterval: typeof clearInterval;
  readonly clearImmediate: typeof clearImmediate;
  readonly promises: TimerPromises;
}

/** Timers are set by the author's own code, so that the nearest calls name it. */
const traceDepth = 2;

/** Timers may end without a word (`timer.close()`, `clearTimeout(number)`), so those are looked for now and then. */
const firstSweepAt = 1024;

/** Makes the timers of one generation. */
export function trackTimers(ledger: ResourceLedger): TrackedTimers {
  let sweepAt = firstSweepAt;

  function enter(kind: string, timer: Timer, close: () => void, trace: OpeningTrace): void {
    const isOpen = (): boolean => Reflect.get(timer, '_destroyed') !== true;
    if (!ledger.add({ kind, subject: timer, close, isOpen, trace })) return;
    if (ledger.size < sweepAt) return;
    ledger.sweep();
    sweepAt = Math.max(firstSweepAt, ledger.size * 2);
  }

  const scoped = {
    setTimeout(callback: Callback, ms?: number, ...args: unknown[]): NodeJS.Timeout {
      const timer = ledger.quietly(() => timers.setTimeout(leaveThen(callback), ms, ...args));
      const trace = takeOpeningTrace(scoped.setTimeout, traceDepth);
      const reenter = (): void => enter('timeout', timer, () => timers.clearTimeout(timer), trace);
      reenter();
      timer.refresh = refreshing(ledger, timer, reenter);
      return timer;
    },
    setInterval(callback: Callback, ms?: number, ...args: unknown[]): NodeJS.Timeout {
      const timer = ledger.quietly(() => timers.setInterval(callback, ms, ...args));
      const trace = takeOpeningTrace(scoped.setInterval, traceDepth);
      enter('interval', timer, () => timers.clearInterval(timer), trace);
      return timer;
    },
    setImmediate(callback: Callback, ...args: unknown[]): NodeJS.Immediate {
      const timer = ledger.quietly(() => timers.setImmediate(leaveThen(callback), ...args));
      const trace = takeOpeningTrace(scoped.setImmediate, traceDepth);
      enter('immediate', timer, () => timers.clearImmediate(timer), trace);
      return timer;
    },
    clearTimeout: clearing(timers.clearTimeout),
    clearInterval: clearing(timers.clearInterval),
    clearImmediate: clearing(timers.clearImmediate),
    promises: trackTimerPromises(ledger),
  };

  /** The callback, with its timer taken out of the ledger first; a wrong callback is for Node to refuse. */
  function leaveThen(callback: Callback): Callback {
    if (typeof callback !== 'function') return callback;
    return function (this: unknown, ...args) {
      ledger.remove(this as object);
      return Reflect.apply(callback, this, args);
    };
  }

  function clearing(clear: (timer: never) => void) {
    return (timer?: unknown): void => {
      if (typeof timer === 'object' && timer !== null) ledger.remove(timer);
      clear(timer as never);
    };
  }

  Object.defineProperty(scoped.setTimeout, promisify.custom, { value: scoped.promises.setTimeout, enumerable: true });
  Object.defineProperty(scoped.setImmediate, promisify.custom, {
    value: scoped.promises.setImmediate,
    enumerable: true,
  });
  return scoped as unknown as TrackedTimers;
}

/** A timeout that has fired is armed again by this, without anybody hearing of it. */
function refreshing(ledger: ResourceLedger, timer: NodeJS.Timeout, reenter: () => void): () => NodeJS.Timeout {
  const real = timer.refresh;
  return () => {
    Reflect.apply(real, timer, []);
    if (!ledger.has(timer)) reenter();
    return timer;
  };
}
