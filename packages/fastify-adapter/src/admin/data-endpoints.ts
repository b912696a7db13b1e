import { detailOf, ofPlugin, type AdminEndpoint } from './admin-endpoint.ts';
import { adminSchemas } from './admin-schemas.ts';

/** The endpoints for what plugins have stored. */
export const dataEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'POST',
    path: `${ofPlugin}/data/clear`,
    permission: 'plugins.write',
    summary: 'Delete everything that a disabled plugin has stored, for good',
    body: adminSchemas.reasonBody,
    answer: adminSchemas.configured,
    run: async (call) => {
      await call.host.data.clear(call.params.name ?? '', call.by);
      const data = detailOf(call);
      return { success: true, message: `What plugin "${data.displayName}" had stored is deleted.`, data };
    },
  },
];
