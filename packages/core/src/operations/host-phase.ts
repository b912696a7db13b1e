import type { Clock } from '../ports/clock.ts';
import type { HostHealth } from '../protocol/plugin-health.ts';

/** How far the life of a host is, and since when it runs. */
export class HostPhase {
  readonly #clock: Clock;
  #phase: HostHealth['phase'] = 'starting';
  #startedAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get phase(): HostHealth['phase'] {
    return this.#phase;
  }

  /** Since the start was asked for, in whole milliseconds; 0 before. */
  get uptimeMs(): number {
    return this.#startedAt === undefined ? 0 : Math.floor(this.#clock.elapsed() - this.#startedAt);
  }

  starting(): void {
    this.#startedAt = this.#clock.elapsed();
  }

  started(): void {
    if (this.#phase === 'starting') this.#phase = 'running';
  }

  stopping(): void {
    this.#phase = 'stopping';
  }
}
