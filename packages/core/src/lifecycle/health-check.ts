import { describeError } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { Generation } from './generation.ts';

/** How long `health` may take, in milliseconds. */
const healthMs = 5_000;
/** What `health` may say of itself, alone or as `status`, and still go live. */
const goodStatuses: readonly unknown[] = ['healthy', 'degraded', 'ok'];

/**
 * Asks a generation that is not live yet whether it could serve. No `health` hook, or one that returns nothing, is healthy;
 * `false`, `{ healthy: false }`, another status than `healthy`, `degraded` or `ok`, or an error is not. Throws `HEALTH_FAILED`.
 */
export async function assertHealthy(generation: Generation): Promise<void> {
  if (!generation.has('health')) return;
  let problem: string | undefined;
  try {
    problem = problemOf(await generation.call('health', healthMs));
  } catch (error) {
    problem = describeError(error);
  }
  if (problem === undefined) return;
  const { plugin } = generation.release;
  const message = `The new generation of plugin "${plugin}" is not healthy: ${generation.redact(problem)}`;
  throw new PluginError('HEALTH_FAILED', message, { plugin });
}

function problemOf(result: unknown): string | undefined {
  if (result === undefined || result === null || result === true) return undefined;
  if (result === false) return 'health returned false.';
  if (typeof result === 'string') return goodStatuses.includes(result) ? undefined : `health returned "${result}".`;
  if (typeof result !== 'object') return undefined;
  const { status, healthy, message } = result as { status?: unknown; healthy?: unknown; message?: unknown };
  if (healthy !== false && (status === undefined || goodStatuses.includes(status))) return undefined;
  return typeof message === 'string' ? message : `health returned ${describeError(result)}.`;
}
