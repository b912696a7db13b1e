import { isThenable, type PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findRoute, refuseOverload, type RouteFinder } from './find-route.ts';
import { limitBody } from './limit-body.ts';
import type { PluginRoute } from './plugin-route.ts';
import { RequestCall } from './request-call.ts';
import { runAtFinish } from './run-at-finish.ts';
import type { MountedTables } from './mounted-tables.ts';
import type { RouteTable } from './route-table.ts';
import { runPayloadSteps, runSteps, type PayloadFunction, type StepFunction } from './run-functions.ts';
import { checkRequest } from './validate-request.ts';

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

const callOf = Symbol('call of the plugin route');
type TrackedRequest = FastifyRequest & { [callOf]: RequestCall | null };

/**
 * Adds the one route that answers for all plugins, in a scope of its own: Fastify runs the host's hooks, parses the
 * body and sends the reply as for any route, and at each step the matched route of the plugin has its turn.
 */
export async function dispatchRoutes(app: FastifyInstance, options: DispatchOptions): Promise<void> {
  const { host, mounts, prefix, maxBodyBytes } = options;
  app.decorateRequest('pluginRoute', null);
  app.decorateRequest(callOf, null);
  await app.register(
    async (scope) => {
      addHooks(scope, { host, mounts, offset: prefix.length + 1 }, authenticationStep(options.authenticate));
      const route = { url: '/*', bodyLimit: maxBodyBytes, handler: callHandler };
      scope.route({ ...route, method: 'GET', exposeHeadRoute: false });
      scope.route({
        ...route,
        method: scope.supportedMethods.filter((method) => method !== 'GET' && method !== 'TRACE'),
      });
      // asked for at each error, so that a handler that the host sets later counts too
      scope.setErrorHandler((error, request, reply) => {
        const own = request.pluginRoute?.errorHandler;
        return own ? own(error as Error, request, reply) : app.errorHandler(error as never, request, reply);
      });
    },
    { prefix },
  );
}

function addHooks(scope: FastifyInstance, finder: RouteFinder, authenticate: StepFunction | undefined): void {
  scope.addHook('onRequest', (request, reply, done) => {
    const match = findRoute(request, reply, finder);
    if (!match) return;
    const { route } = match;
    request.pluginRoute = route;
    request.params = match.params;
    if (route.load.running >= route.load.limit) return refuseOverload(route, reply);
    track(route, request, reply, authenticate !== undefined);
    if (route.onResponse !== undefined) runAtFinish(route, route.onResponse, request, reply);
    if (authenticate === undefined) return steps(route, route.onRequest, request, reply, done);
    runSteps([authenticate], { request, reply }, (error) =>
      error ? done(error) : steps(route, route.onRequest, request, reply, done),
    );
  });
  scope.addHook('preParsing', (request, reply, payload, done) => {
    const route = request.pluginRoute;
    if (!route) return done(null, payload);
    const limited = limitBody(request, reply, payload, route.bodyLimit);
    if (limited instanceof Error) return done(limited);
    if (route.preParsing === undefined) return done(null, limited);
    payloadSteps(route, route.preParsing, { request, reply, payload: limited }, done as never);
  });
  scope.addHook('preValidation', (request, reply, done) => {
    const route = request.pluginRoute;
    if (!route) return done();
    if (route.preValidation === undefined) return done(checkRequest(route, request));
    steps(route, route.preValidation, request, reply, (error) => done(error ?? checkRequest(route, request)));
  });
  scope.addHook('preHandler', (request, reply, done) => {
    const route = request.pluginRoute;
    if (!route) return done();
    const { steps: middleware } = route.middleware;
    if (middleware.length === 0) return steps(route, route.preHandler, request, reply, done);
    steps(route, middleware, request, reply, (error) =>
      error ? done(error) : steps(route, route.preHandler, request, reply, done),
    );
  });
  addReplyHooks(scope);
}

function addReplyHooks(scope: FastifyInstance): void {
  scope.addHook('preSerialization', (request, reply, payload, done) => {
    const route = request.pluginRoute;
    if (!route) return done(null, payload);
    if (route.preSerialization === undefined) {
      chooseSerializer(route, reply);
      return done(null, payload);
    }
    payloadSteps(route, route.preSerialization, { request, reply, payload }, (error, replaced) => {
      if (!error) chooseSerializer(route, reply);
      done(error as null, replaced);
    });
  });
  scope.addHook('onSend', (request, reply, payload, done) => {
    const route = request.pluginRoute;
    if (!route) return done(null, payload);
    (request as TrackedRequest)[callOf]?.replying();
    if (route.onSend === undefined) return done(null, payload);
    payloadSteps(route, route.onSend, { request, reply, payload }, done);
  });
  scope.addHook('onError', (request, reply, error, done) => {
    const route = request.pluginRoute;
    if (!route?.onError) return done();
    payloadSteps(route, route.onError, { request, reply, payload: error }, () => done());
  });
}

function callHandler(request: FastifyRequest, reply: FastifyReply): unknown {
  const route = request.pluginRoute as PluginRoute;
  const call = (request as TrackedRequest)[callOf] as RequestCall;
  call.handlerBegins();
  let result: unknown;
  try {
    result = route.gate.attribute(route.handler, request, reply);
    // a reply is thenable too; it settles when it was sent, which the response tells anyway
    if (result !== reply && isThenable(result)) return call.untilSettled(result);
  } catch (error) {
    call.handlerSettled();
    throw error;
  }
  call.handlerSettled();
  return result;
}

/** Routes with functions of their own, or of the host, may be left in ways that only the response tells of. */
// oxlint-disable-next-line max-params -- called for every request: an object for the arguments would be made each time
function track(route: PluginRoute, request: FastifyRequest, reply: FastifyReply, isAuthenticated: boolean): void {
  const call = new RequestCall(route, reply);
  (request as TrackedRequest)[callOf] = call;
  if (isAuthenticated || route.hasHooks || route.middleware.steps.length > 0) call.watch();
}

// oxlint-disable-next-line max-params -- called for every request: an object for the arguments would be made each time
function steps(
  route: PluginRoute,
  functions: readonly StepFunction[] | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  if (functions === undefined) return done();
  route.gate.attribute(() => runSteps(functions, { request, reply }, done));
}

function payloadSteps(
  route: PluginRoute,
  functions: readonly PayloadFunction[] | undefined,
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly payload: unknown },
  done: (error: Error | null, payload?: unknown) => void,
): void {
  if (functions === undefined) return done(null, exchange.payload);
  route.gate.attribute(() => runPayloadSteps(functions, exchange, done));
}

function chooseSerializer({ serializers }: PluginRoute, reply: FastifyReply): void {
  if (serializers === undefined) return;
  const { statusCode } = reply;
  const serializer =
    serializers.get(statusCode) ?? serializers.get(statusClass(statusCode)) ?? serializers.get('default');
  if (serializer) void reply.serializer(serializer);
}

function statusClass(statusCode: number): string {
  return `${Math.trunc(statusCode / 100)}xx`;
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
