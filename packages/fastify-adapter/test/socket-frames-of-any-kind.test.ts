import { once } from 'node:events';
import net from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { fuzzing, nastyJson, nastyStrings } from '../../core/test/support/fuzzing.ts';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const plugins = {
  demo: {
    'index.js': onLoad(`
      ctx.onWebSocketMessage('echo', (data, clientId) => ctx.sendWebSocketMessage(clientId, { type: 'echoed', data }));
      ctx.onWebSocketMessage('throws', () => { throw new Error('in the handler'); });
      ctx.onWebSocketMessage('sink', () => {});
    `),
  },
};

const maxMessageBytes = 4_096;

interface Client {
  readonly socket: WebSocket;
  readonly received: { readonly type: string; readonly data?: unknown }[];
}

async function open(server: TestServer): Promise<Client> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`);
  const received: Client['received'] = [];
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString('utf8'))));
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return { socket, received };
}

const types = fc.oneof(
  fc.constantFrom('echo', 'plugin:demo:echo', 'throws', 'sink', 'plugin:nobody:echo', 'plugin::', 'connected', 'error'),
  nastyStrings,
);
/** Over 16 times the limit a connection is closed. */
const isBearable = (frame: string | Buffer): boolean => Buffer.byteLength(frame) < 16 * maxMessageBytes;
const anyFrame = fc.oneof(
  fc
    .record({ type: types, data: nastyJson, id: nastyJson }, { requiredKeys: [] })
    .map((frame) => JSON.stringify(frame)),
  nastyJson.map((value) => JSON.stringify(value)),
  nastyStrings,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('['.repeat(4_000), '{"a":'.repeat(800), 'x'.repeat(maxMessageBytes + 1), 'x'.repeat(20_000)),
);
const frames = anyFrame.filter(isBearable);

test('frames of any kind get an error or reach a handler; the connection, the host and other clients go on', async () => {
  await using server = await startServer({
    plugins,
    adapter: { sockets: { maxMessageBytes, messagesPerSecond: 1_000_000, messageBurst: 1_000_000 } },
  });
  const other = await open(server);
  const property = fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 20 }), async (sent) => {
    const client = await open(server);
    await expect.poll(() => client.received.length, { interval: 1 }).toBe(1);
    for (const frame of sent) client.socket.send(frame, { binary: typeof frame !== 'string' });
    client.socket.send(JSON.stringify({ type: 'echo', data: 'the last one' }));
    await expect.poll(() => client.received.at(-1), { interval: 1 }).toEqual({ type: 'echoed', data: 'the last one' });
    for (const { type, data } of client.received.slice(1)) {
      if (type === 'echoed') continue;
      expect(type).toBe('error');
      expect(data).toEqual({
        code: expect.stringMatching(/^(SOCKET_|PLUGIN_NOT_ACTIVE$)/),
        message: expect.any(String),
      });
    }
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    client.socket.terminate();
  });
  await fc.assert(property, fuzzing('socket frames', 40));
  other.socket.send(JSON.stringify({ type: 'echo', data: 'still here' }));
  await expect.poll(() => other.received.at(-1)).toEqual({ type: 'echoed', data: 'still here' });
  expect(server.host.summary('demo')?.state).toBe('active');
}, 3_600_000);

test('a client that sends too fast is told so, one that does not stop is disconnected, and others do not notice', async () => {
  await using server = await startServer({ plugins, adapter: { sockets: { messagesPerSecond: 5, messageBurst: 10 } } });
  const [fast, other] = [await open(server), await open(server)];
  const closed = once(fast.socket, 'close');
  for (let count = 0; count < 1_500; count += 1) fast.socket.send('{"type":"sink"}');
  expect((await closed)[0]).toBe(1008);
  expect(fast.received.filter(({ type }) => type === 'error').length).toBeLessThan(1_200);
  other.socket.send(JSON.stringify({ type: 'echo', data: 1 }));
  await expect.poll(() => other.received.at(-1)).toEqual({ type: 'echoed', data: 1 });
});

test('bytes that are no frames end their own connection only', async () => {
  await using server = await startServer({ plugins });
  const other = await open(server);
  const { hostname, port } = new URL(server.url);
  const upgrade = `GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`;
  const property = fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    socket.write(upgrade);
    await once(socket, 'data');
    socket.end(Buffer.from(bytes));
    // a server that stops reading resets the connection, at which `once` would reject
    await new Promise((resolve) => socket.on('close', resolve));
  });
  await fc.assert(property, fuzzing('bytes instead of frames', 40));
  other.socket.send(JSON.stringify({ type: 'echo', data: 2 }));
  await expect.poll(() => other.received.at(-1)).toEqual({ type: 'echoed', data: 2 });
}, 3_600_000);
