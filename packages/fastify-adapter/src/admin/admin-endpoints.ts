import { PluginError, type JsonObject, type PluginHost } from '@catalyst-plugins/core';
import type { PluginDetail } from '@catalyst-plugins/core/protocol';
import type { z } from 'zod';
import type { AdminPermission } from './administrator.ts';
import { adminSchemas } from './admin-schemas.ts';

/** A request to the admin API, checked, by somebody who may. */
export interface AdminCall {
  readonly host: PluginHost;
  readonly actor: string;
  readonly params: { readonly name?: string };
  readonly query: unknown;
  readonly body: unknown;
}

/** One endpoint: the routes and the OpenAPI document are made from the same list. */
export interface AdminEndpoint {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the prefix, in Fastify's form. */
  readonly path: string;
  readonly permission: AdminPermission;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  readonly run: (call: AdminCall) => unknown;
}

/** All endpoints that answer with JSON. */
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
    path: '/audit',
    permission: 'plugins.read',
    summary: 'Read the audit log, newest first',
    query: adminSchemas.auditQuery,
    answer: adminSchemas.audit,
    run: async ({ host, query }) => ({
      success: true,
      data: await host.audit(query as z.output<typeof adminSchemas.auditQuery> as never),
    }),
  },
  {
    method: 'POST',
    path: '/rescan',
    permission: 'plugins.install',
    summary: 'Look for new, repaired and removed plugin folders',
    answer: adminSchemas.rescanned,
    run: async ({ host }) => {
      await host.rescan();
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
    method: 'POST',
    path: '/:name/enable',
    permission: 'plugins.write',
    summary: 'Enable or disable a plugin',
    body: adminSchemas.enableBody,
    answer: adminSchemas.done,
    run: async (call) => {
      const { enabled } = call.body as z.output<typeof adminSchemas.enableBody>;
      const { host, actor } = call;
      const { name } = detailOf(call);
      await (enabled ? host.enable(name, { actor }) : host.disable(name, { actor }));
      return done(call, enabled ? 'enabled' : 'disabled');
    },
  },
  {
    method: 'POST',
    path: '/:name/reload',
    permission: 'plugins.write',
    summary: 'Reload a plugin from its folder; a failure leaves the old one serving',
    answer: adminSchemas.done,
    run: async (call) => {
      await call.host.reload(detailOf(call).name, { actor: call.actor });
      return done(call, 'reloaded');
    },
  },
  {
    method: 'POST',
    path: '/:name/rollback',
    permission: 'plugins.write',
    summary: 'Go back to a release that ran before',
    body: adminSchemas.rollbackBody,
    answer: adminSchemas.done,
    run: async (call) => {
      const { to } = call.body as z.output<typeof adminSchemas.rollbackBody>;
      await call.host.rollback(detailOf(call).name, { actor: call.actor, to });
      return done(call, 'rolled back');
    },
  },
  {
    method: 'PUT',
    path: '/:name/config',
    permission: 'plugins.write',
    summary: 'Change settings of a plugin; those left out stay',
    body: adminSchemas.configBody,
    answer: adminSchemas.done,
    run: async (call) => {
      const { config } = call.body as z.output<typeof adminSchemas.configBody>;
      await call.host.updateConfig(detailOf(call).name, config as JsonObject, { actor: call.actor });
      return done(call, 'configured');
    },
  },
];

function detailOf({ host, params: { name = '' } }: AdminCall): PluginDetail {
  const detail = host.get(name);
  if (!detail) throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${name}".`, { plugin: name });
  return detail;
}

function done(call: AdminCall, what: string): unknown {
  const data = detailOf(call);
  return { success: true, message: `Plugin "${data.displayName}" was ${what}.`, data };
}
