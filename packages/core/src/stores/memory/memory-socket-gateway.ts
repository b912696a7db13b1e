import type { Json } from '../../protocol/json.ts';
import type { SocketClient, SocketGateway, SocketMessage } from '../../ports/socket-gateway.ts';
import { SocketSubscriptions } from './socket-subscriptions.ts';

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
  const subscriptions = new SocketSubscriptions();
  const sent: { clientId: string; message: SocketMessage }[] = [];
  return {
    sent,
    subscribe: (type, handler) => subscriptions.add(type, handler),
    send(clientId, message) {
      sent.push({ clientId, message });
      return 1;
    },
    deliver(type, data, client) {
      const handlers = subscriptions.of(type);
      for (const handler of handlers) handler(data, client);
      return handlers.length;
    },
    handlerCount: () => subscriptions.count,
  };
}
