import type { HealthSettings } from './operations/health-monitor.ts';
import { assertMilliseconds, invalid } from './option-checks.ts';

/** When a plugin counts as ill. */
export interface HealthOptions {
  /** Each plugin is looked at once in this time, in milliseconds; default 30,000, at least 100. */
  readonly intervalMs?: number;
  /** How long a `health` hook may take, in milliseconds; default 5,000. */
  readonly timeoutMs?: number;
  /** Checks that fail in a row until a plugin is `unhealthy`; default 3. */
  readonly failures?: number;
  /** Checks that do not fail in a row until it is better again; default 2. */
  readonly successes?: number;
}

/** Checks the options and fills in the defaults. Throws `OPTIONS_INVALID`. */
export function resolveHealth(health: HealthOptions | false = {}): HealthSettings {
  const { intervalMs = 30_000, timeoutMs = 5_000, failures = 3, successes = 2 } = health || {};
  assertMilliseconds('health.intervalMs', intervalMs);
  if (intervalMs < 100) throw invalid('health.intervalMs', 'expected 100 milliseconds at least');
  assertMilliseconds('health.timeoutMs', timeoutMs);
  for (const [name, value] of Object.entries({ failures, successes }))
    if (!Number.isInteger(value) || value < 1) throw invalid(`health.${name}`, 'expected a whole number from 1');
  return { intervalMs, timeoutMs, failures, successes, isPeriodic: health !== false };
}
