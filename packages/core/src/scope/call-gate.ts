import { PluginError } from '../errors/plugin-error.ts';
import type { GatewayRequest } from '../ports/http-gateway.ts';
import type { RefusalReason } from '../protocol/plugin-metrics.ts';
import type { CallGateOptions, CallOwner } from './call-gate-options.ts';
import type { CallLimit } from './call-limit.ts';
import type { CallKind, CallMeter, CallOutcome } from './call-meter.ts';
import type { CallSpan } from './call-tracer.ts';
import { isEndOfStack } from './is-end-of-stack.ts';
import { isThenable } from './is-thenable.ts';
import type { Call, KeptCall, WaitedCall } from './kept-call.ts';
import { withinLimit } from './within-limit.ts';

export type { CallOwner };

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
  /** In no order, and only as many as there are in flight; places beyond are empty. */
  readonly #calls: (Call | undefined)[] = [];
  #inFlight = 0;
  /** Calls that are over, but ended where the stack had no room for writing that down. */
  #late: KeptCall | undefined;
  readonly #abort = new AbortController();
  readonly #waiters: Array<() => void> = [];
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
    this.#releaseLate();
    return this.#inFlight;
  }

  /** Calls in flight, the oldest first; since when, in milliseconds since the epoch. */
  describe(): { label: string; startedAt: number }[] {
    const { clock } = this.#options;
    const began = clock.now() - clock.elapsed();
    const calls = this.#list().map(({ label, startedAt }) => ({ label, startedAt: Math.round(began + startedAt) }));
    return calls.toSorted((left, right) => left.startedAt - right.startedAt);
  }

  /** Calls plugin code for a caller that waits. Rejects with what the plugin threw, with `CALL_TIMEOUT`, or with the reason of a cut. */
  run<T>(kind: CallKind, label: string, call: () => T | PromiseLike<T>, limit: number | CallLimit): Promise<T> {
    const kept: KeptCall & WaitedCall = { kind, label, startedAt: 0, place: -1, nextLate: undefined };
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
      let goesOn = false;
      try {
        this.#keep(kept);
        const result = this.#spanned(kept, call);
        goesOn = isThenable(result);
        if (isThenable(result)) this.#within(result, kept, limit).then(succeed, fail);
        else succeed(result);
      } catch (error) {
        goesOn = false;
        fail(error);
      } finally {
        if (!goesOn && kept.place !== -1) {
          kept.nextLate = this.#late;
          this.#late = kept;
        }
      }
    });
  }

  /**
   * Calls plugin code that nobody waits for, so it may take its time. A failure is reported, not thrown, unless the stack
   * ends here: that is a failure of the code that came so far.
   */
  fire(kind: CallKind, label: string, call: () => unknown): void {
    const kept: KeptCall = { kind, label, startedAt: 0, place: -1, nextLate: undefined };
    const fail = (error: unknown): void => {
      kept.span?.fail(error);
      this.#release(kept, 'failed');
      this.#options.onFailure(label, error);
    };
    let goesOn = false;
    try {
      this.#keep(kept);
      const result = this.#spanned(kept, call);
      goesOn = isThenable(result);
      if (goesOn) Promise.resolve(result).then(() => this.#release(kept, 'ok'), fail);
      else this.#release(kept, 'ok');
    } catch (error) {
      goesOn = false;
      if (isEndOfStack(error)) throw error;
      fail(error);
    } finally {
      // where the stack ends no other function can be called, nor is an object literal sure to succeed
      if (!goesOn && kept.place !== -1) {
        kept.nextLate = this.#late;
        this.#late = kept;
      }
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
    for (const call of this.#list()) this.#tell(call, 'watch');
    const clean = this.#inFlight === 0 || (await this.#untilNothingRuns(ms, force));
    meter.drained(clock.elapsed() - startedAt);
    return clean;
  }

  /** Aborts the signal and cuts what is still in flight; returns how many calls that were. */
  cut(reason: unknown): number {
    const left = this.#list();
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

  #keep(call: Call): void {
    const { clock, meter, tracer } = this.#options;
    this.#releaseLate();
    call.startedAt = clock.elapsed();
    meter.began(call.kind);
    // from here to the place no function is called, as the stack may end in any: a call is counted here and there, or not
    call.place = this.#inFlight;
    this.#calls[this.#inFlight] = call;
    this.#inFlight += 1;
    if (tracer !== undefined) call.span = tracer.call(call.kind, call.label, this.owner);
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
    const { clock, meter } = this.#options;
    meter.ended(call.kind, call.label, clock.elapsed() - call.startedAt, outcome);
    call.place = -1;
    this.#inFlight -= 1;
    const last = this.#calls[this.#inFlight] as Call;
    this.#calls[this.#inFlight] = undefined;
    if (last !== call) {
      this.#calls[place] = last;
      last.place = place;
    }
    (call.span as CallSpan | undefined)?.end(outcome);
    if (this.#inFlight === 0) this.#wake();
  }

  #releaseLate(): void {
    if (this.#late === undefined) return;
    for (; this.#late !== undefined; this.#late = this.#late.nextLate) this.#release(this.#late, 'failed');
    if (this.#inFlight === 0) this.#wake();
  }

  #list(): Call[] {
    this.#releaseLate();
    return this.#calls.slice(0, this.#inFlight) as Call[];
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
    for (const call of this.#list()) {
      if (!call.expire) continue;
      const dueAt = call.startedAt + requestTimeoutMs;
      if (dueAt > clock.elapsed()) nextAt = Math.min(nextAt, dueAt);
      else this.#tell(call, 'expire');
    }
    if (nextAt < Infinity) this.#sweep = clock.after(nextAt - clock.elapsed(), this.#expireOverdue);
  };

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
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
