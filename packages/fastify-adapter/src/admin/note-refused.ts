import { isPluginError, type PluginHost } from '@catalyst-plugins/core';
import type { FastifyRequest } from 'fastify';
import type { AdminPermission } from '@catalyst-plugins/core/protocol';
import { pluginInQuery } from './plugin-in-query.ts';

/** Writes to the audit log that somebody was not let in; what went wrong otherwise is no refusal. */
export function noteRefused(
  host: PluginHost,
  permission: AdminPermission,
  { request, error }: { readonly request: FastifyRequest; readonly error: unknown },
): void {
  if (!isPluginError(error) || (error.status !== 401 && error.status !== 403)) return;
  const { name = pluginInQuery(request) } = request.params as { readonly name?: string };
  host.noteRefused({
    id: request.id,
    ip: request.ip,
    // whoever is not let in does not choose what the log says
    plugin: name !== undefined && host.summary(name) ? name : undefined,
    method: request.method,
    path: request.routeOptions.url ?? '',
    permission,
    code: error.code,
    message: error.message,
  });
}
