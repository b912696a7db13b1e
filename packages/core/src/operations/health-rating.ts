import type { HealthCheck } from '../protocol/plugin-health.ts';

/** How many checks in a row it takes. */
export interface HealthThresholds {
  /** Failed ones, until a plugin is unhealthy. */
  readonly failures: number;
  /** Others, until it is better than it was. */
  readonly successes: number;
}

/** The status that the checks of one generation lead to: one bad check is no alarm, one good check no all-clear. */
export class HealthRating {
  readonly #thresholds: HealthThresholds;
  #status: 'healthy' | 'degraded' | 'unhealthy' | 'unknown' = 'unknown';
  #failed = 0;
  #bearable = 0;
  #passed = 0;

  constructor(thresholds: HealthThresholds) {
    this.#thresholds = thresholds;
  }

  /** `unknown` before the first check. */
  get status(): 'healthy' | 'degraded' | 'unhealthy' | 'unknown' {
    return this.#status;
  }

  note(outcome: HealthCheck['outcome']): void {
    this.#failed = outcome === 'failed' ? this.#failed + 1 : 0;
    this.#bearable = outcome === 'failed' ? 0 : this.#bearable + 1;
    this.#passed = outcome === 'passed' ? this.#passed + 1 : 0;
    this.#status = this.#next(outcome);
  }

  #next(outcome: HealthCheck['outcome']): 'healthy' | 'degraded' | 'unhealthy' {
    const { failures, successes } = this.#thresholds;
    if (this.#failed >= failures) return 'unhealthy';
    if (this.#status === 'unhealthy' && this.#bearable < successes) return 'unhealthy';
    if (outcome !== 'passed') return 'degraded';
    const isNew = this.#status === 'unknown' || this.#status === 'healthy';
    return isNew || this.#passed >= successes ? 'healthy' : 'degraded';
  }
}
