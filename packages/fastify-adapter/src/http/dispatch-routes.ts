import type { PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fullHandler } from './full-routes.ts';
import { leanHandler } from './lean-routes.ts';
import type { PluginRoute } from './plugin-route.ts';
import type { MountedTables } from './mounted-tables.ts';
import { refuseUser } from './refuse-request.ts';
import { callOf, type TrackedRequest } from './request-call.ts';
import { RouteFinder } from './route-finder.ts';
import { leanKinds } from './route-kind.ts';
import type { RouteTable } from './route-table.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The plugin's route that answers this request; `null` for routes of the host. */
    pluginRoute: PluginRoute | null;
  }
}

export interface DispatchOptions {
  readonly host: PluginHost;
  readonly mounts: MountedTables<RouteTable>;
  readonly prefix: string;
  /** No route of a plugin may read a larger body, in bytes. */
  readonly maxBodyBytes: number;
}

/**
 * Adds the catch-all route that answers for all plugins, once for each kind of route in a scope of its own: Fastify
 * runs the host's hooks, parses the body and sends the reply as for any route, and takes the further steps that the
 * plugin's route needs. Its router asks for the kind; what it knows no kind of is left to the scope with every step.
 */
export async function dispatchRoutes(app: FastifyInstance, options: DispatchOptions): Promise<void> {
  const { host, mounts, prefix, maxBodyBytes } = options;
  const finder = new RouteFinder({ host, mounts, prefix: `${app.prefix}${prefix}` });
  app.decorateRequest('pluginRoute', {
    getter(this: FastifyRequest) {
      return finder.routeOf(this);
    },
  });
  const serverLimit = app.initialConfig.bodyLimit ?? maxBodyBytes;
  const add = (scope: FastifyInstance, handler: RouteHandler, route: object): void => {
    const methods = scope.supportedMethods.filter((method) => method !== 'TRACE');
    scope.route({ url: '/*', method: methods, exposeHeadRoute: false, handler, ...route });
    // asked for at each error, so that a handler that the host sets later counts too; errors of the host's own hooks,
    // before the plugin has its turn, are none of the plugin's business
    scope.setErrorHandler((error, request, reply) => {
      const own = (request as TrackedRequest)[callOf] ? finder.foundFor(request)?.route.errorHandler : undefined;
      if (own) return own(error as Error, request, reply);
      return refuseUser(error, reply) ?? app.errorHandler(error as never, request, reply);
    });
  };
  await app.register(async (scope) => add(scope, fullHandler(scope, finder), { bodyLimit: maxBodyBytes }), { prefix });
  const constraint = addKindConstraint(app, finder);
  for (const kind of leanKinds) {
    const route = { bodyLimit: Math.min(serverLimit, maxBodyBytes), constraints: { [constraint]: kind } };
    await app.register(async (scope) => add(scope, leanHandler(scope, kind, finder), route), { prefix });
  }
}

type RouteHandler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** Lets the router choose among the catch-all routes; returns the name of the constraint, which is its own each time. */
function addKindConstraint(app: FastifyInstance, finder: RouteFinder): string {
  let name = 'pluginRouteKind';
  while (app.hasConstraintStrategy(name)) name += 'Also';
  app.addConstraintStrategy({
    name,
    storage: () => {
      const handlers = new Map<unknown, unknown>();
      return {
        get: (kind: unknown) => (handlers.get(kind) ?? null) as never,
        set: (kind: unknown, handler: unknown) => void handlers.set(kind, handler),
      };
    },
    validate: () => undefined,
    deriveConstraint: (raw) => {
      const kind = finder.kindOf(raw);
      return kind === 'full' ? undefined : kind;
    },
  });
  return name;
}
