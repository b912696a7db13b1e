import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callHandler } from './call-handler.ts';
import { chooseSerializer } from './choose-serializer.ts';
import { limitBody } from './limit-body.ts';
import type { PluginRoute } from './plugin-route.ts';
import { refuseOverload } from './refuse-request.ts';
import { callOf, RequestCall, type TrackedRequest } from './request-call.ts';
import type { RouteFinder } from './route-finder.ts';
import { runAtFinish } from './run-at-finish.ts';
import { runPayloadSteps, runSteps, type PayloadFunction, type StepFunction } from './run-functions.ts';
import { checkRequest } from './validate-request.ts';

type Done = (error?: Error) => void;

/** Gives a scope every step that a route of a plugin may take part in. Answers also what no route of a plugin does. */
export function fullHandler(
  scope: FastifyInstance,
  finder: RouteFinder,
): (request: FastifyRequest, reply: FastifyReply) => unknown {
  scope.decorateRequest(callOf, null);
  addRequestHooks(scope, finder);
  addReplyHooks(scope, finder);
  return (request, reply) => {
    const route = routeOf(request, finder) as PluginRoute;
    return callHandler(route, (request as TrackedRequest)[callOf] as RequestCall, request, reply);
  };
}

function addRequestHooks(scope: FastifyInstance, finder: RouteFinder): void {
  const begin = (request: FastifyRequest, reply: FastifyReply, done: Done, passed?: PluginRoute): void => {
    const match = finder.findOrRefuse(request, reply);
    if (!match) return;
    const { route } = match;
    if (route.authenticate !== undefined && route !== passed) {
      // none of the plugin's business yet; it may be reloaded meanwhile, so its route is looked up again
      return runSteps([route.authenticate], { request, reply }, (error) =>
        error ? done(error) : begin(request, reply, done, route),
      );
    }
    request.params = match.params;
    if (route.load.running >= route.load.limit) return refuseOverload(route, reply);
    track(route, request, reply);
    if (route.onResponse !== undefined) runAtFinish(route, route.onResponse, request, reply);
    steps(route, route.onRequest, request, reply, done);
  };
  scope.addHook('onRequest', (request, reply, done) => begin(request, reply, done));
  scope.addHook('preParsing', (request, reply, payload, done) => {
    const route = routeOf(request, finder);
    if (!route) return done(null, payload);
    const limited = limitBody(request, reply, payload, route.bodyLimit);
    if (limited instanceof Error) return done(limited);
    if (route.preParsing === undefined) return done(null, limited);
    payloadSteps(route, route.preParsing, { request, reply, payload: limited }, done as never);
  });
  scope.addHook('preValidation', (request, reply, done) => {
    const route = routeOf(request, finder);
    if (!route) return done();
    if (route.preValidation === undefined) return done(checkRequest(route, request));
    steps(route, route.preValidation, request, reply, (error) => done(error ?? checkRequest(route, request)));
  });
  scope.addHook('preHandler', (request, reply, done) => {
    const route = routeOf(request, finder);
    if (!route) return done();
    const { steps: middleware } = route.middleware;
    if (middleware.length === 0) return steps(route, route.preHandler, request, reply, done);
    steps(route, middleware, request, reply, (error) =>
      error ? done(error) : steps(route, route.preHandler, request, reply, done),
    );
  });
}

function addReplyHooks(scope: FastifyInstance, finder: RouteFinder): void {
  scope.addHook('preSerialization', (request, reply, payload, done) => {
    const route = routeOf(request, finder);
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
    const route = routeOf(request, finder);
    if (!route) return done(null, payload);
    (request as TrackedRequest)[callOf]?.replying();
    if (route.onSend === undefined) return done(null, payload);
    payloadSteps(route, route.onSend, { request, reply, payload }, done);
  });
  scope.addHook('onError', (request, reply, error, done) => {
    const route = routeOf(request, finder);
    if (!route?.onError) return done();
    payloadSteps(route, route.onError, { request, reply, payload: error }, () => done());
  });
}

function routeOf(request: FastifyRequest, finder: RouteFinder): PluginRoute | undefined {
  return finder.foundFor(request)?.route;
}

/** Routes with functions of their own may be left in ways that only the response tells of. */
function track(route: PluginRoute, request: FastifyRequest, reply: FastifyReply): void {
  const call = new RequestCall(route, reply);
  (request as TrackedRequest)[callOf] = call;
  if (route.hasHooks || route.middleware.steps.length > 0) call.watch();
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
  attributed(route, request, () => runSteps(functions, { request, reply }, done));
}

function payloadSteps(
  route: PluginRoute,
  functions: readonly PayloadFunction[] | undefined,
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly payload: unknown },
  done: (error: Error | null, payload?: unknown) => void,
): void {
  if (functions === undefined) return done(null, exchange.payload);
  attributed(route, exchange.request, () => runPayloadSteps(functions, exchange, done));
}

function attributed(route: PluginRoute, request: FastifyRequest, functions: () => void): void {
  const call = (request as TrackedRequest)[callOf];
  if (call) call.attribute(functions);
  else route.gate.attribute(functions);
}
