import type { PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { registerHandlingErrors } from './error-handlers.ts';
import { fullHandler } from './full-routes.ts';
import { keepOpen } from './keep-open.ts';
import { leanHandler } from './lean-routes.ts';
import type { PluginRoute } from './plugin-route.ts';
import type { MountedTables } from './mounted-tables.ts';
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
  const add = (handlerIn: (scope: FastifyInstance) => RouteHandler, route: object): Promise<void> =>
    registerHandlingErrors(app, { prefix, finder }, (scope) => {
      const method = scope.supportedMethods.filter((one) => one !== 'TRACE');
      scope.route({ url: '/*', method, exposeHeadRoute: false, handler: handlerIn(scope), ...route });
      keepOpen(scope);
    });
  await add((scope) => fullHandler(scope, finder), { bodyLimit: maxBodyBytes });
  const constraint = addKindConstraint(app, finder);
  for (const kind of leanKinds) {
    const route = { bodyLimit: Math.min(serverLimit, maxBodyBytes), constraints: { [constraint]: kind } };
    await add((scope) => leanHandler(scope, kind, finder), route);
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
