import type { Json } from '../protocol/json.ts';

/** A message between a browser and plugins. */
export interface SocketMessage {
  readonly type: string;
  readonly data?: Json | undefined;
  /** Chosen by the client; answers and errors carry it back. */
  readonly id?: string | number | undefined;
}

/** Who sent a message. */
export interface SocketClient {
  readonly id: string;
  /** What the host's authentication knows about the client. */
  readonly user?: unknown;
}

/** Receives the messages of one type. */
export type SocketHandler = (data: Json | undefined, client: SocketClient) => void;

/** The sockets of the host. They belong to the host: plugins come and go under open connections. */
export interface SocketGateway {
  /** Delivers messages of the type until the returned function is called; one type may have several handlers. */
  subscribe(type: string, handler: SocketHandler): () => void;
  /** Sends to one client, or to all with `'*'`; resolves to how many got it. */
  send(clientId: string, message: SocketMessage): number;
}
