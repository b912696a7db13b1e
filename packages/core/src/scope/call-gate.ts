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

/** A call into plugin code that has not ended; closing it twice does nothing. */
export interface OpenCall {
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  close(): void;
}

/** Hears of calls that failed and that nobody waited for. */
export type CallFailure = (label: string, error: unknown) => void;

export interface CallGateOptions {
  readonly owner: CallOwner;
  readonly attribution: AsyncLocalStorage<CallOwner>;
  readonly clock: Clock;
  /** How long a request may take before it is answered for the plugin, in milliseconds. */
  readonly requestTimeoutMs: number;
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
  /** In no order: each call knows its place, so that closing one costs the same however many there are. */
  readonly #calls: TrackedCall[] = [];
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

  /** Calls in flight, the oldest first. */
  describe(): { label: string; startedAt: number }[] {
    const calls = this.#calls.map(({ label, startedAt }) => ({ label, startedAt }));
    return calls.toSorted((left, right) => left.startedAt - right.startedAt);
  }

  /** Calls plugin code for a caller that waits. Rejects with what the plugin threw, or with `CALL_TIMEOUT`. */
  async run<T>(label: string, call: () => T | PromiseLike<T>, timeoutMs: number): Promise<T> {
    const open = this.#track(label);
    try {
      const result = this.attribute(call);
      return isThenable(result) ? await this.#within(result, label, timeoutMs) : result;
    } finally {
      open.close();
    }
  }

  /** Calls plugin code that nobody waits for, so it may take its time; a failure is reported, never thrown. */
  fire(label: string, call: () => unknown): void {
    const open = this.#track(label);
    const fail = (error: unknown): void => {
      open.close();
      this.#options.onFailure(label, error);
    };
    try {
      const result = this.attribute(call);
      if (isThenable(result)) Promise.resolve(result).then(() => open.close(), fail);
      else open.close();
    } catch (error) {
      fail(error);
    }
  }

  /** Counts a request, whose end is seen elsewhere; it is told when it has taken too long, or must end. */
  open(label: string, request: GatewayRequest): OpenCall {
    const call = this.#track(label);
    call.request = request;
    this.#sweep ??= this.#options.clock.after(this.#options.requestTimeoutMs, this.#expireOverdue);
    return call;
  }

  /** Runs code as the plugin's, without counting it. */
  attribute<T>(call: () => T): T {
    return this.#options.attribution.run(this.owner, call);
  }

  /** Resolves to `true` once nothing is in flight, to `false` after `ms`. */
  async drained(ms: number): Promise<boolean> {
    if (this.#calls.length === 0) return true;
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, () => resolve(false));
      this.#waiters.push(() => {
        cancel();
        resolve(true);
      });
    });
  }

  /** Aborts the signal and cuts what is still in flight; returns how many calls that were. */
  cut(reason: unknown): number {
    const left = [...this.#calls];
    this.#sweep?.();
    // listeners of the signal are the plugin's code too
    this.attribute(() => this.#abort.abort(reason));
    for (const call of left) {
      try {
        call.request?.cut();
      } catch (error) {
        this.#options.onFailure(call.label, error);
      }
      call.close();
    }
    return left.length;
  }

  #track(label: string): TrackedCall {
    return new TrackedCall(this.#calls, label, this.#options.clock.now(), this.#onClose);
  }

  /** One timer for all requests: setting one for each would cost more than most handlers. */
  readonly #expireOverdue = (): void => {
    const { clock, requestTimeoutMs, onFailure } = this.#options;
    this.#sweep = undefined;
    let nextAt = Infinity;
    for (const call of this.#calls.slice()) {
      const { request, label } = call;
      if (!request) continue;
      const dueAt = call.startedAt + requestTimeoutMs;
      if (dueAt > clock.now()) {
        nextAt = Math.min(nextAt, dueAt);
        continue;
      }
      if (call.isExpired) continue;
      call.isExpired = true;
      try {
        request.expire();
      } catch (error) {
        onFailure(label, error);
      }
    }
    if (nextAt < Infinity) this.#sweep = clock.after(nextAt - clock.now(), this.#expireOverdue);
  };

  readonly #onClose = (): void => {
    if (this.#calls.length > 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  };

  #within<T>(result: PromiseLike<T>, label: string, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const { plugin } = this.owner;
      const cancel = this.#options.clock.after(timeoutMs, () => {
        const message = `Plugin "${plugin}" did not end ${label} within ${timeoutMs} ms.`;
        reject(new PluginError('CALL_TIMEOUT', message, { plugin }));
      });
      // a thenable of the plugin may throw from then, or call back twice
      Promise.resolve(result).then(
        (value) => {
          cancel();
          resolve(value);
        },
        (error: unknown) => {
          cancel();
          reject(error);
        },
      );
    });
  }
}

class TrackedCall implements OpenCall {
  readonly label: string;
  readonly startedAt: number;
  request: GatewayRequest | undefined;
  isExpired = false;
  readonly #calls: TrackedCall[];
  readonly #onClose: () => void;
  /** Where it is in the list; -1 once it was closed. */
  #place: number;

  constructor(calls: TrackedCall[], label: string, startedAt: number, onClose: () => void) {
    this.#calls = calls;
    this.label = label;
    this.startedAt = startedAt;
    this.request = undefined;
    this.#onClose = onClose;
    this.#place = calls.push(this) - 1;
  }

  close(): void {
    if (this.#place === -1) return;
    const last = this.#calls.pop() as TrackedCall;
    if (last !== this) {
      this.#calls[this.#place] = last;
      last.#place = this.#place;
    }
    this.#place = -1;
    this.#onClose();
  }
}
