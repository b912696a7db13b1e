import type { HealthStatus, PluginState, PluginSummary } from '@catalyst-plugins/core/protocol';
import { isUnwell, type HealthByName } from './unwell.ts';

const urgencyOfState: Partial<Record<PluginState, number>> = { quarantined: 0, failed: 1, retrying: 3, blocked: 4 };
const urgencyOfHealth: Partial<Record<HealthStatus, number>> = { unhealthy: 2, degraded: 5 };
const leastUrgent = 6;

/** One thing that is wrong with a plugin. */
export interface PluginProblem {
  /** Of a failure or a warning. */
  readonly code?: string;
  /** What its checks say, where it is up but not well. */
  readonly health?: HealthStatus;
  readonly message: string;
  readonly hint?: string;
}

/** A plugin that somebody should look at. */
export interface PluginInNeed {
  readonly plugin: PluginSummary;
  readonly problems: readonly PluginProblem[];
}

/** The plugins that somebody should look at, the most urgent first. */
export function pluginsInNeed(plugins: readonly PluginSummary[], health: HealthByName): readonly PluginInNeed[] {
  return plugins
    .map((plugin) => ({ plugin, problems: problemsOf(plugin, health) }))
    .filter(({ problems }) => problems.length > 0)
    .toSorted((a, b) => urgencyOf(a) - urgencyOf(b));
}

function urgencyOf({ plugin, problems }: PluginInNeed): number {
  const ofHealth = problems.map(({ health }) => (health && urgencyOfHealth[health]) ?? leastUrgent);
  return Math.min(urgencyOfState[plugin.state] ?? leastUrgent, ...ofHealth);
}

/** What is wrong with a plugin: why it is down or what failed last, how it is, and what is to be looked at. */
function problemsOf(plugin: PluginSummary, health: HealthByName): readonly PluginProblem[] {
  const { state, reason, lastFailure, warnings, name } = plugin;
  const failure = urgencyOfState[state] === undefined ? lastFailure : (reason ?? lastFailure);
  const known = isUnwell(plugin, health) ? health[name] : undefined;
  const warning = warnings.find(({ code }) => code !== undefined);
  return [
    ...(failure ? [failure] : []),
    ...(known ? [{ health: known.status, message: known.message ?? '' }] : []),
    ...(warning ? [{ code: warning.code ?? '', message: `${warning.pointer}: ${warning.message}` }] : []),
  ];
}
