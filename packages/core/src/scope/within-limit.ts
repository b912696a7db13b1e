import type { Clock } from '../ports/clock.ts';

export interface TimeLimitOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Makes the error of a wait that took too long. */
  readonly timedOut: () => Error;
  /** Gets a function that ends the wait before its time, with a reason. */
  readonly onGiveUp: (giveUp: (reason: unknown) => void) => void;
}

/** Waits for what code of a plugin returned, up to a limit; a thenable of the plugin may throw from `then`, or call back twice. */
export function withinLimit<T>(
  result: PromiseLike<T>,
  { clock, timeoutMs, timedOut, onGiveUp }: TimeLimitOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(timedOut()));
    const fail = (error: unknown): void => {
      cancel();
      reject(error);
    };
    onGiveUp(fail);
    Promise.resolve(result).then((value) => {
      cancel();
      resolve(value);
    }, fail);
  });
}
