import type { Generation } from './generation.ts';

export interface RetirementOptions {
  /** How long calls in flight may take to end, in milliseconds. */
  readonly drainMs: number;
  /** Hears how many calls did not end by themselves. */
  readonly onCut: (cut: number) => void;
}

/** Takes generations out of service: off at once, then their calls end, then they are disposed. */
export class Retirement {
  readonly #options: RetirementOptions;
  readonly #retiring = new Set<Promise<void>>();

  constructor(options: RetirementOptions) {
    this.#options = options;
  }

  /** Generations that still have calls in flight or are being disposed. */
  get count(): number {
    return this.#retiring.size;
  }

  /** Waits for the calls in flight; those that are left at the deadline are cut. */
  async drain(generation: Generation): Promise<void> {
    const { clean, cut } = await generation.drain(this.#options.drainMs);
    if (!clean) this.#options.onCut(cut);
  }

  /** Withdraws the generation in this tick; resolves when it is disposed. */
  retire(generation: Generation): Promise<void> {
    generation.withdraw();
    const retired = this.drain(generation)
      .then(() => generation.dispose())
      .finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
    return retired;
  }

  /** Resolves when every generation retired so far is disposed. */
  async settled(): Promise<void> {
    await Promise.all(this.#retiring);
  }
}
