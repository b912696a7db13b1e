import { PluginError, isPluginError } from '@catalyst-plugins/core';
import type { AdminPermission } from '@catalyst-plugins/core/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseCrossSite, refuseFormBody } from '../cross-site.ts';
import { noteRefused } from './note-refused.ts';
import { adminPermissions, administratorCheck, type Administrator, type AdminProtection } from './administrator.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is at work in the admin API; `null` until the host's authorisation has said so. */
    pluginAdministrator: Administrator | null;
  }
}

/** Lets administrators in. */
export interface AdminGuard {
  /** Makes the `onRequest` hook of routes that need a permission. */
  need(permission: AdminPermission): (request: FastifyRequest) => Promise<void>;
  /** What whoever sent a request may do. */
  permissionsOf(request: FastifyRequest): Promise<readonly AdminPermission[]>;
}

/** Each route of administrators asks the host's authorisation itself, and refuses what other sites make browsers send. */
export function createAdminGuard(app: FastifyInstance, protection: AdminProtection, production: boolean): AdminGuard {
  const check = administratorCheck(protection, production);
  app.decorateRequest('pluginAdministrator', null);
  const admit = async (permission: AdminPermission, request: FastifyRequest): Promise<void> => {
    // browsers let other sites open sockets with the user's cookies, so a socket is guarded like a change
    if (request.method !== 'GET' || request.ws) refuseCrossSite(request, protection.allowedOrigins ?? []);
    refuseFormBody(request);
    request.pluginAdministrator = await check(request, permission);
  };
  return {
    need: (permission) => async (request) => {
      try {
        await admit(permission, request);
      } catch (error) {
        noteRefused(app.plugins, permission, { request, error });
        throw error;
      }
    },
    async permissionsOf(request) {
      const allowed = await Promise.all(
        adminPermissions.map((permission) => check(request, permission).then(yes, noIfRefused)),
      );
      return adminPermissions.filter((_, index) => allowed[index]);
    },
  };
}

const yes = (): boolean => true;

/** An authorisation that fails has refused nobody. */
function noIfRefused(error: unknown): boolean {
  if (isPluginError(error) && (error.code === 'FORBIDDEN' || error.code === 'UNAUTHENTICATED')) return false;
  throw error;
}

/** Who was let in. Throws `UNAUTHENTICATED`, so that no handler runs without somebody. */
export function administratorOf(request: FastifyRequest): Administrator {
  if (request.pluginAdministrator) return request.pluginAdministrator;
  throw new PluginError('UNAUTHENTICATED', 'Nobody was authorised for this request.');
}
