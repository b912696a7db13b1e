import { once } from 'node:events';
import net from 'node:net';

/** What the way to a server is like. */
export type Weather =
  | { readonly kind: 'fair' }
  /** Nobody listens, and whoever is connected is cut off. */
  | { readonly kind: 'refuse' }
  /** Connections are taken, and nothing ever gets through. */
  | { readonly kind: 'swallow' }
  /** What the server says arrives later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Every connection is cut after that many more bytes to the server. */
  | { readonly kind: 'cut'; readonly afterBytes: number };

/** A way to a TCP server on which a test makes the weather. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** How many bytes have gone to the server. */
  sent(): number;
  become(weather: Weather): Promise<void>;
}

/** Opens a way to a server on this machine. */
export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Map<net.Socket, net.Socket>();
  let weather: Weather = { kind: 'fair' };
  let sent = 0;
  let left = Infinity;
  const cutAll = (): void => {
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  const toServer = (upstream: net.Socket, chunk: Buffer): void => {
    if (weather.kind === 'swallow') return;
    const part = chunk.subarray(0, Math.min(chunk.length, left));
    left -= part.length;
    sent += part.length;
    if (left > 0) return void upstream.write(part);
    // what was let through is to arrive before the end does
    upstream.end(part, () => cutAll());
  };
  const toClient = (client: net.Socket, chunk: Buffer): void => {
    if (weather.kind === 'swallow') return;
    if (weather.kind !== 'delay') return void client.write(chunk);
    setTimeout(() => client.write(chunk), weather.ms).unref();
  };
  const server = net.createServer((client) => {
    const upstream = net.connect(targetPort, '127.0.0.1');
    pairs.set(client, upstream);
    client.on('data', (chunk: Buffer) => toServer(upstream, chunk));
    upstream.on('data', (chunk: Buffer) => toClient(client, chunk));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        pairs.delete(client);
        other.destroy();
      });
    }
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as net.AddressInfo).port;
  };
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    cutAll();
    await once(server, 'close');
  };
  const port = await listen(0);
  return {
    port,
    sent: () => sent,
    async become(next) {
      weather = next;
      left = next.kind === 'cut' ? next.afterBytes : Infinity;
      if (next.kind === 'refuse') await close();
      else if (!server.listening) await listen(port);
    },
    [Symbol.asyncDispose]: close,
  };
}
