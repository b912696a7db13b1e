import fastifyWebsocket from '@fastify/websocket';
import { PluginError } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseCrossSite } from '../cross-site.ts';
import { problemOf, sendProblem } from '../problem.ts';
import type { FastifySocketGateway } from './fastify-socket-gateway.ts';
import { refusePlainRequest } from './refuse-plain-request.ts';

/** Decides who may open a socket: resolves to the user, or to `null` to refuse. */
export type SocketAuthentication = (request: FastifyRequest) => unknown;

export interface SocketRoutesOptions {
  readonly gateway: FastifySocketGateway;
  readonly path: string;
  readonly authenticate: SocketAuthentication | undefined;
  /** Other sites whose pages may connect. */
  readonly allowedOrigins: readonly string[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who opened the socket, as the host's authentication says. */
    socketUser: unknown;
  }
}

/** Adds WebSockets to the instance unless the host has done so. */
export async function registerWebsocket(app: FastifyInstance, maxMessageBytes: number): Promise<void> {
  if (app.hasDecorator('websocketServer')) return;
  // far above our own limit: ws closes the connection at its limit, we answer with an error at ours
  await app.register(fastifyWebsocket, { options: { maxPayload: maxMessageBytes * 16 } });
}

/** Adds the route where browsers open their socket to plugins. */
export async function socketRoutes(app: FastifyInstance, options: SocketRoutesOptions): Promise<void> {
  const { gateway, path, authenticate, allowedOrigins } = options;
  app.decorateRequest('socketUser', null);
  app.route({
    method: 'GET',
    url: path,
    preValidation: async (request, reply) => {
      if (request.ws) refuseCrossSite(request, allowedOrigins);
      request.socketUser = authenticate ? await authenticate(request) : (request as { user?: unknown }).user;
      if (!authenticate || (request.socketUser !== null && request.socketUser !== undefined)) return;
      return sendProblem(
        reply,
        problemOf(new PluginError('UNAUTHENTICATED', 'The socket was not authorised.'), request.id),
      );
    },
    handler: refusePlainRequest(path),
    wsHandler: (socket, request) => gateway.accept(socket, request, request.socketUser ?? undefined),
  });
}
