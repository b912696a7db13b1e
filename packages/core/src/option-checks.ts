import { PluginError } from './errors/plugin-error.ts';

/** Timers of Node fire at once when they are set for longer than this. */
const longestTimerMs = 2 ** 31 - 1;

/** Throws `OPTIONS_INVALID` for what no timer can wait for. */
export function assertMilliseconds(option: string, value: number): void {
  if (value >= 0 && value <= longestTimerMs) return;
  throw invalid(option, `expected milliseconds, 0 to ${longestTimerMs}`);
}

/** The error for an option that cannot be used. */
export function invalid(option: string, problem: string): PluginError {
  return new PluginError('OPTIONS_INVALID', `createPluginHost: ${option}: ${problem}.`);
}
