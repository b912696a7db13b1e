import { callKinds, refusalReasons, requestOutcomes } from '../ports/metered.ts';
import type { CallKind, RefusalReason, RequestOutcome } from '../protocol/plugin-metrics.ts';
import { operationKinds, type OperationKind } from '../protocol/plugin-operation.ts';
import { isFailure, type CallMeter, type CallOutcome, type Counted } from '../scope/call-meter.ts';
import { countLatency, noLatencies } from './latency.ts';

/** Calls of one kind. */
export interface CallCount {
  /** Those that have ended. */
  count: number;
  failed: number;
  /** Those that have not. */
  inFlight: number;
  /** How long those that have ended took together, in milliseconds. */
  totalMs: number;
}

/** Counts what one plugin does, over all of its generations. Numbers only grow, but for what is in flight. */
export class PluginMeter implements CallMeter {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly calls: Readonly<Record<CallKind, CallCount>> = record(callKinds, () => ({
    count: 0,
    failed: 0,
    inFlight: 0,
    totalMs: 0,
  }));
  readonly outcomes: Record<RequestOutcome, number> = record(requestOutcomes, () => 0);
  readonly refused: Record<RefusalReason, number> = record(refusalReasons, () => 0);
  /** Requests by how long they took. */
  readonly latency: number[] = noLatencies();
  readonly counted: Record<Counted, number> = {
    tasksSkipped: 0,
    eventsEmitted: 0,
    eventsDropped: 0,
    messagesSent: 0,
    apiCallsMade: 0,
    denials: 0,
    crashes: 0,
    callsCut: 0,
  };
  readonly operations: Readonly<Record<OperationKind, { succeeded: number; failed: number }>> = record(
    operationKinds,
    () => ({ succeeded: 0, failed: 0 }),
  );
  readonly drains = { count: 0, totalMs: 0, longestMs: 0 };
  readonly eventLoop = { busyMs: 0, longestMs: 0, stalls: 0, stalledMs: 0 };

  #mostInFlight = 0;

  constructor(since: number) {
    this.since = since;
  }

  began(kind: CallKind): void {
    const calls = this.calls[kind];
    calls.inFlight += 1;
    if (kind === 'request' && calls.inFlight > this.#mostInFlight) this.#mostInFlight = calls.inFlight;
  }

  /** The most requests at a time since this was asked last. */
  takePeak(): number {
    const peak = this.#mostInFlight;
    this.#mostInFlight = this.calls.request.inFlight;
    return peak;
  }

  ended(kind: CallKind, _label: string, ms: number, outcome: CallOutcome): void {
    const calls = this.calls[kind];
    calls.inFlight -= 1;
    calls.count += 1;
    calls.totalMs += ms;
    if (isFailure(outcome)) calls.failed += 1;
    if (kind !== 'request') return;
    this.outcomes[outcome as RequestOutcome] += 1;
    countLatency(this.latency, ms);
  }

  refuse(reason: RefusalReason): void {
    this.refused[reason] += 1;
  }

  held(ms: number, calls: number): void {
    this.eventLoop.busyMs += ms * calls;
    if (ms > this.eventLoop.longestMs) this.eventLoop.longestMs = ms;
  }

  drained(ms: number): void {
    this.drains.count += 1;
    this.drains.totalMs += ms;
    if (ms > this.drains.longestMs) this.drains.longestMs = ms;
  }

  count(what: Counted, by = 1): void {
    this.counted[what] += by;
  }

  inFlight(kind: CallKind): number {
    return this.calls[kind].inFlight;
  }

  /** Counts a time for which the event loop stood still, as far as it was this plugin. */
  stalled(ms: number): void {
    this.eventLoop.stalls += 1;
    this.eventLoop.stalledMs += ms;
  }
}

function record<Key extends string, Value>(keys: readonly Key[], make: () => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, make()])) as Record<Key, Value>;
}

/** The meters of all plugins of a host. */
export class PluginMeters {
  readonly #meters = new Map<string, PluginMeter>();
  readonly #now: () => number;

  /** `now` is in milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The meter of a plugin; one that was not counted yet begins now. */
  of(plugin: string): PluginMeter {
    const meter = this.#meters.get(plugin) ?? new PluginMeter(this.#now());
    this.#meters.set(plugin, meter);
    return meter;
  }

  /** By plugin. */
  all(): [plugin: string, meter: PluginMeter][] {
    return [...this.#meters].toSorted(([left], [right]) => (left < right ? -1 : 1));
  }

  forget(plugin: string): void {
    this.#meters.delete(plugin);
  }
}
