import { PluginError } from './errors/plugin-error.ts';
import type { MetricsSchedule } from './operations/metric-recorder.ts';

/** How a host keeps what it counts over time. */
export interface MetricsOptions {
  /** How much time a row is about, in milliseconds; default 60,000, at least 10,000, at most a day. */
  readonly intervalMs?: number;
  /** How long rows are kept, in days; default 7. */
  readonly keepDays?: number;
}

const shortestMs = 10_000;
const longestMs = 24 * 60 * 60_000;

/** Checks the option and fills in the defaults. Throws `OPTIONS_INVALID`. */
export function resolveMetrics(options: MetricsOptions | false = {}): MetricsSchedule | undefined {
  if (options === false) return undefined;
  const { intervalMs = 60_000, keepDays = 7 } = options;
  if (!Number.isInteger(intervalMs) || intervalMs < shortestMs || intervalMs > longestMs)
    throw invalid('intervalMs', `expected milliseconds, ${shortestMs} to ${longestMs}`);
  if (!(keepDays > 0 && keepDays <= 3_650)) throw invalid('keepDays', 'expected days, up to 3650');
  return { intervalMs, keepDays };
}

function invalid(option: string, problem: string): PluginError {
  return new PluginError('OPTIONS_INVALID', `createPluginHost: metrics.${option}: ${problem}.`);
}
