import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { PluginState } from '../protocol/plugin-state.ts';

export interface ShutdownOptions {
  /** How long all of it may take, in milliseconds. */
  readonly shutdownMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The plugins of which something still runs when the host ends. */
export function leftBehind(
  supervisors: readonly { plugin: string; state: PluginState; generation?: unknown; retiringCount: number }[],
): string[] {
  const left = supervisors.filter(
    ({ state, generation, retiringCount }) => state !== 'unloading' || generation !== undefined || retiringCount > 0,
  );
  return left.map(({ plugin }) => plugin);
}

/** How much of the time calls in flight have; the rest is for hooks and for what is still to be written. */
const drainShare = 0.8;

/** The end of a host, which comes in time whatever plugins do. */
export class Shutdown {
  readonly #options: ShutdownOptions;
  readonly #listeners = new Set<() => void>();
  #isAnnounced = false;
  #isHurrying = false;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** Whether the end was announced or has begun, so that nobody new is to be sent here. */
  get isStopping(): boolean {
    return this.#isAnnounced;
  }

  /** Says that the end is near; everything goes on until it comes. */
  announce(): void {
    this.#isAnnounced = true;
  }

  /** Hears when calls in flight have had their time, at once if that is so; the returned function undoes it. */
  onHurry(listener: () => void): () => void {
    if (this.#isHurrying) listener();
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when the work has ended, or its time: then `left` says what is left behind. */
  async run(work: () => Promise<void>, left: () => readonly string[]): Promise<void> {
    const { shutdownMs, clock, logger } = this.#options;
    this.announce();
    const cancelHurry = clock.after(shutdownMs * drainShare, () => this.#hurry());
    let cancelEnd = (): void => undefined;
    const late = new Promise<'late'>((resolve) => (cancelEnd = clock.after(shutdownMs, () => resolve('late'))));
    try {
      const result = await Promise.race([work(), late]);
      if (result === 'late')
        logger.warn({ plugins: left() }, `plugins did not end within ${shutdownMs} ms and are left behind`);
    } finally {
      cancelHurry();
      cancelEnd();
    }
  }

  #hurry(): void {
    this.#isHurrying = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
