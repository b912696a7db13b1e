import type { z } from 'zod';
import { ofPlugin, type AdminEndpoint } from './admin-endpoint.ts';
import { metricsSchemas } from './metrics-schemas.ts';

/** Endpoints about what is counted. */
export const metricsEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'GET',
    path: '/metrics',
    permission: 'plugins.read',
    summary: 'Read what is counted of all plugins and of the process',
    answer: metricsSchemas.snapshot,
    run: ({ host }) => ({ success: true, data: host.metrics.snapshot() }),
  },
  {
    method: 'GET',
    path: `${ofPlugin}/metrics`,
    permission: 'plugins.read',
    summary: 'Read what a plugin did over time',
    query: metricsSchemas.seriesQuery,
    answer: metricsSchemas.series,
    run: async ({ host, query, params: { name = '' } }) => {
      const asked = query as z.output<typeof metricsSchemas.seriesQuery>;
      return { success: true, data: await host.metrics.series(name, asked) };
    },
  },
];
