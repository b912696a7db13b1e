import type { z } from 'zod';
import { ofPlugin, type AdminEndpoint } from './admin-endpoint.ts';
import { relationSchemas } from './relation-schemas.ts';

/** Endpoints about what plugins have to do with each other and what they may. */
export const relationEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'GET',
    path: '/graph',
    permission: 'plugins.read',
    summary: 'Read which plugins need which, and what is not met',
    answer: relationSchemas.graph,
    run: ({ host }) => ({ success: true, data: host.graph() }),
  },
  {
    method: 'GET',
    path: `${ofPlugin}/grants`,
    permission: 'plugins.read',
    summary: 'Read what a plugin asks for, and what was decided',
    answer: relationSchemas.grants,
    run: ({ host, params: { name = '' } }) => ({ success: true, data: host.grants.describe(name) }),
  },
  {
    method: 'PUT',
    path: `${ofPlugin}/grants`,
    permission: 'plugins.write',
    summary: 'Grant and revoke permissions; those left out stay',
    body: relationSchemas.grantsBody,
    answer: relationSchemas.grants,
    run: async ({ host, by, params: { name = '' }, body }) => {
      const change = body as z.output<typeof relationSchemas.grantsBody>;
      return { success: true, data: await host.grants.change(name, change, by) };
    },
  },
];
