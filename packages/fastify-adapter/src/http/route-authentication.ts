import { PluginError, type GatewayGate } from '@catalyst-plugins/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StepFunction } from './run-functions.ts';

/** Whether a route needs a user: `required`, takes one: `optional`, or does not ask: `public`. */
export type RouteAuth = 'required' | 'optional' | 'public';

/**
 * Finds out who sends a request to a plugin route, and leaves the user where the host's `users` option looks for it,
 * `request.user` by default. Throwing or replying refuses the request. Not asked for routes that are public.
 */
export type RouteAuthentication = (
  request: FastifyRequest,
  reply: FastifyReply,
  mode: Exclude<RouteAuth, 'public'>,
) => unknown;

export interface RouteAuthOptions {
  readonly authenticate: RouteAuthentication | undefined;
  /** For routes that do not say. */
  readonly defaultAuth: RouteAuth;
}

/** Whether something is the `config.auth` of a route. */
export function isRouteAuth(given: unknown): given is RouteAuth {
  return given === 'required' || given === 'optional' || given === 'public';
}

interface GuardedRoute {
  readonly plugin: string;
  readonly auth: RouteAuth;
  readonly userIdOf: (request: FastifyRequest) => string | undefined;
  /** Counts requests that were refused by a reply. */
  readonly gate: GatewayGate;
}

/** What a request to the route has to pass before anything of the plugin runs; `undefined` for nothing. */
export function authenticationStep(
  { plugin, auth, userIdOf, gate }: GuardedRoute,
  authenticate: RouteAuthentication | undefined,
): StepFunction | undefined {
  if (auth === 'public') return undefined;
  const ask: RouteAuthentication = async (request, reply, mode) => {
    await authenticate?.(request, reply, mode);
    if (reply.sent) gate.refuse('unauthorized');
  };
  if (auth === 'optional') return authenticate && tolerant(ask);
  return async (request, reply) => {
    await ask(request, reply, 'required');
    if (reply.sent || userIdOf(request) !== undefined) return;
    throw new PluginError('UNAUTHENTICATED', `Plugin "${plugin}" answers this to signed-in users only.`, { plugin });
  };
}

/** Lets those pass who sent no credentials; who sent bad ones is told. */
function tolerant(authenticate: RouteAuthentication): StepFunction {
  return async (request, reply) => {
    try {
      await authenticate(request, reply, 'optional');
    } catch (error) {
      const isAnonymous = request.headers.authorization === undefined;
      if (!isAnonymous || statusOf(error) !== 401) throw error;
    }
  };
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
}
