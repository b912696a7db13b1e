import type { Clock } from '../ports/clock.ts';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Goes on by some milliseconds; what is due then is called back, in order of time. */
  advance(ms: number): void;
  /** Sets the date on by some milliseconds, or back, as for a machine that slept; what waits does not notice. */
  shiftDate(ms: number): void;
  /** How many callbacks wait. */
  pending(): number;
}

interface Timer {
  /** By `elapsed`. */
  readonly at: number;
  readonly callback: () => void;
}

/** Makes a clock that begins at a time, in milliseconds since the epoch. */
export function createManualClock(start: number = Date.UTC(2026, 0, 1)): ManualClock {
  let epoch = start;
  let elapsed = 0;
  const timers = new Set<Timer>();
  return {
    now: () => epoch + elapsed,
    elapsed: () => elapsed,
    after(ms, callback) {
      const timer = { at: elapsed + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = elapsed + ms;
      for (let next = earliest(timers, end); next; next = earliest(timers, end)) {
        timers.delete(next);
        elapsed = Math.max(elapsed, next.at);
        next.callback();
      }
      elapsed = end;
    },
    shiftDate(ms) {
      epoch += ms;
    },
    pending: () => timers.size,
  };
}

/** The first of the timers that are due; of those at one time the one that was set first. */
function earliest(timers: Iterable<Timer>, end: number): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) {
    if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
  }
  return first;
}
