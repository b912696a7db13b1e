import type { PluginHost } from '@catalyst-plugins/core';
import type { PluginHealthState, PluginHealthSummary } from '@catalyst-plugins/core/protocol';
import { ofPlugin, type AdminEndpoint } from './admin-endpoint.ts';
import { healthSchemas } from './health-schemas.ts';

/** The endpoints for how plugins are. */
export const healthEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'GET',
    path: '/health',
    permission: 'plugins.read',
    summary: 'Read how all plugins are, and what their last checks came to',
    answer: healthSchemas.all,
    run: ({ host }) => ({ success: true, data: host.health.all().map((state) => summarised(host, state)) }),
  },
  {
    method: 'GET',
    path: `${ofPlugin}/health`,
    permission: 'plugins.read',
    summary: 'Read how a plugin is, and what was found at its last checks',
    answer: healthSchemas.health,
    run: ({ host, params: { name = '' } }) => described(host, name),
  },
  {
    method: 'POST',
    path: `${ofPlugin}/health`,
    permission: 'plugins.write',
    summary: 'Look at a plugin now',
    answer: healthSchemas.health,
    run: async ({ host, params: { name = '' } }) => {
      await host.health.check(name);
      return described(host, name);
    },
  },
];

function summarised({ health }: PluginHost, { plugin, status, message }: PluginHealthState): PluginHealthSummary {
  return { plugin, status, message, checks: health.history(plugin).map(({ outcome }) => outcome) };
}

function described({ health }: PluginHost, name: string): object {
  return { success: true, data: { ...health.of(name), history: health.history(name) } };
}
