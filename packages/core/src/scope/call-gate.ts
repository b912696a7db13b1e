import type { AsyncLocalStorage } from 'node:async_hooks';
import { PluginError } from '../errors/plugin-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { GatewayRequest } from '../ports/http-gateway.ts';
import type { RefusalReason } from '../protocol/plugin-metrics.ts';
import type { CallKind, CallMeter, CallOutcome } from './call-meter.ts';
import type { CallSpan, CallTracer } from './call-tracer.ts';
import { isThenable } from './is-thenable.ts';
import type { LoopTime } from './loop-time.ts';
import { withinLimit } from './within-limit.ts';

/** To whom running code belongs; found through AsyncLocalStorage wherever the code got to. */
export interface CallOwner {
  readonly plugin: string;
  readonly generation: number;
}

/** A call that the gate keeps. Each knows its place, so that taking one out costs the same however many there are. */
interface KeptCall {
  readonly kind: CallKind;
  readonly label: string;
  /** By `Clock.elapsed`, in milliseconds. */
  startedAt: number;
  /** Where it is in the list; -1 once it left. */
  place: number;
  /** Where calls are traced. */
  span?: CallSpan | undefined;
}

type Call = (KeptCall & Partial<Omit<GatewayRequest, 'kind'>>) | GatewayRequest;

type WaitedCall = KeptCall & Partial<Pick<GatewayRequest, 'cut' | 'watch'>>;

/** How long somebody waits for a call, and what else there is to it. */
export interface CallLimit {
  readonly timeoutMs: number;
  /** Whether a generation that ends does not wait for it. */
  readonly yields?: boolean;
  /** Hears that the time is over and the code still runs. */
  readonly onLate?: () => void;
  /** Hears that such code has come to its end, late or not. */
  readonly onSettled?: () => void;
}

/** Hears of calls that failed and that nobody waited for. */
export type CallFailure = (label: string, error: unknown) => void;

export interface CallGateOptions {
  readonly owner: CallOwner;
  readonly attribution: AsyncLocalStorage<CallOwner>;
  readonly clock: Clock;
  /** How long a request may take before it is answered for the plugin, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly meter: CallMeter;
  readonly loopTime: LoopTime;
  /** Absent when nobody traces calls. */
  readonly tracer?: CallTracer | undefined;
  readonly onFailure: CallFailure;
}

/** Of requests, one in so many is measured for how long it holds the event loop: reading the clock costs more than the rest. */
const measuredRequests = 16;

/**
 * The one door into the code of a generation.
 * Counts what is in flight, limits it in time, marks it as the plugin's, and hands out the signal that ends it.
 */
export class CallGate {
  /** Whose code runs in calls that begin now. */
  owner: CallOwner;
  readonly #options: CallGateOptions;
  /** In no order. */
  readonly #calls: Call[] = [];
  readonly #abort = new AbortController();
  #waiters: Array<() => void> = [];
  /** Cancels the timer that looks for overdue requests. */
  #sweep: (() => void) | undefined;
  /** Counts requests up to the next that is measured. */
  #unmeasured = 0;

  constructor(options: CallGateOptions) {
    this.owner = options.owner;
    this.#options = options;
  }

  /** Aborts when the generation ends, or when draining took too long. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Where capabilities count what is no call into the plugin. */
  get meter(): CallMeter {
    return this.#options.meter;
  }

  get inFlight(): number {
    return this.#calls.length;
  }

  /** Calls in flight, the oldest first; since when, in milliseconds since the epoch. */
  describe(): { label: string; startedAt: number }[] {
    const { clock } = this.#options;
    const began = clock.now() - clock.elapsed();
    const calls = this.#calls.map(({ label, startedAt }) => ({ label, startedAt: Math.round(began + startedAt) }));
    return calls.toSorted((left, right) => left.startedAt - right.startedAt);
  }

