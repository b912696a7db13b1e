import type { PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { adminEndpoints } from './admin-endpoints.ts';
import { administratorOf, type AdminGuard } from './admin-guard.ts';
import { replyWithProblem, serveEndpoints } from './serve-endpoints.ts';
import type { LiveStreams } from './live-stream.ts';
import { refusePlainRequest } from '../sockets/refuse-plain-request.ts';
import { sendText } from '../sockets/send-text.ts';
import type { LiveDocument } from '../open-api/live-document.ts';
import { sendDocument } from '../open-api/serve-open-api.ts';

export interface AdminRoutesOptions {
  readonly host: PluginHost;
  readonly prefix: string;
  readonly guard: AdminGuard;
  readonly streams: LiveStreams;
  /** Path of the live events over WebSocket; absent without sockets. */
  readonly eventsPath: string | undefined;
  /** What `openapi.json` answers with; absent without. */
  readonly document: LiveDocument | undefined;
}

/** Adds the admin API. Each route asks the host's authorisation itself; no handler runs without an administrator. */
export async function adminRoutes(app: FastifyInstance, options: AdminRoutesOptions): Promise<void> {
  const { host, prefix, guard, streams, eventsPath, document } = options;
  await app.register(
    async (scope) => {
      serveEndpoints(scope, { host, endpoints: adminEndpoints, guard });
      if (document !== undefined) {
        const onRequest = guard('plugins.read');
        scope.get('/openapi.json', { onRequest }, (request, reply) => sendDocument(document, request, reply));
      }
      scope.get('/events', { onRequest: guard('plugins.read') }, (request, reply) => {
        administratorOf(request);
        // a stream is the last thing on its connection: kept alive, it would hold up the close of the server
        void reply.header('connection', 'close').header('cache-control', 'no-store').header('x-accel-buffering', 'no');
        void reply.type('text/event-stream');
        return reply.send(streams.open(lastEventId(request)));
      });
    },
    { prefix },
  );
  if (eventsPath !== undefined) addEventSocket(app, { host, path: eventsPath, guard: guard('plugins.read') });
}

function lastEventId(request: FastifyRequest): number | undefined {
  const given = request.headers['last-event-id'];
  const seq = Number(given);
  return given === undefined || !Number.isInteger(seq) ? undefined : seq;
}

interface EventSocket {
  readonly host: PluginHost;
  readonly path: string;
  readonly guard: (request: FastifyRequest) => Promise<void>;
}

function addEventSocket(app: FastifyInstance, { host, path, guard }: EventSocket): void {
  app.route({
    method: 'GET',
    url: path,
    onRequest: guard,
    errorHandler: (error, request, reply) => void replyWithProblem(error, request, reply),
    handler: refusePlainRequest(path),
    wsHandler: (socket) => {
      const unsubscribe = host.events.subscribe((event) => sendText(socket, JSON.stringify(event)));
      socket.once('close', unsubscribe);
      socket.on('error', () => socket.terminate());
    },
  });
}
