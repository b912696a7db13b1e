import type { Clock } from '../ports/clock.ts';

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** Calls back after pauses of 1, 2, 4 … 60 seconds, until it is reset. */
export class RetryTimer {
  readonly #clock: Clock;
  readonly #retry: () => void;
  #cancel: (() => void) | undefined;
  #count = 0;

  constructor(clock: Clock, retry: () => void) {
    this.#clock = clock;
    this.#retry = retry;
  }

  /** Begins the next pause; its length follows from how many tries there were before. */
  schedule(earlier: number = this.#count): void {
    this.cancel();
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** earlier);
    this.#count = earlier + 1;
    this.#cancel = this.#clock.after(pauseMs, this.#retry);
  }

  /** Ends the pause; the next one is longer all the same. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Ends the pause; the next one is the shortest. */
  reset(): void {
    this.cancel();
    this.#count = 0;
  }
}