  /** Calls plugin code for a caller that waits. Rejects with what the plugin threw, with `CALL_TIMEOUT`, or with the reason of a cut. */
  run<T>(kind: CallKind, label: string, call: () => T | PromiseLike<T>, limit: number | CallLimit): Promise<T> {
    const kept: KeptCall & WaitedCall = this.#keep({ kind, label, startedAt: 0, place: -1 });
    return new Promise<T>((resolve, reject) => {
      const fail = (error: unknown): void => {
        kept.span?.fail(error);
        this.#release(kept, 'failed');
        reject(error);
      };
      const succeed = (value: T): void => {
        this.#release(kept, 'ok');
        resolve(value);
      };
      // code that is ended from outside returns nothing and throws nothing
      kept.cut = () => reject(this.signal.reason);
      try {
        const result = this.#spanned(kept, call);
        if (isThenable(result)) this.#within(result, kept, limit).then(succeed, fail);
        else succeed(result);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Calls plugin code that nobody waits for, so it may take its time; a failure is reported, never thrown. */
  fire(kind: CallKind, label: string, call: () => unknown): void {
    const kept: Call = this.#keep({ kind, label, startedAt: 0, place: -1 });
    const fail = (error: unknown): void => {
      kept.span?.fail(error);
      this.#release(kept, 'failed');
      this.#options.onFailure(label, error);
    };
    try {
      const result = this.#spanned(kept, call);
      if (isThenable(result)) Promise.resolve(result).then(() => this.#release(kept, 'ok'), fail);
      else this.#release(kept, 'ok');
    } catch (error) {
      fail(error);
    }
  }

  /** Counts a request until it leaves; it is told when it has taken too long, or must end. */
  enter(request: GatewayRequest): void {
    this.#keep(request);
    this.#sweep ??= this.#options.clock.after(this.#options.requestTimeoutMs, this.#expireOverdue);
  }

  /** Counts the request no more. */
  leave(request: GatewayRequest): void {
    if (request.place !== -1) this.#release(request, request.outcome);
  }

  /** Counts a request that did not enter. */
  refuse(reason: RefusalReason): void {
    this.#options.meter.refuse(reason);
  }

  /** Runs code of the plugin for a request that is counted. */
  // oxlint-disable-next-line max-params -- called for every request: a list of the arguments would be made each time
  answer<Request, Reply, T>(call: (request: Request, reply: Reply) => T, request: Request, reply: Reply): T {
    this.#unmeasured += 1;
    if (this.#unmeasured < measuredRequests) return this.attribute(call, request, reply);
    this.#unmeasured = 0;
    return this.#measured(this.#options.clock.elapsed(), () => call(request, reply), measuredRequests);
  }

  /** Runs code as the plugin's, without counting it. */
  attribute<Args extends unknown[], T>(call: (...args: Args) => T, ...args: Args): T {
    return this.#options.attribution.run(this.owner, call, ...args);
  }

  /** Resolves to `true` once nothing is in flight, to `false` after `ms` or when `force` aborts. */
  async drained(ms: number, force?: AbortSignal): Promise<boolean> {
    const { clock, meter } = this.#options;
    const startedAt = clock.elapsed();
    for (const call of this.#calls.slice()) this.#tell(call, 'watch');
    const clean = this.#calls.length === 0 || (await this.#untilNothingRuns(ms, force));
    meter.drained(clock.elapsed() - startedAt);
    return clean;
  }

  /** Aborts the signal and cuts what is still in flight; returns how many calls that were. */
  cut(reason: unknown): number {
    const left = [...this.#calls];
    this.#sweep?.();
    // listeners of the signal are the plugin's code too
    this.attribute(() => this.#abort.abort(reason));
    for (const call of left) {
      if (call.place === -1) continue;
      this.#options.meter.count('callsCut');
      this.#tell(call, 'cut');
      this.#release(call, 'cut');
    }
    return left.length;
  }

  #keep<Kept extends Call>(call: Kept): Kept {
    call.startedAt = this.#options.clock.elapsed();
    call.place = this.#calls.push(call) - 1;
    const { meter, tracer } = this.#options;
    meter.began(call.kind);
    if (tracer !== undefined) call.span = tracer.call(call.kind, call.label, this.owner);
    return call;
  }

  #spanned<T>({ startedAt, span }: Call, call: () => T): T {
    return span === undefined ? this.#measured(startedAt, call) : span.run(() => this.#measured(startedAt, call));
  }

  /** Runs code as the plugin's and counts how long it holds the event loop. */
  #measured<T>(startedAt: number, call: () => T, calls = 1): T {
    const { loopTime, clock, meter } = this.#options;
    const outer = loopTime.begin();
    try {
      return this.attribute(call);
    } finally {
      meter.held(loopTime.end(outer, clock.elapsed() - startedAt), calls);
    }
  }

  #release(call: Call, outcome: CallOutcome): void {
    const { place } = call;
    if (place === -1) return;
    call.place = -1;
    const { clock, meter } = this.#options;
    meter.ended(call.kind, call.label, clock.elapsed() - call.startedAt, outcome);
    (call.span as CallSpan | undefined)?.end(outcome);
    const last = this.#calls.pop() as Call;
    if (last !== call) {
      this.#calls[place] = last;
      last.place = place;
    }
    if (this.#calls.length === 0) this.#wake();
  }

  #tell(call: Call, what: 'watch' | 'cut' | 'expire'): void {
    try {
      call[what]?.();
    } catch (error) {
      this.#options.onFailure(call.label, error);
    }
  }

  /** One timer for all requests: setting one for each would cost more than most handlers. */
  readonly #expireOverdue = (): void => {
    const { clock, requestTimeoutMs } = this.#options;
    this.#sweep = undefined;
    let nextAt = Infinity;
    for (const call of this.#calls.slice()) {
      if (!call.expire) continue;
      const dueAt = call.startedAt + requestTimeoutMs;
      if (dueAt > clock.elapsed()) nextAt = Math.min(nextAt, dueAt);
      else this.#tell(call, 'expire');
    }
    if (nextAt < Infinity) this.#sweep = clock.after(nextAt - clock.elapsed(), this.#expireOverdue);
  };

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  #within<T>(result: PromiseLike<T>, call: WaitedCall, limit: number | CallLimit): Promise<T> {
    const { timeoutMs, yields, onLate, onSettled }: CallLimit =
      typeof limit === 'number' ? { timeoutMs: limit } : limit;
    const { plugin } = this.owner;
    const timedOut = (): PluginError => {
      onLate?.();
      const message = `Plugin "${plugin}" did not end ${call.label} within ${timeoutMs} ms.`;
      return new PluginError('CALL_TIMEOUT', message, { plugin });
    };
    const onGiveUp = (giveUp: (reason: unknown) => void): void => {
      call.cut = () => giveUp(this.signal.reason);
      if (yields) call.watch = () => giveUp(new PluginError('SCOPE_CLOSED', 'The generation ends.', { plugin }));
    };
    const settled = Promise.resolve(result);
    if (onSettled) void settled.then(onSettled, onSettled);
    return withinLimit(settled, { clock: this.#options.clock, timeoutMs, timedOut, onGiveUp });
  }

  #untilNothingRuns(ms: number, force: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (clean: boolean): void => {
        cancel();
        force?.removeEventListener('abort', giveUp);
        resolve(clean);
      };
      const giveUp = (): void => end(false);
      const cancel = this.#options.clock.after(ms, giveUp);
      force?.addEventListener('abort', giveUp);
      this.#waiters.push(() => end(true));
    });
  }
}
