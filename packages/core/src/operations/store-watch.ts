import { reasonOf, type Reason } from '../errors/describe-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { StoreCondition } from '../protocol/host-condition.ts';
import { isStoreDown } from './remembered-plugins.ts';

export interface StoreWatchOptions {
  /** Asks the store something. */
  readonly ask: () => Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long is waited between two questions to a store that does not answer, in milliseconds. */
const pauseMs = 1_000;
/** After this time a question counts as not answered, in milliseconds. */
const answerMs = 2_500;

/** Knows whether the stores answer: hears of calls that failed, then asks until there is an answer again. */
export class StoreWatch {
  readonly #options: StoreWatchOptions;
  #outage: { readonly since: number; readonly reason: Reason } | undefined;
  #onBack: ((since: number) => Promise<void>) | undefined;
  #cancel: (() => void) | undefined;
  /** Settles when what is done about the end of an outage is done. */
  #recovery: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: StoreWatchOptions) {
    this.#options = options;
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

  /** Asks no more, for a host that ends. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  /** Resolves when nothing is under way about an outage that is over. */
  async settled(): Promise<void> {
    await this.#recovery;
  }

  #heard(result: unknown): unknown {
    if (result instanceof Promise) result.catch((error: unknown) => this.#failed(error));
    return result;
  }

  #failed(error: unknown): void {
    if (this.#isClosed || this.#outage || !isStoreDown(error)) return;
    const { clock, logger } = this.#options;
    this.#outage = { since: clock.now(), reason: reasonOf(error) };
    logger.error({ err: error }, 'the store does not answer: plugins go on, nothing can be changed until it is back');
    this.#askLater();
  }

  #askLater(): void {
    if (!this.#isClosed) this.#cancel = this.#options.clock.after(pauseMs, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const { ask, clock, logger } = this.#options;
    const late = new Promise<false>((resolve) => (this.#cancel = clock.after(answerMs, () => resolve(false))));
    const answered = ask().then(
      () => true,
      () => false,
    );
    const isBack = await Promise.race([answered, late]);
    this.#cancel?.();
    if (this.#isClosed || !this.#outage) return;
    if (!isBack) return this.#askLater();
    // of an outage that follows at once, the one before is to be over
    await this.#recovery;
    const { since } = this.#outage;
    this.#outage = undefined;
    logger.info({ missedMs: clock.now() - since }, 'the store answers again');
    this.#recovery = this.#onBack?.(since).catch((error: unknown) => this.#failed(error));
  }
}
