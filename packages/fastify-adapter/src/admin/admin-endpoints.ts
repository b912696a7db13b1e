import { randomUUID } from 'node:crypto';
import { PluginError, type CommandOptions, type PluginHost } from '@catalyst-plugins/core';
import type { PluginOperation } from '@catalyst-plugins/core/protocol';
import type { z } from 'zod';
import { detailOf, done, ofPlugin, type AdminCall, type AdminEndpoint } from './admin-endpoint.ts';
import { adminSchemas } from './admin-schemas.ts';
import { auditEndpoints } from './audit-endpoints.ts';
import { configEndpoints } from './config-endpoints.ts';
import { dataEndpoints } from './data-endpoints.ts';
import { diagnosticsEndpoints } from './diagnostics-endpoints.ts';
import { healthEndpoints } from './health-endpoints.ts';
import { logEndpoints } from './log-endpoints.ts';
import { metricsEndpoints } from './metrics-endpoints.ts';
import { relationEndpoints } from './relation-endpoints.ts';
import { relationSchemas } from './relation-schemas.ts';
import { taskEndpoints } from './task-endpoints.ts';

/** All endpoints but the live events. */
export const adminEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'GET',
    path: '/',
    permission: 'plugins.read',
    summary: 'List all plugins',
    answer: adminSchemas.list,
    run: ({ host }) => ({ success: true, data: host.status() }),
  },
  {
    method: 'GET',
    path: '/-/me',
    permission: 'plugins.read',
    summary: 'Read who asks, and what they may do',
    answer: adminSchemas.rights,
    run: async ({ actor, permissions }) => ({ success: true, data: { id: actor, permissions: await permissions() } }),
  },
  {
    method: 'POST',
    path: '/rescan',
    permission: 'plugins.install',
    summary: 'Look for new, repaired and removed plugin folders',
    body: adminSchemas.reasonBody,
    answer: adminSchemas.rescanned,
    run: async ({ host, by }) => {
      await host.rescan(by);
      return { success: true, message: 'The plugins folder was read.', data: host.status() };
    },
  },
  {
    method: 'GET',
    path: '/:name',
    permission: 'plugins.read',
    summary: 'Read everything about one plugin',
    answer: adminSchemas.detail,
    run: (call) => ({ success: true, data: detailOf(call) }),
  },
  {
    method: 'GET',
    path: '/operations',
    permission: 'plugins.read',
    summary: 'List the commands that run and the latest that have ended, newest first',
    query: adminSchemas.operationsQuery,
    answer: adminSchemas.operations,
    run: ({ host, query }) => {
      const { plugin } = query as z.output<typeof adminSchemas.operationsQuery>;
      return { success: true, data: host.operations.list(plugin) };
    },
  },
  {
    method: 'GET',
    path: '/operations/:id',
    permission: 'plugins.read',
    summary: 'Read how far a command is',
    answer: adminSchemas.operation,
    run: ({ host, params: { id = '' } }) => ({ success: true, data: operationOf(host, id) }),
  },
  {
    method: 'POST',
    path: '/operations/:id/force',
    permission: 'plugins.write',
    summary: 'End a drain now: what is still in flight is cut',
    body: adminSchemas.reasonBody,
    answer: adminSchemas.operation,
    run: ({ host, actor, by, params: { id = '' } }) => ({ success: true, data: host.operations.force(id, actor, by) }),
  },
  {
    method: 'POST',
    path: '/:name/enable',
    permission: 'plugins.write',
    summary: 'Enable or disable a plugin',
    query: adminSchemas.commandQuery,
    body: adminSchemas.enableBody,
    answer: adminSchemas.done,
    run: (call) => {
      const { enabled, grant, cascade, force } = call.body as z.output<typeof adminSchemas.enableBody>;
      return command(call, enabled ? 'enabled' : 'disabled', (name, options) =>
        enabled
          ? call.host.enable(name, { ...options, grant })
          : call.host.disable(name, { ...options, cascade, force }),
      );
    },
  },
  {
    method: 'POST',
    path: '/:name/reload',
    permission: 'plugins.write',
    summary: 'Reload a plugin from its folder; a failure leaves the old one serving',
    query: adminSchemas.commandQuery,
    body: relationSchemas.reloadBody,
    answer: adminSchemas.done,
    run: (call) => {
      const { grant, cascade } = call.body as z.output<typeof relationSchemas.reloadBody>;
      return command(call, 'reloaded', (name, options) => call.host.reload(name, { ...options, grant, cascade }));
    },
  },
  {
    method: 'POST',
    path: `${ofPlugin}/rollback`,
    permission: 'plugins.write',
    summary: 'Go back to a release that ran before',
    query: adminSchemas.commandQuery,
    body: adminSchemas.rollbackBody,
    answer: adminSchemas.done,
    run: (call) => {
      const { to, cascade } = call.body as z.output<typeof adminSchemas.rollbackBody>;
      return command(call, 'rolled back', (name, options) => call.host.rollback(name, { ...options, to, cascade }));
    },
  },
  ...auditEndpoints,
  ...configEndpoints,
  ...dataEndpoints,
  ...relationEndpoints,
  ...metricsEndpoints,
  ...healthEndpoints,
  ...taskEndpoints,
  ...logEndpoints,
  ...diagnosticsEndpoints,
];

function operationOf(host: PluginHost, id: string): PluginOperation {
  const operation = host.operations.get(id);
  if (!operation) throw new PluginError('OPERATION_NOT_FOUND', `There is no operation "${id}".`);
  return operation;
}

/** Gives a command; answers when it is done, or at once where the caller follows the operation instead. */
async function command(
  call: AdminCall,
  what: string,
  give: (name: string, options: CommandOptions) => Promise<void>,
): Promise<unknown> {
  const { host, by, query, params } = call;
  const operationId = randomUUID();
  // one that is not there is refused by the command, which leaves an entry in the audit log
  const given = give(params.name ?? '', { ...by, operationId });
  if ((query as z.output<typeof adminSchemas.commandQuery>).wait) {
    await given;
    return { ...done(call, what), operation: operationOf(host, operationId) };
  }
  // how it ends stands in the operation
  given.catch(() => undefined);
  call.setStatus(202);
  const data = detailOf(call);
  const message = `Plugin "${data.displayName}" is being ${what}.`;
  return { success: true, message, data, operation: operationOf(host, operationId) };
}
