import type { FastifyReply, FastifyRequest } from 'fastify';
import { callHandler } from './call-handler.ts';
import type { PluginRoute } from './plugin-route.ts';
import { refuseChanged } from './refuse-request.ts';
import { callOf, RequestCall, type TrackedRequest } from './request-call.ts';
import { runAtFinish } from './run-at-finish.ts';
import { runSteps, type StepFunction } from './run-functions.ts';
import { checkRequest } from './validate-request.ts';

/**
 * Answers a request whose body has been read for another route: the plugin was reloaded since. What the route does
 * before its handler is done here; a route that would have read the body itself, asks for a user before, or wants
 * to see the reply that Fastify sends, comes too late, and the client is asked to try again.
 */
export function takeOver(route: PluginRoute, request: FastifyRequest, reply: FastifyReply): unknown {
  if (!canTakeOver(route)) return refuseChanged(route, reply);
  const call = new RequestCall(route, reply);
  (request as TrackedRequest)[callOf] = call;
  if (!route.hasHooks && route.middleware.steps.length === 0) return checkAndCall(route, call, request, reply);
  call.watch();
  if (route.onResponse !== undefined) runAtFinish(route, route.onResponse, request, reply);
  const run = (steps: readonly StepFunction[], done: (error?: Error) => void): void =>
    call.attribute(() => runSteps(steps, { request, reply }, done));
  // stays open when a step or the handler replies by itself, as Fastify does not wait for a promise then either
  return new Promise((resolve, reject) => {
    const callNow = (): void => {
      try {
        const result = callHandler(route, call, request, reply);
        if (result !== undefined) resolve(result);
      } catch (error) {
        reject(error);
      }
    };
    run([...(route.onRequest ?? []), ...(route.preValidation ?? [])], (error) => {
      const problem = error ?? checkRequest(route, request);
      if (problem) return reject(problem);
      run([...route.middleware.steps, ...(route.preHandler ?? [])], (failure) =>
        failure ? reject(failure) : callNow(),
      );
    });
  });
}

// oxlint-disable-next-line max-params -- as callHandler
function checkAndCall(route: PluginRoute, call: RequestCall, request: FastifyRequest, reply: FastifyReply): unknown {
  const problem = checkRequest(route, request);
  if (problem === undefined) return callHandler(route, call, request, reply);
  call.watch();
  throw problem;
}

function canTakeOver({ authenticate, preParsing, preSerialization, onSend, onError }: PluginRoute): boolean {
  return [authenticate, preParsing, preSerialization, onSend, onError].every((steps) => steps === undefined);
}
