import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { token, type TestServer } from '../start-server.ts';

/** A server-sent event. */
export interface Frame {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: Record<string, unknown>;
}

export interface Stream extends AsyncDisposable {
  readonly frames: Frame[];
  /** What a reader that comes back sends as `Last-Event-ID`. */
  lastEventId(): string | undefined;
}

/** Reads server-sent events until it is disposed of. */
export async function follow(server: TestServer, query: string, headers: Record<string, string> = {}): Promise<Stream> {
  const abort = new AbortController();
  const response = await server.admin(`/api/plugins/events${query}`, { headers, signal: abort.signal });
  expect(response.status).toBe(200);
  const frames: Frame[] = [];
  let lastEventId: string | undefined;
  const done = (async () => {
    let text = '';
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      const blocks = (text + Buffer.from(chunk).toString()).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const data = field('data');
        lastEventId = field('id') ?? lastEventId;
        if (data !== undefined)
          frames.push({ id: field('id'), event: field('event'), data: JSON.parse(data) as Frame['data'] });
      }
    }
  })().catch(() => undefined);
  return {
    frames,
    lastEventId: () => lastEventId,
    async [Symbol.asyncDispose]() {
      abort.abort();
      await done;
    },
  };
}

/** Opens the live events over WebSocket. */
export async function openSocket(
  server: TestServer,
  query: string,
): Promise<{ socket: WebSocket; received: Record<string, unknown>[] }> {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/events${query}`, { headers });
  const received: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => void received.push(JSON.parse(data.toString()) as Record<string, unknown>));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return { socket, received };
}
