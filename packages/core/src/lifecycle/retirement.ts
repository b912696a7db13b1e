import type { Clock } from '../ports/clock.ts';
import type { Generation } from './generation.ts';
import type { Operation } from './operation.ts';
import type { Shutdown } from './shutdown.ts';

export interface RetirementOptions {
  readonly clock: Clock;
  /** How long calls in flight may take to end where the manifest does not say, in milliseconds. */
  readonly drainMs: number;
  /** Ends every wait when the host has to be over. */
  readonly shutdown: Shutdown;
  /** Hears how many calls did not end by themselves, and of which operation. */
  readonly onCut: (cut: number, operation: Operation | undefined) => void;
}

/** Takes generations out of service: off at once, then their calls end, then they are disposed. */
export class Retirement {
  readonly #options: RetirementOptions;
  readonly #retiring = new Map<Promise<void>, Generation>();

  constructor(options: RetirementOptions) {
    this.#options = options;
  }

  /** Generations that still have calls in flight or are being disposed. */
  get count(): number {
    return this.#retiring.size;
  }

  /** Those generations, the latest first. */
  generations(): Generation[] {
    return [...this.#retiring.values()].toReversed();
  }

  /** Waits for the calls in flight; those that are left at the deadline, or when the operation is forced, are cut. */
  async drain(generation: Generation, operation?: Operation): Promise<void> {
    const drainMs = generation.release.manifest.limits.drainMs ?? this.#options.drainMs;
    const force = new AbortController();
    const drained = generation.drain(drainMs, force.signal);
    if (generation.gate.inFlight > 0) {
      const deadlineAt = this.#options.clock.now() + drainMs;
      operation?.draining({ gate: generation.gate, deadlineAt, force: () => force.abort() });
    }
    const undo = this.#options.shutdown.onHurry(() => force.abort());
    const { clean, cut } = await drained.finally(undo);
    operation?.drained(cut);
    if (!clean) this.#options.onCut(cut, operation);
  }

  /** Lets a generation that is withdrawn end its calls and its enabled phase; disposes it when it cannot be enabled again. */
  async disable(generation: Generation, operation: Operation): Promise<void> {
    await this.drain(generation, operation);
    operation.enter('releasing');
    if (!generation.isSpent) await generation.disable();
    // it may have crashed meanwhile
    if (generation.isSpent) await generation.dispose();
  }

  /** Withdraws the generation in this tick; resolves when it is disposed. */
  retire(generation: Generation, operation?: Operation): Promise<void> {
    generation.withdraw();
    const retired = this.drain(generation, operation)
      .then(() => {
        operation?.enter('releasing');
        return generation.dispose();
      })
      .finally(() => this.#retiring.delete(retired));
    this.#retiring.set(retired, generation);
    return retired;
  }

  /** Resolves when every generation retired so far is disposed. */
  async settled(): Promise<void> {
    await Promise.all(this.#retiring.keys());
  }
}
