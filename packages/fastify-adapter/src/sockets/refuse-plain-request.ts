import { PluginError } from '@catalyst-plugins/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, sendProblem } from '../problem.ts';

/** Answers plain HTTP requests on a path that is for WebSockets. */
export function refusePlainRequest(path: string): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const hint = `Open it with new WebSocket('ws://…${path}').`;
  return (request, reply) => {
    const error = new PluginError('REQUEST_INVALID', `${path} speaks WebSocket only.`, { hint });
    return sendProblem(reply, problemOf(error, request.id));
  };
}
