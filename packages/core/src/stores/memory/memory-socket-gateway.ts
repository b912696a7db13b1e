import type { Json } from '../../protocol/json.ts';
import type { SocketClient, SocketGateway, SocketHandler, SocketMessage } from '../../ports/socket-gateway.ts';

/** Sockets without a network: what `deliver` is given reaches the handlers, what plugins send is kept. */
export interface MemorySocketGateway extends SocketGateway {
  /** Gives a message to the handlers of its type; returns how many there were. */
  deliver(type: string, data: Json | undefined, client: SocketClient): number;
  /** What was sent, in order. */
  readonly sent: { readonly clientId: string; readonly message: SocketMessage }[];
  /** How many handlers there are. */
  handlerCount(): number;
}

/** Makes a gateway that keeps its messages in memory. */
export function createMemorySocketGateway(): MemorySocketGateway {
  const handlers = new Map<string, Set<{ handler: SocketHandler }>>();
  const sent: { clientId: string; message: SocketMessage }[] = [];
  return {
    sent,
    subscribe(type, handler) {
      const entry = { handler };
      const ofType = handlers.get(type) ?? new Set();
      handlers.set(type, ofType.add(entry));
      return () => {
        ofType.delete(entry);
        if (ofType.size === 0 && handlers.get(type) === ofType) handlers.delete(type);
      };
    },
    send(clientId, message) {
      sent.push({ clientId, message });
      return 1;
    },
    deliver(type, data, client) {
      const ofType = [...(handlers.get(type) ?? [])];
      for (const { handler } of ofType) handler(data, client);
      return ofType.length;
    },
    handlerCount: () => [...handlers.values()].reduce((sum, ofType) => sum + ofType.size, 0),
  };
}
