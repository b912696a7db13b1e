import type { PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance } from 'fastify';
import { adminEndpoints } from './admin-endpoints.ts';
import { administratorOf, type AdminGuard } from './admin-guard.ts';
import { addEventSocket } from './event-socket.ts';
import { lastSeen, wantedTopics } from './live-topics.ts';
import { replyWithProblem, serveEndpoints } from './serve-endpoints.ts';
import type { LiveFeed } from './live-feed.ts';
import type { LiveStreams } from './live-stream.ts';
import type { LiveDocument } from '../open-api/live-document.ts';
import { sendDocument } from '../open-api/serve-open-api.ts';

export interface AdminRoutesOptions {
  readonly host: PluginHost;
  readonly prefix: string;
  readonly guard: AdminGuard;
  readonly feed: LiveFeed;
  readonly streams: LiveStreams;
  /** Path of the live events over WebSocket; absent without sockets. */
  readonly eventsPath: string | undefined;
  /** What `openapi.json` answers with; absent without. */
  readonly document: LiveDocument | undefined;
}

/** Adds the admin API. Each route asks the host's authorisation itself; no handler runs without an administrator. */
export async function adminRoutes(app: FastifyInstance, options: AdminRoutesOptions): Promise<void> {
  const { host, prefix, guard, feed, streams, eventsPath, document } = options;
  await app.register(
    async (scope) => {
      serveEndpoints(scope, { host, endpoints: adminEndpoints, guard });
      if (document !== undefined) {
        const onRequest = guard.need('plugins.read');
        scope.get('/openapi.json', { onRequest }, (request, reply) => sendDocument(document, request, reply));
      }
      scope.get('/events', { onRequest: guard.need('plugins.read') }, (request, reply) => {
        administratorOf(request);
        const { since } = request.query as { readonly since?: unknown };
        const stream = streams.open(
          wantedTopics(request.query),
          lastSeen(request.headers['last-event-id']) ?? lastSeen(since),
        );
        // a stream is the last thing on its connection: kept alive, it would hold up the close of the server
        void reply.header('connection', 'close').header('cache-control', 'no-store').header('x-accel-buffering', 'no');
        void reply.type('text/event-stream');
        return reply.send(stream);
      });
    },
    { prefix },
  );
  if (eventsPath === undefined) return;
  addEventSocket(app, { feed, path: eventsPath, guard: guard.need('plugins.read'), onError: replyWithProblem });
}
