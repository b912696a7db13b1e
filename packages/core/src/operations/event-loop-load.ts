import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports/clock.ts';

/** Readers that come sooner get what the one before got. */
const leastMs = 1_000;

/** How busy the event loop has been lately; costs nothing but when somebody asks. */
export class EventLoopLoad {
  readonly #clock: Clock;
  #since = performance.eventLoopUtilization();
  #readAt: number;
  #utilization = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#readAt = clock.elapsed();
  }

  /** Between 0 and 1, since the last reading that was a second ago or more. */
  get utilization(): number {
    const now = this.#clock.elapsed();
    if (now - this.#readAt < leastMs) return this.#utilization;
    const present = performance.eventLoopUtilization();
    this.#utilization = Math.round(performance.eventLoopUtilization(present, this.#since).utilization * 1_000) / 1_000;
    this.#since = present;
    this.#readAt = now;
    return this.#utilization;
  }
}
