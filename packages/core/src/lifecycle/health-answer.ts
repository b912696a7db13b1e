import { describeError } from '../errors/describe-error.ts';
import type { NamedCheck } from '../protocol/plugin-health.ts';

/** What `health` may say of itself or of a check, alone or as `status`. */
const words: Readonly<Record<string, HealthAnswer['status']>> = {
  healthy: 'healthy',
  ok: 'healthy',
  degraded: 'degraded',
};
/** A plugin that names more checks is cut short. */
const mostChecks = 32;

/** What a plugin says of itself. */
export interface HealthAnswer {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** What is wrong, or what the plugin has to say; no secrets. */
  readonly message: string | null;
  readonly checks: readonly NamedCheck[];
}

/** The answer of a plugin that has nothing to say. */
export const well: HealthAnswer = { status: 'healthy', message: null, checks: [] };

/**
 * Reads what `health` returned. Nothing or `true` is healthy; `false`, `{ healthy: false }`, or another status than
 * `healthy`, `degraded` or `ok` is not. Without a word about the whole, it is as the worst of its `checks`.
 */
export function readAnswer(result: unknown): HealthAnswer {
  if (result === false) return { ...well, status: 'unhealthy', message: 'health returned false.' };
  if (typeof result === 'string') {
    const status = statusOf(result);
    return { ...well, status, message: status === 'unhealthy' ? `health returned "${result}".` : null };
  }
  if (typeof result !== 'object' || result === null) return well;
  const { status, healthy, message, checks } = result as Record<'status' | 'healthy' | 'message' | 'checks', unknown>;
  const named = readChecks(checks);
  const said = saidStatus(status, healthy) ?? worstOf(named);
  const text = typeof message === 'string' ? message : said === 'unhealthy' ? faultOf(named, result) : null;
  return { status: said, message: text, checks: named };
}

/** What is said of the whole, if anything is. */
function saidStatus(status: unknown, healthy: unknown): HealthAnswer['status'] | undefined {
  if (healthy === false) return 'unhealthy';
  if (status !== undefined) return statusOf(status);
  return healthy === true ? 'healthy' : undefined;
}

function statusOf(word: unknown): HealthAnswer['status'] {
  return (typeof word === 'string' && Object.hasOwn(words, word) ? words[word] : undefined) ?? 'unhealthy';
}

function readChecks(checks: unknown): NamedCheck[] {
  if (typeof checks !== 'object' || checks === null) return [];
  return Object.entries(checks)
    .slice(0, mostChecks)
    .map(([name, result]) => readCheck(name, result));
}

function readCheck(name: string, result: unknown): NamedCheck {
  if (typeof result === 'boolean') return { name, status: result ? 'healthy' : 'unhealthy', message: null, ms: null };
  if (typeof result === 'string') return { name, status: statusOf(result), message: null, ms: null };
  if (typeof result !== 'object' || result === null) return { name, status: 'healthy', message: null, ms: null };
  const { status, healthy, message, ms } = result as Record<'status' | 'healthy' | 'message' | 'ms', unknown>;
  return {
    name,
    status: saidStatus(status, healthy) ?? 'healthy',
    message: typeof message === 'string' ? message : null,
    ms: typeof ms === 'number' && Number.isFinite(ms) ? ms : null,
  };
}

function worstOf(checks: readonly NamedCheck[]): HealthAnswer['status'] {
  const statuses = checks.map(({ status }) => status);
  if (statuses.includes('unhealthy')) return 'unhealthy';
  return statuses.includes('degraded') ? 'degraded' : 'healthy';
}

function faultOf(checks: readonly NamedCheck[], result: unknown): string {
  const bad = checks.find(({ status }) => status === 'unhealthy');
  if (!bad) return `health returned ${describeError(result)}.`;
  return bad.message === null ? `${bad.name} is not healthy.` : `${bad.name}: ${bad.message}`;
}
