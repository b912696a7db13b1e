import type { HostType } from '../../ports/host-types.ts';
import type { SocketGateway, SocketMessage } from '../../ports/socket-gateway.ts';
import type { Json } from '../../protocol/json.ts';
import type { Undo } from '../../scope/scope.ts';
import type { Capability } from '../capability.ts';
import { requireFunction } from '../require-function.ts';

/** Handles the messages of one type. */
export type WebSocketHandler = (data: Json | undefined, clientId: string, user?: unknown) => unknown;

/** Messages to and from browsers. */
export interface WebSocketSlice {
  readonly wsGateway: HostType<'socketGateway', SocketGateway>;
  onWebSocketMessage(type: string, handler: WebSocketHandler): Undo;
  sendWebSocketMessage(clientId: string, message: SocketMessage): number;
}

/**
 * Lets plugins talk over the host's sockets.
 * A type is heard under its own name and as `plugin:<name>:<type>`, whichever of the two the plugin wrote.
 */
export function websocket(gateway: SocketGateway): Capability<WebSocketSlice> {
  return {
    name: 'websocket',
    create: ({ release: { plugin }, scope, gate }) => ({
      // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- not so where an adapter merges into HostTypes
      wsGateway: gateway as WebSocketSlice['wsGateway'],
      onWebSocketMessage(type, handler) {
        requireFunction(handler, `onWebSocketMessage(${JSON.stringify(type)})`, plugin);
        const prefix = `plugin:${plugin}:`;
        const name = type.startsWith(prefix) ? type.slice(prefix.length) : type;
        const label = `socket message ${name}`;
        return scope.whenLive(label, () => {
          const deliver = (data: Json | undefined, client: { id: string; user?: unknown }): void =>
            gate.fire('message', label, () => handler(data, client.id, client.user));
          const stops = [gateway.subscribe(name, deliver), gateway.subscribe(prefix + name, deliver)];
          return () => stops.forEach((stop) => stop());
        });
      },
      sendWebSocketMessage(clientId, message) {
        const receivers = gateway.send(clientId, message);
        gate.meter.count('messagesSent', receivers);
        return receivers;
      },
    }),
  };
}
