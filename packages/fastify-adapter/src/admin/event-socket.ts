import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { refusePlainRequest } from '../sockets/refuse-plain-request.ts';
import { sendText } from '../sockets/send-text.ts';
import type { LiveFeed } from './live-feed.ts';
import { lastSeen, wantedTopics } from './live-topics.ts';

/** A connection that did not answer for as long is given up. */
const heartbeatMs = 15_000;
/** A reader that lets this many bytes wait is cut off; it resumes where it was. */
const maxWaitingBytes = 1024 * 1024;

export interface EventSocketOptions {
  readonly feed: LiveFeed;
  readonly path: string;
  readonly guard: (request: FastifyRequest) => Promise<void>;
  readonly onError: (error: never, request: FastifyRequest, reply: FastifyReply) => unknown;
}

/** Adds the live events over WebSocket: `?topics=` and `?since=` as for the stream of server-sent events. */
export function addEventSocket(app: FastifyInstance, { feed, path, guard, onError }: EventSocketOptions): void {
  app.route({
    method: 'GET',
    url: path,
    onRequest: async (request) => {
      await guard(request);
      if (request.ws) wantedTopics(request.query);
    },
    errorHandler: (error, request, reply) => void onError(error as never, request, reply),
    handler: refusePlainRequest(path),
    wsHandler: (socket, request) => tell(socket, feed, request),
  });
}

function tell(socket: WebSocket, feed: LiveFeed, { query }: FastifyRequest): void {
  const send = (message: object): void => void sendText(socket, JSON.stringify(message), maxWaitingBytes);
  const about = (plugin: string) => ({ plugin, pluginId: '', timestamp: new Date().toISOString() });
  const stop = feed.follow(wantedTopics(query), lastSeen((query as { readonly since?: unknown }).since), {
    event: send,
    lines: (plugin, batch) => send({ type: 'plugin:log', ...about(plugin), data: batch }),
    metrics: (figures) => send({ type: 'metric', ...about(''), data: figures }),
    reset: (id) => send({ type: 'reset', ...about(''), data: { id } }),
  });
  const stopBeating = beat(socket);
  socket.once('close', () => {
    stop();
    stopBeating();
  });
  socket.on('error', () => socket.terminate());
}

/** Asks from time to time whether anybody is there. */
function beat(socket: WebSocket): () => void {
  let isThere = true;
  socket.on('pong', () => (isThere = true));
  const timer = setInterval(() => {
    if (!isThere) return socket.terminate();
    isThere = false;
    socket.ping();
  }, heartbeatMs).unref();
  return () => clearInterval(timer);
}
