import type { Clock } from '../ports/clock.ts';
import type { HostHealth } from '../protocol/plugin-health.ts';

/** How far the life of a host is, and since when it runs. */
export class HostPhase {
  readonly #clock: Clock;
  readonly #isStopping: () => boolean;
  #hasStarted = false;
  #startedAt: number | undefined;

  constructor(clock: Clock, isStopping: () => boolean) {
    this.#clock = clock;
    this.#isStopping = isStopping;
  }

  get phase(): HostHealth['phase'] {
    if (this.#isStopping()) return 'stopping';
    return this.#hasStarted ? 'running' : 'starting';
  }

  /** Since the start was asked for, in whole milliseconds; 0 before. */
  get uptimeMs(): number {
    return this.#startedAt === undefined ? 0 : Math.floor(this.#clock.elapsed() - this.#startedAt);
  }

  starting(): void {
    this.#startedAt = this.#clock.elapsed();
  }

  started(): void {
    this.#hasStarted = true;
  }
}
