import { PluginError, isPluginError, issuesOf, type PluginHost } from '@catalyst-plugins/core';
import type { Problem } from '@catalyst-plugins/core/protocol';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { problemOf, sendProblem } from '../problem.ts';
import { isOtherAnswer, type AdminEndpoint } from './admin-endpoint.ts';
import { administratorOf, type AdminGuard } from './admin-guard.ts';

export interface ServedEndpoints {
  readonly host: PluginHost;
  readonly endpoints: readonly AdminEndpoint[];
  readonly guard: AdminGuard;
  /** Default: the problem. */
  readonly replyWithError?: typeof replyWithProblem;
}

/** Adds the routes of endpoints to a scope that is theirs alone: JSON in, JSON or a problem out. */
export function serveEndpoints(scope: FastifyInstance, options: ServedEndpoints): void {
  const { endpoints, guard, replyWithError = replyWithProblem } = options;
  acceptOnlyJson(scope);
  scope.setErrorHandler(replyWithError);
  for (const endpoint of endpoints) {
    scope.route({
      method: endpoint.method,
      url: endpoint.path,
      onRequest: endpoint.permission === undefined ? [] : guard.need(endpoint.permission),
      handler: (request, reply) => runEndpoint(endpoint, options, request, reply),
    });
  }
}

function acceptOnlyJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.addContentTypeParser(/^application\/(?:[\w.+-]+\+)?json/, { parseAs: 'string' }, (request, body, done) => {
    // many clients name JSON and send nothing when there is nothing to say
    if (body === '') return done(null, undefined);
    void parse(request, body as string, done);
  });
}

async function runEndpoint(
  endpoint: AdminEndpoint,
  { host, guard }: ServedEndpoints,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { id: actor } = endpoint.permission === undefined ? nobody : administratorOf(request);
  if (isOtherAnswer(endpoint.answer)) void reply.type(Object.keys(endpoint.answer.mediaTypes)[0] ?? '');
  const params = request.params as { name?: string; id?: string };
  const query = checkedPart(endpoint.query, request.query, 'query');
  const body = checkedPart(endpoint.body, request.body, 'body');
  return endpoint.run({
    host,
    actor,
    by: { actor, request: { id: request.id, ip: request.ip }, reason: reasonIn(body) },
    permissions: () => guard.permissionsOf(request),
    params,
    query,
    body,
    // repeated headers are one list for HTTP
    header: (name) => request.headers[name]?.toString(),
    setHeader: (name, value) => void reply.header(name, value),
    setStatus: (status) => void reply.code(status),
  });
}

function reasonIn(body: unknown): string | undefined {
  const reason: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'reason') : undefined;
  return typeof reason === 'string' ? reason : undefined;
}

/** Who asks where everybody may. */
const nobody = { id: 'anonymous' };

function checkedPart(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issues = issuesOf(result.error.issues);
  const text = issues.map(({ pointer, message }) => `${pointer || '/'}: ${message}`).join('; ');
  throw new PluginError('REQUEST_INVALID', `The ${part} is not valid: ${text}.`, { issues });
}

const codesByStatus: Readonly<Record<number, 'REQUEST_TOO_LARGE' | 'MEDIA_TYPE_UNSUPPORTED' | 'REQUEST_INVALID'>> = {
  413: 'REQUEST_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
};

/** Answers with what went wrong in an endpoint. */
export function replyWithProblem(
  error: FastifyError | PluginError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return sendProblem(reply, problemOfEndpoint(error, request));
}

/** What went wrong in an endpoint; what is nobody's business is logged. */
export function problemOfEndpoint(error: FastifyError | PluginError, request: FastifyRequest): Problem {
  if (isPluginError(error)) return problemOf(error, request.id);
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    const code = codesByStatus[status] ?? 'REQUEST_INVALID';
    return problemOf(new PluginError(code, error.message), request.id);
  }
  request.log.error({ err: error }, 'the admin API failed');
  return problemOf(new PluginError('INTERNAL', 'The admin API failed.'), request.id);
}
