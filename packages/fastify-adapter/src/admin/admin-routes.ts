import { PluginError, isPluginError, issuesOf, type PluginHost } from '@catalyst-plugins/core';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { refuseCrossSite, refuseFormBody } from '../cross-site.ts';
import { problemOf, sendProblem } from '../problem.ts';
import { isOtherAnswer, type AdminEndpoint } from './admin-endpoint.ts';
import { adminEndpoints } from './admin-endpoints.ts';
import { administratorCheck, type Administrator, type AdminPermission, type AdminProtection } from './administrator.ts';
import { addEventSocket } from './event-socket.ts';
import { lastSeen, wantedTopics } from './live-topics.ts';
import type { LiveStreams } from './live-stream.ts';
import { noteRefused } from './note-refused.ts';
import type { LiveDocument } from '../open-api/live-document.ts';
import { sendDocument } from '../open-api/serve-open-api.ts';

export interface AdminRoutesOptions {
  readonly host: PluginHost;
  readonly prefix: string;
  readonly protection: AdminProtection;
  readonly production: boolean;
  readonly streams: LiveStreams;
  /** Path of the live events over WebSocket; absent without sockets. */
  readonly eventsPath: string | undefined;
  /** What `openapi.json` answers with; absent without. */
  readonly document: LiveDocument | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is at work in the admin API; `null` until the host's authorisation has said so. */
    pluginAdministrator: Administrator | null;
  }
}

/** Adds the admin API. Each route asks the host's authorisation itself; no handler runs without an administrator. */
export async function adminRoutes(app: FastifyInstance, options: AdminRoutesOptions): Promise<void> {
  const { host, prefix, protection, production, streams, eventsPath, document } = options;
  const check = administratorCheck(protection, production);
  const admit = async (permission: AdminPermission, request: FastifyRequest): Promise<void> => {
    // browsers let other sites open sockets with the user's cookies, so a socket is guarded like a change
    if (request.method !== 'GET' || request.ws) refuseCrossSite(request, protection.allowedOrigins ?? []);
    refuseFormBody(request);
    request.pluginAdministrator = await check(request, permission);
  };
  const guard =
    (permission: AdminPermission) =>
    async (request: FastifyRequest): Promise<void> => {
      try {
        await admit(permission, request);
      } catch (error) {
        noteRefused(host, permission, { request, error });
        throw error;
      }
    };
  app.decorateRequest('pluginAdministrator', null);
  await app.register(
    async (scope) => {
      acceptOnlyJson(scope);
      scope.setErrorHandler(replyWithProblem);
      for (const endpoint of adminEndpoints) {
        scope.route({
          method: endpoint.method,
          url: endpoint.path,
          onRequest: guard(endpoint.permission),
          handler: (request, reply) => runEndpoint(endpoint, host, request, reply),
        });
      }
      if (document !== undefined) {
        const onRequest = guard('plugins.read');
        scope.get('/openapi.json', { onRequest }, (request, reply) => sendDocument(document, request, reply));
      }
      scope.get('/events', { onRequest: guard('plugins.read') }, (request, reply) => {
        administratorOf(request);
        const { since } = request.query as { readonly since?: unknown };
        const stream = streams.open(wantedTopics(request.query), lastSeen(request.headers['last-event-id'] ?? since));
        // a stream is the last thing on its connection: kept alive, it would hold up the close of the server
        void reply.header('connection', 'close').header('cache-control', 'no-store').header('x-accel-buffering', 'no');
        void reply.type('text/event-stream');
        return reply.send(stream);
      });
    },
    { prefix },
  );
  if (eventsPath === undefined) return;
  addEventSocket(app, { host, path: eventsPath, guard: guard('plugins.read'), onError: replyWithProblem });
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
  host: PluginHost,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { id: actor } = administratorOf(request);
  if (isOtherAnswer(endpoint.answer)) void reply.type(Object.keys(endpoint.answer.mediaTypes)[0] ?? '');
  const params = request.params as { name?: string; id?: string };
  const query = checkedPart(endpoint.query, request.query, 'query');
  const body = checkedPart(endpoint.body, request.body, 'body');
  return endpoint.run({
    host,
    actor,
    by: { actor, request: { id: request.id, ip: request.ip }, reason: reasonIn(body) },
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

function administratorOf(request: FastifyRequest): Administrator {
  if (request.pluginAdministrator) return request.pluginAdministrator;
  throw new PluginError('UNAUTHENTICATED', 'Nobody was authorised for this request.');
}

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

function replyWithProblem(
  error: FastifyError | PluginError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (isPluginError(error)) return sendProblem(reply, problemOf(error, request.id));
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    const code = codesByStatus[status] ?? 'REQUEST_INVALID';
    return sendProblem(reply, problemOf(new PluginError(code, error.message), request.id));
  }
  request.log.error({ err: error }, 'the admin API failed');
  return sendProblem(reply, problemOf(new PluginError('INTERNAL', 'The admin API failed.'), request.id));
}
