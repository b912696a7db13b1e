import { randomUUID } from 'node:crypto';
import {
  PluginError,
  SocketSubscriptions,
  isPluginError,
  type Json,
  type PluginHost,
  type SocketClient,
  type SocketGateway,
  type SocketMessage,
} from '@catalyst-plugins/core';
import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { createRateLimit, type MessageRate } from './message-rate.ts';
import { sendText } from './send-text.ts';

export interface SocketGatewayOptions {
  readonly host: PluginHost;
  readonly maxMessageBytes: number;
  readonly rate: MessageRate;
}

/** The host's sockets, and what the route needs to add one. */
export interface FastifySocketGateway extends SocketGateway {
  accept(socket: WebSocket, request: FastifyRequest, user: unknown): void;
}

interface Connection extends SocketClient {
  readonly socket: WebSocket;
}

/** A client that has so many more messages refused than handled is disconnected. */
const maxRefusals = 1_000;

/** Makes the socket gateway of one Fastify instance. */
export function createFastifySocketGateway(options: SocketGatewayOptions): FastifySocketGateway {
  const subscriptions = new SocketSubscriptions();
  const connections = new Map<string, Connection>();

  const deliver = (message: SocketMessage, client: Connection): void => {
    const handlers = subscriptions.of(message.type);
    if (handlers.length === 0) throw unhandled(message.type, options.host);
    for (const handler of handlers) handler(message.data, client);
  };

  return {
    subscribe: (type, handler) => subscriptions.add(type, handler),
    send(clientId, message) {
      const text = JSON.stringify(message);
      const receivers = clientId === '*' ? [...connections.values()] : [connections.get(clientId)];
      return receivers.filter((connection) => connection !== undefined && sendText(connection.socket, text)).length;
    },
    accept(socket, request, user) {
      const client: Connection = { id: randomUUID(), user, socket };
      connections.set(client.id, client);
      socket.once('close', () => connections.delete(client.id));
      socket.on('error', (error) => request.log.debug({ err: error }, 'a socket of a client failed'));
      receive(socket, options, (message) => deliver(message, client));
      sendText(socket, JSON.stringify({ type: 'connected', data: { clientId: client.id } }));
    },
  };
}

function receive(socket: WebSocket, options: SocketGatewayOptions, deliver: (message: SocketMessage) => void): void {
  const isTooFast = createRateLimit(options.rate);
  let refusals = 0;
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    let id: SocketMessage['id'];
    try {
      if (isTooFast(Date.now()))
        throw new PluginError('SOCKET_TOO_FAST', `At most ${options.rate.perSecond} messages a second.`);
      const message = readMessage(data, isBinary, options.maxMessageBytes);
      id = message.id;
      deliver(message);
      // a client that floods is let through from time to time
      refusals = Math.max(0, refusals - 1);
    } catch (error) {
      refusals += 1;
      if (refusals >= maxRefusals) return socket.close(1008, 'too many refused messages');
      sendError(socket, error, id);
    }
  });
}

function readMessage(data: Buffer, isBinary: boolean, maxMessageBytes: number): SocketMessage {
  if (data.length > maxMessageBytes) {
    throw new PluginError(
      'SOCKET_MESSAGE_TOO_LARGE',
      `The message has ${data.length} bytes; ${maxMessageBytes} are allowed.`,
    );
  }
  if (isBinary) throw new PluginError('SOCKET_MESSAGE_INVALID', 'The message is binary; text was expected.');
  let value: Json;
  try {
    value = JSON.parse(data.toString('utf8')) as Json;
  } catch (cause) {
    throw new PluginError('SOCKET_MESSAGE_INVALID', 'The message is not JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || typeof value['type'] !== 'string') {
    throw new PluginError('SOCKET_MESSAGE_INVALID', 'The message is not an object with a "type".');
  }
  const { type, data: payload, id } = value;
  return { type, data: payload, ...(typeof id === 'string' || typeof id === 'number' ? { id } : {}) };
}

function unhandled(type: string, host: PluginHost): PluginError {
  const name = /^plugin:([^:]+):/.exec(type)?.[1];
  const summary = name === undefined ? undefined : host.summary(name);
  if (summary && summary.state !== 'active') {
    return new PluginError('PLUGIN_NOT_ACTIVE', `Plugin "${summary.name}" is ${summary.state}.`, {
      plugin: summary.name,
    });
  }
  return new PluginError(
    'SOCKET_TYPE_UNKNOWN',
    `Nobody handles messages of type ${JSON.stringify(type.slice(0, 200))}.`,
  );
}

function sendError(socket: WebSocket, error: unknown, id: SocketMessage['id']): void {
  const { code, message } = isPluginError(error)
    ? error
    : new PluginError('INTERNAL', 'The message could not be handled.');
  sendText(socket, JSON.stringify({ type: 'error', data: { code, message }, ...(id === undefined ? {} : { id }) }));
}
