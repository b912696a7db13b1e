import { describeError } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { CallLimit } from '../scope/call-gate.ts';
import type { Generation } from './generation.ts';
import { readAnswer, well, type HealthAnswer } from './health-answer.ts';

/** How long `health` may take before a generation goes live, in milliseconds. */
const healthMs = 5_000;
/** Plugins that write longer messages are cut short. */
const longestText = 500;

/**
 * Asks a generation how it is; never fails. Without a `health` hook it is healthy; an error, or no answer in time, is
 * unhealthy. No secrets are in the answer.
 */
export async function askHealth(generation: Generation, limit: number | CallLimit): Promise<HealthAnswer> {
  if (!generation.has('health')) return well;
  try {
    return redacted(readAnswer(await generation.call('health', limit)), generation);
  } catch (error) {
    return redacted({ status: 'unhealthy', message: describeError(error), checks: [] }, generation);
  }
}

/** Asks a generation that is not live yet whether it could serve, and keeps the answer with it. Throws `HEALTH_FAILED`. */
export async function assertHealthy(generation: Generation): Promise<void> {
  const answer = await askHealth(generation, healthMs);
  generation.healthBeforeLive = answer;
  if (answer.status !== 'unhealthy') return;
  const { plugin } = generation.release;
  const message = `The new generation of plugin "${plugin}" is not healthy: ${answer.message}`;
  throw new PluginError('HEALTH_FAILED', message, { plugin });
}

function redacted({ status, message, checks }: HealthAnswer, generation: Generation): HealthAnswer {
  const clean = (text: string): string => shortened(generation.redact(text));
  const cleanOrNull = (text: string | null): string | null => (text === null ? null : clean(text));
  return {
    status,
    message: cleanOrNull(message),
    checks: checks.map((check) => ({ ...check, name: clean(check.name), message: cleanOrNull(check.message) })),
  };
}

function shortened(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
