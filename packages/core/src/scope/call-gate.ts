import type { AsyncLocalStorage } from 'node:async_hooks';
import { PluginError } from '../errors/plugin-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { GatewayRequest } from '../ports/http-gateway.ts';
import { isThenable } from './is-thenable.ts';

/** To whom running code belongs; found through AsyncLocalStorage wherever the code got to. */
export interface CallOwner {
  readonly plugin: string;
  readonly generation: number;
}

/** What a call is; figures about calls tell the kinds apart. */
export type CallKind = 'request' | 'task' | 'event' | 'message' | 'api' | 'hook';

/** Hears how the calls of one generation went. */
export interface CallMeter {
  /** `ms` is how long the call took, with fractions. */
  ended(kind: CallKind, label: string, ms: number, hasFailed: boolean): void;
}

/** A call that the gate keeps. Each knows its place, so that taking one out costs the same however many there are. */
interface KeptCall {
  readonly kind: CallKind;
  readonly label: string;
  /** By `Clock.elapsed`, in milliseconds. */
  startedAt: number;
  /** Where it is in the list; -1 once it left. */
  place: number;
}

type Call = (KeptCall & Partial<Omit<GatewayRequest, 'kind'>>) | GatewayRequest;

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
  readonly onFailure: CallFailure;
}

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

  constructor(options: CallGateOptions) {
    this.owner = options.owner;
    this.#options = options;
  }

  /** Aborts when the generation ends, or when draining took too long. */
  get signal(): AbortSignal {
    return this.#abort.signal;
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
  async run<T>(kind: CallKind, label: string, call: () => T | PromiseLike<T>, limit: number | CallLimit): Promise<T> {
    const kept = this.#keep({ kind, label, startedAt: 0, place: -1 });
    let hasFailed = true;
    try {
      const result = this.attribute(call);
      const value = isThenable(result) ? await this.#within(result, kept, limit) : result;
      hasFailed = false;
      return value;
    } finally {
      this.#release(kept, hasFailed);
    }
  }

  /** Calls plugin code that nobody waits for, so it may take its time; a failure is reported, never thrown. */
  fire(kind: CallKind, label: string, call: () => unknown): void {
    const kept = this.#keep({ kind, label, startedAt: 0, place: -1 });
    const fail = (error: unknown): void => {
      this.#release(kept, true);
      this.#options.onFailure(label, error);
    };
    try {
      const result = this.attribute(call);
      if (isThenable(result)) Promise.resolve(result).then(() => this.#release(kept, false), fail);
      else this.#release(kept, false);
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
    this.#release(request, request.hasFailed);
  }

  /** Runs code as the plugin's, without counting it. */
  attribute<Args extends unknown[], T>(call: (...args: Args) => T, ...args: Args): T {
    return this.#options.attribution.run(this.owner, call, ...args);
  }

  /** Resolves to `true` once nothing is in flight, to `false` after `ms` or when `force` aborts. */
  async drained(ms: number, force?: AbortSignal): Promise<boolean> {
    for (const call of this.#calls.slice()) this.#tell(call, 'watch');
    if (this.#calls.length === 0) return true;
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

  /** Aborts the signal and cuts what is still in flight; returns how many calls that were. */
  cut(reason: unknown): number {
    const left = [...this.#calls];
    this.#sweep?.();
    // listeners of the signal are the plugin's code too
    this.attribute(() => this.#abort.abort(reason));
    for (const call of left) {
      this.#tell(call, 'cut');
      this.#release(call, true);
    }
    return left.length;
  }

  #keep<Kept extends Call>(call: Kept): Kept {
    call.startedAt = this.#options.clock.elapsed();
    call.place = this.#calls.push(call) - 1;
    return call;
  }

  #release(call: Call, hasFailed: boolean): void {
    const { place } = call;
    if (place === -1) return;
    call.place = -1;
    const { clock, meter } = this.#options;
    meter.ended(call.kind, call.label, clock.elapsed() - call.startedAt, hasFailed);
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

  #within<T>(result: PromiseLike<T>, call: Call, limit: number | CallLimit): Promise<T> {
    const { timeoutMs, yields, onLate, onSettled }: CallLimit =
      typeof limit === 'number' ? { timeoutMs: limit } : limit;
    return new Promise((resolve, reject) => {
      const { plugin } = this.owner;
      const cancel = this.#options.clock.after(timeoutMs, () => {
        const message = `Plugin "${plugin}" did not end ${call.label} within ${timeoutMs} ms.`;
        onLate?.();
        reject(new PluginError('CALL_TIMEOUT', message, { plugin }));
      });
      const giveUp = (reason: unknown): void => {
        cancel();
        reject(reason);
      };
      call.cut = () => giveUp(this.signal.reason);
      if (yields) call.watch = () => giveUp(new PluginError('SCOPE_CLOSED', 'The generation ends.', { plugin }));
      // a thenable of the plugin may throw from then, or call back twice
      Promise.resolve(result).then(
        (value) => {
          cancel();
          onSettled?.();
          resolve(value);
        },
        (error: unknown) => {
          onSettled?.();
          giveUp(error);
        },
      );
    });
  }
}
