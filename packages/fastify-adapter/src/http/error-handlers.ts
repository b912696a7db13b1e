import { isPluginError } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuseUser } from './refuse-request.ts';
import { callOf, type TrackedRequest } from './request-call.ts';
import type { RouteFinder } from './route-finder.ts';

type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => unknown;

/**
 * Registers a scope whose errors go to the `errorHandler` of the plugin's route, and what that does not answer to the
 * host's, without secrets of the plugin. Two scopes, as Fastify takes an error that a handler leaves to the next one out.
 */
export async function registerHandlingErrors(
  app: FastifyInstance,
  { prefix, finder }: { readonly prefix: string; readonly finder: RouteFinder },
  register: (scope: FastifyInstance) => void,
): Promise<void> {
  await app.register(
    async (outer) => {
      const answer = hostAnswer(app, finder);
      outer.setErrorHandler(answer);
      await outer.register(async (scope) => {
        scope.setErrorHandler(ownAnswer(finder, answer));
        register(scope);
      });
    },
    { prefix },
  );
}

/** Errors of the host's own hooks, before the plugin has its turn, are none of the plugin's business. */
function ownAnswer(finder: RouteFinder, otherwise: ErrorHandler): ErrorHandler {
  return (error, request, reply) => {
    const route = finder.foundFor(request)?.route;
    const call = (request as TrackedRequest)[callOf];
    const hasEntered = Boolean(call);
    // what the client did wrong is no failure of the plugin
    if (!isOfClient(error)) call?.span?.fail(error);
    if (!hasEntered) route?.gate.refuse(isAboutUser(error) ? 'unauthorized' : 'rejected');
    const own = hasEntered ? route?.errorHandler : undefined;
    return own ? own(error as Error, request, reply) : passOn(error, () => otherwise(error, request, reply));
  };
}

function hostAnswer(app: FastifyInstance, finder: RouteFinder): ErrorHandler {
  const { errorHandler: next } = app;
  return (error, request, reply) => {
    const told = finder.foundFor(request)?.route.secrets.redact(error) ?? error;
    const refused = refuseUser(told, reply);
    if (refused) return refused;
    const answer = (): unknown => app.errorHandler(told as never, request, reply);
    // one that the host has set since counts too, and Fastify does not know it here
    return app.errorHandler === next ? passOn(told, answer) : answer();
  };
}

function isOfClient(error: unknown): boolean {
  const { statusCode = 500 } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode < 500;
}

function isAboutUser(error: unknown): boolean {
  if (isPluginError(error)) return error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN';
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return status === 401 || status === 403;
}

/** Lets Fastify take the error to the next handler, which logs it once; what is no error it would send as a payload. */
function passOn(error: unknown, answer: () => unknown): unknown {
  if (error instanceof Error) throw error;
  return answer();
}
