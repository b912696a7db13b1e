import { reasonOf, type Reason } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { StoreCondition } from '../protocol/host-condition.ts';
import { isStoreDown } from './remembered-plugins.ts';

export interface StoreWatchOptions {
  /** Asks the store something. */
  readonly ask: () => Promise<unknown>;
  /** After how long without an answer to anybody it is asked, in milliseconds; `undefined`: only during an outage. */
  readonly quietMs: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long is waited between two questions to a store that does not answer, in milliseconds. */
const pauseMs = 1_000;
/** After this time a store that was away has not answered a question, in milliseconds. */
const answerMs = 2_500;
/** After this time a store is away that has not answered anything, in milliseconds: longer than statements may take. */
const silenceMs = 10_000;

/** Knows whether the stores answer: hears of calls that failed, asks where there are none, and during an outage until there is an answer again. */
export class StoreWatch {
  readonly #options: StoreWatchOptions;
  #outage: { readonly since: number; readonly reason: Reason } | undefined;
  #onBack: ((since: number) => Promise<void>) | undefined;
  /** Of what is to be done next. */
  #cancel: (() => void) | undefined;
  /** Of the wait for an answer. */
  #cancelLate: (() => void) | undefined;
  /** When there was an answer last, by `clock.elapsed`. */
  #answeredAt: number;
  /** Settles when what is done about the end of an outage is done. */
  #recovery: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: StoreWatchOptions) {
    this.#options = options;
    this.#answeredAt = options.clock.elapsed();
  }

  get condition(): StoreCondition {
    if (!this.#outage) return { available: true, since: null, reason: null };
    const { since, reason } = this.#outage;
    return { available: false, since: new Date(since).toISOString(), reason };
  }

  /** Calls back when the stores answer again, with the time in milliseconds since the epoch when they were first missed. */
  onBack(listener: (since: number) => Promise<void>): void {
    this.#onBack = listener;
  }

  /** A store of which calls that fail are heard. */
  watched<Store extends object>(store: Store): Store {
    return new Proxy(store, {
      get: (target, member): unknown => {
        const method: unknown = Reflect.get(target, member);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]): unknown => this.#heard(Reflect.apply(method, target, args));
      },
    });
  }

  /** Asks from now on where nobody else does. */
  begin(): void {
    if (!this.#outage) this.#lookAfter(this.#options.quietMs);
  }

  /** Asks no more, for a host that ends. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#cancelLate?.();
  }

  /** Resolves when nothing is under way about an outage that is over. */
  async settled(): Promise<void> {
    await this.#recovery;
  }

  #heard<Result>(result: Result): Result {
    if (result instanceof Promise) result.then(this.#answered, (error: unknown) => this.#failed(error));
    return result;
  }

  readonly #answered = (): void => {
    this.#answeredAt = this.#options.clock.elapsed();
  };

  #failed(error: unknown): void {
    // a store that refuses has answered
    if (!isStoreDown(error)) return this.#answered();
    if (this.#isClosed || this.#outage) return;
    const { clock, logger } = this.#options;
    this.#outage = { since: clock.now(), reason: reasonOf(error) };
    logger.error({ err: error }, 'the store does not answer: plugins go on, nothing can be changed until it is back');
    this.#then(pauseMs, () => this.#askWhetherBack());
  }

  /** Does one thing later, instead of what was to be done. */
  #then(ms: number, what: () => Promise<void>): void {
    this.#cancel?.();
    if (!this.#isClosed) this.#cancel = this.#options.clock.after(ms, () => void what());
  }

  #lookAfter(ms: number | undefined): void {
    if (ms !== undefined) this.#then(ms, () => this.#look());
  }

  /** Asks the store, unless it has answered others lately. */
  async #look(): Promise<void> {
    const { quietMs = 0 } = this.#options;
    const left = quietMs - this.#quietMs();
    if (left > 0) return this.#lookAfter(left);
    const isAnswered = await this.#ask(silenceMs);
    if (this.#isClosed || this.#outage) return;
    if (isAnswered || this.#quietMs() < silenceMs) return this.#lookAfter(quietMs);
    this.#failed(new PluginError('STORE_UNAVAILABLE', `The store has not answered for ${silenceMs} ms.`));
  }

  #quietMs(): number {
    return this.#options.clock.elapsed() - this.#answeredAt;
  }

  /** Whether there is an answer in time. */
  async #ask(ms: number): Promise<boolean> {
    const answered = this.#heard(this.#options.ask()).then(
      () => true,
      () => false,
    );
    const isAnswered = await Promise.race([answered, this.#late(ms)]);
    this.#cancelLate?.();
    return isAnswered;
  }

  /** Resolves after a time, in two steps: an answer that came while the event loop stood still is read between them. */
  #late(ms: number): Promise<false> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      this.#cancelLate = clock.after(ms / 2, () => {
        this.#cancelLate = clock.after(ms / 2, () => resolve(false));
      });
    });
  }

  async #askWhetherBack(): Promise<void> {
    const { clock, logger, quietMs } = this.#options;
    const isBack = await this.#ask(answerMs);
    if (this.#isClosed || !this.#outage) return;
    if (!isBack) return this.#then(pauseMs, () => this.#askWhetherBack());
    // of an outage that follows at once, the one before is to be over
    await this.#recovery;
    const { since } = this.#outage;
    this.#outage = undefined;
    logger.info({ missedMs: clock.now() - since }, 'the store answers again');
    this.#lookAfter(quietMs);
    this.#recovery = this.#onBack?.(since).catch((error: unknown) => this.#failed(error));
  }
}
