import type { PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fullHandler } from './full-routes.ts';
import { leanHandler } from './lean-routes.ts';
import type { PluginRoute } from './plugin-route.ts';
import type { MountedTables } from './mounted-tables.ts';
import { callOf, type TrackedRequest } from './request-call.ts';
import { RouteFinder } from './route-finder.ts';
import { leanKinds } from './route-kind.ts';
import type { RouteTable } from './route-table.ts';
import type { StepFunction } from './run-functions.ts';

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
  readonly authenticate: RouteAuthentication | undefined;
}

/**
 * The host's decision on a request to a plugin route, which says by `config.auth` whether a user is needed.
 * Throwing or replying refuses the request; what plugins read of the user, `request.user` say, is set here.
 */
export type RouteAuthentication = (
  request: FastifyRequest,
  reply: FastifyReply,
  mode: 'required' | 'optional' | 'public' | undefined,
) => unknown;

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
  const authenticate = authenticationStep(options.authenticate);
  const serverLimit = app.initialConfig.bodyLimit ?? maxBodyBytes;
  const add = (scope: FastifyInstance, handler: RouteHandler, route: object): void => {
    const methods = scope.supportedMethods.filter((method) => method !== 'TRACE');
    scope.route({ url: '/*', method: methods, exposeHeadRoute: false, handler, ...route });
    // asked for at each error, so that a handler that the host sets later counts too; errors of the host's own hooks,
    // before the plugin has its turn, are none of the plugin's business
    scope.setErrorHandler((error, request, reply) => {
      const own = (request as TrackedRequest)[callOf] ? finder.foundFor(request)?.route.errorHandler : undefined;
      return own ? own(error as Error, request, reply) : app.errorHandler(error as never, request, reply);
    });
  };
  await app.register(
    async (scope) => add(scope, fullHandler(scope, finder, authenticate), { bodyLimit: maxBodyBytes }),
    { prefix },
  );
  if (authenticate !== undefined) return;
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

function authenticationStep(authenticate: RouteAuthentication | undefined): StepFunction | undefined {
  if (authenticate === undefined) return undefined;
  return (request, reply) => {
    const { auth } = request.pluginRoute?.config ?? {};
    return authenticate(
      request,
      reply,
      auth === 'required' || auth === 'optional' || auth === 'public' ? auth : undefined,
    );
  };
}
