import type { PluginHealthSummary, PluginSummary } from '@catalyst-plugins/core/protocol';

/** How plugins are, by name, as far as that is known. */
export type HealthByName = Readonly<Record<string, PluginHealthSummary>>;

/** Whether a plugin is up, but its checks say that it is not well. */
export function isUnwell({ name, state }: PluginSummary, health: HealthByName): boolean {
  const status = health[name]?.status;
  return state === 'active' && (status === 'degraded' || status === 'unhealthy');
}
