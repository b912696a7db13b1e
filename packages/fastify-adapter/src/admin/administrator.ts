import { PluginError } from '@catalyst-plugins/core';
import type { AdminPermission } from '@catalyst-plugins/core/protocol';
import type { FastifyRequest } from 'fastify';
import type { PanelOptions } from '../panel/serve-panel.ts';

/** All permissions that there are. */
export const adminPermissions = [
  'plugins.read',
  'plugins.write',
  'plugins.install',
] as const satisfies AdminPermission[];

/** Who is at work; `id` stands in the audit. */
export interface Administrator {
  readonly id: string;
}

/**
 * The host's decision on one request: who it is, or why not.
 * Whatever is not an object with an `id` is refused.
 */
export type Authorize = (
  request: FastifyRequest,
  permission: AdminPermission,
) => AuthorizationResult | Promise<AuthorizationResult>;

export type AuthorizationResult = Administrator | 'unauthenticated' | 'forbidden' | null | undefined | false;

/** What there is for administrators besides the admin API. */
export interface AdminExtras {
  /** Other sites whose pages may send changes, as origins. */
  readonly allowedOrigins?: readonly string[];
  /** Whether the server has the admin panel, at `/admin/plugins` unless told; default `false`. */
  readonly ui?: boolean | PanelOptions;
}

/** How the admin API is protected; it refuses to start without. */
export type AdminProtection = AdminExtras & ({ readonly authorize: Authorize } | { readonly unprotected: true });

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;

/** The check of one permission, run before anything else of an admin route. Throws `UNAUTHENTICATED`, `FORBIDDEN`, `ADMIN_UNPROTECTED`. */
export function administratorCheck(
  protection: AdminProtection,
  production: boolean,
): (request: FastifyRequest, permission: AdminPermission) => Promise<Administrator> {
  if ('authorize' in protection)
    return async (request, permission) => checked(await protection.authorize(request, permission), permission);
  return async (request) => {
    if (!production || isDirectAndLocal(request)) return { id: 'anonymous' };
    throw new PluginError(
      'ADMIN_UNPROTECTED',
      'The admin API is unprotected, and in production it answers on loopback addresses only.',
    );
  };
}

/** A proxy on the same machine comes from loopback too, but it says for whom. */
function isDirectAndLocal({ socket, headers }: FastifyRequest): boolean {
  const forwarded = headers['x-forwarded-for'] ?? headers['forwarded'] ?? headers['via'];
  return forwarded === undefined && loopback.test(socket.localAddress ?? '');
}

function checked(result: AuthorizationResult, permission: AdminPermission): Administrator {
  if (typeof result === 'object' && result !== null && typeof result.id === 'string' && result.id !== '') return result;
  if (result === 'forbidden') throw new PluginError('FORBIDDEN', `The permission ${permission} is missing.`);
  throw new PluginError('UNAUTHENTICATED', 'The admin API needs credentials that this host accepts.');
}
