import { errorCatalogue, type Issue, type PluginError } from '@catalyst-plugins/core';
import type { Problem } from '@catalyst-plugins/core/protocol';
import type { FastifyReply } from 'fastify';

/** The answer that tells an error of the framework to a client. */
export function problemOf(error: PluginError, requestId: string): Problem {
  return {
    type: `urn:catalyst-plugins:error:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: errorCatalogue[error.code].title,
    status: error.status,
    detail: error.message,
    code: error.code,
    hint: error.hint,
    ...(error.issues.length > 0 ? { errors: error.issues.map(issueOf) } : {}),
    ...(error.details === undefined ? {} : { details: error.details }),
    requestId,
    success: false,
    error: error.message,
  };
}

function issueOf({ pointer, message, line, column }: Issue): NonNullable<Problem['errors']>[number] {
  return { pointer, message, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

/** Sends a problem with its status. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
