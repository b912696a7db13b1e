import type { PluginState, PluginSummary } from '@catalyst-plugins/core/protocol';

const urgency: Partial<Record<PluginState, number>> = { quarantined: 0, failed: 1, retrying: 2, blocked: 3 };

/** The plugins that somebody should look at, the most urgent first. */
export function pluginsInNeed(plugins: readonly PluginSummary[]): readonly PluginSummary[] {
  return plugins
    .filter((plugin) => problemOf(plugin) !== undefined)
    .toSorted((a, b) => (urgency[a.state] ?? 4) - (urgency[b.state] ?? 4));
}

/** What is wrong with a plugin: why it is down, what failed last, or what is to be looked at. */
export function problemOf({
  state,
  reason,
  lastFailure,
  warnings,
}: PluginSummary): { readonly code: string; readonly message: string; readonly hint?: string } | undefined {
  if (reason !== null && urgency[state] !== undefined) return reason;
  if (lastFailure !== null) return lastFailure;
  const warning = warnings.find(({ code }) => code !== undefined);
  return warning && { code: warning.code ?? '', message: `${warning.pointer}: ${warning.message}` };
}
