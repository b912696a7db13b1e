import type { CallKind, RefusalReason, RequestOutcome } from '../protocol/plugin-metrics.ts';

export type { CallKind };

/** How a call ended; requests say more than whether they failed. */
export type CallOutcome = 'ok' | 'failed' | RequestOutcome;

/** What is counted beside calls. */
export type Counted =
  | 'tasksSkipped'
  | 'eventsEmitted'
  | 'eventsDropped'
  | 'messagesSent'
  | 'apiCallsMade'
  | 'denials'
  | 'crashes'
  | 'callsCut';

/** Hears how the calls of a plugin go. */
export interface CallMeter {
  began(kind: CallKind): void;
  /** `ms` is how long the call took, with fractions. */
  ended(kind: CallKind, label: string, ms: number, outcome: CallOutcome): void;
  /** Hears of a request that did not become a call. */
  refuse(reason: RefusalReason): void;
  /** Hears how long plugin code held the event loop before it first waited, in milliseconds, and for how many calls it counts. */
  held(ms: number, calls: number): void;
  /** Hears how long a generation took to end its calls, in milliseconds. */
  drained(ms: number): void;
  count(what: Counted, by?: number): void;
  /** How many calls of that kind have not ended, over all generations. */
  inFlight(kind: CallKind): number;
}

/** Whether a call that ended so counts as an error of the plugin. */
export function isFailure(outcome: CallOutcome): boolean {
  return outcome === '5xx' || outcome === 'failed' || outcome === 'timeout' || outcome === 'cut';
}
