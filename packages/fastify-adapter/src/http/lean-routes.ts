import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callHandler } from './call-handler.ts';
import { chooseSerializer, serializeLater } from './choose-serializer.ts';
import type { PluginRoute } from './plugin-route.ts';
import { refuseOverload } from './refuse-request.ts';
import { callOf, RequestCall, type TrackedRequest } from './request-call.ts';
import type { RouteFinder } from './route-finder.ts';
import type { leanKinds } from './route-kind.ts';
import { takeOver } from './take-over.ts';
import { checkRequest } from './validate-request.ts';

type LeanKind = (typeof leanKinds)[number];

/**
 * What answers routes that need little: only the hooks of their kind. The request counts as the plugin's from the
 * start of the handler, so the route is looked at once more there: the plugin may have been reloaded since.
 */
export function leanHandler(
  scope: FastifyInstance,
  kind: LeanKind,
  finder: RouteFinder,
): (request: FastifyRequest, reply: FastifyReply) => unknown {
  scope.decorateRequest(callOf, null);
  if (kind !== 'plain') addHooks(scope, kind, finder);
  return (request, reply) => {
    const found = finder.foundFor(request);
    if (found === undefined || !finder.isCurrent(found)) return answerChanged(kind, finder, request, reply);
    if (kind === 'plain') request.params = found.params;
    return answer(found.route, request, reply);
  };
}

function answer(route: PluginRoute, request: FastifyRequest, reply: FastifyReply): unknown {
  if (route.load.running >= route.load.limit) return refuseOverload(route, reply);
  const call = new RequestCall(route, reply);
  (request as TrackedRequest)[callOf] = call;
  return callHandler(route, call, request, reply);
}

/** Routes have changed since the request was routed, those of this plugin or of another. */
// oxlint-disable-next-line max-params -- as leanHandler returns it
function answerChanged(kind: LeanKind, finder: RouteFinder, request: FastifyRequest, reply: FastifyReply): unknown {
  const before = finder.foundFor(request);
  const match = finder.findOrRefuse(request, reply);
  if (match === undefined) return undefined;
  const { route } = match;
  if (route === before?.route && match.kind === before.kind) {
    if (kind === 'plain') request.params = match.params;
    return answer(route, request, reply);
  }
  if (route.load.running >= route.load.limit) return refuseOverload(route, reply);
  request.params = match.params;
  if (kind === 'plain') serializeLater(route, reply);
  return takeOver(route, request, reply);
}

function addHooks(scope: FastifyInstance, kind: LeanKind, finder: RouteFinder): void {
  scope.addHook('onRequest', (request, _reply, done) => {
    request.params = finder.foundFor(request)?.params;
    done();
  });
  scope.addHook('preSerialization', (request, reply, payload, done) => {
    const route = finder.foundFor(request)?.route;
    if (route?.serializers !== undefined) chooseSerializer(route, reply);
    done(null, payload);
  });
  if (kind !== 'checked') return;
  scope.addHook('preValidation', (request, _reply, done) => {
    const route = finder.stillFoundFor(request)?.route;
    done(route === undefined ? undefined : checkRequest(route, request));
  });
}
