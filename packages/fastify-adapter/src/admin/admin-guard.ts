import { PluginError } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseCrossSite, refuseFormBody } from '../cross-site.ts';
import { noteRefused } from './note-refused.ts';
import { administratorCheck, type Administrator, type AdminPermission, type AdminProtection } from './administrator.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is at work in the admin API; `null` until the host's authorisation has said so. */
    pluginAdministrator: Administrator | null;
  }
}

/** Makes the `onRequest` hook of routes that need a permission. */
export type AdminGuard = (permission: AdminPermission) => (request: FastifyRequest) => Promise<void>;

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
  return (permission) => async (request) => {
    try {
      await admit(permission, request);
    } catch (error) {
      noteRefused(app.plugins, permission, { request, error });
      throw error;
    }
  };
}

/** Who was let in. Throws `UNAUTHENTICATED`, so that no handler runs without somebody. */
export function administratorOf(request: FastifyRequest): Administrator {
  if (request.pluginAdministrator) return request.pluginAdministrator;
  throw new PluginError('UNAUTHENTICATED', 'Nobody was authorised for this request.');
}
