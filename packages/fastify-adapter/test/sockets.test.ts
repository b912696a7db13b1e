import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { onLoad, startServer, token, type TestServer } from './start-server.ts';

const plugins = {
  demo: {
    'index.js': onLoad(`
      ctx.onWebSocketMessage('ping', (data, clientId, user) => ctx.sendWebSocketMessage(clientId, { type: 'pong', data: { echo: data, user: user ?? null } }));
      ctx.onWebSocketMessage('plugin:demo:all', (data) => { ctx.sendWebSocketMessage('*', { type: 'news', data }); });
      ctx.onWebSocketMessage('throws', () => { throw new Error('in the handler'); });
    `),
  },
};

interface Client {
  readonly socket: WebSocket;
  readonly received: { type: string; data?: unknown; id?: unknown }[];
  send(message: unknown): void;
}

async function open(server: TestServer, path = '/ws', headers: Record<string, string> = {}): Promise<Client> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, { headers });
  const received: Client['received'] = [];
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString('utf8'))));
  await once(socket, 'open');
  return {
    socket,
    received,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
  };
}

test('a client is told its id, and a ping gets its pong at that client only', async () => {
  await using server = await startServer({ plugins });
  const [first, second] = [await open(server), await open(server)];
  first.send({ type: 'ping', data: { n: 1 } });
  await expect
    .poll(() => first.received)
    .toEqual([
      { type: 'connected', data: { clientId: expect.any(String) } },
      { type: 'pong', data: { echo: { n: 1 }, user: null } },
    ]);
  second.send({ type: 'plugin:demo:ping', data: { n: 2 } });
  await expect.poll(() => second.received.map(({ type }) => type)).toEqual(['connected', 'pong']);
  expect(first.received).toHaveLength(2);
});

test('a message to everybody reaches every client', async () => {
  await using server = await startServer({ plugins });
  const clients = [await open(server), await open(server)];
  clients[0]?.send({ type: 'all', data: 'hello' });
  for (const client of clients)
    await expect.poll(() => client.received.at(-1)).toEqual({ type: 'news', data: 'hello' });
});

test('bad JSON, no type, an unknown type, binary and too large messages get error frames, and the socket lives', async () => {
  await using server = await startServer({ plugins });
  const client = await open(server);
  client.send('{');
  client.send('[]');
  client.send({ data: 1 });
  client.send({ type: 'nobody-knows', id: 7 });
  client.socket.send(Buffer.from([1, 2, 3]), { binary: true });
  client.send({ type: 'ping', data: 'x'.repeat(2 * 1024 * 1024) });
  client.send({ type: '__proto__' });
  client.send({ type: 'throws' });
  client.send({ type: 'ping', data: 'still here' });
  await expect.poll(() => client.received.at(-1)).toEqual({ type: 'pong', data: { echo: 'still here', user: null } });
  const codes = client.received
    .filter(({ type }) => type === 'error')
    .map(({ data }) => (data as { code: string }).code);
  expect(codes).toEqual([
    'SOCKET_MESSAGE_INVALID',
    'SOCKET_MESSAGE_INVALID',
    'SOCKET_MESSAGE_INVALID',
    'SOCKET_TYPE_UNKNOWN',
    'SOCKET_MESSAGE_INVALID',
    'SOCKET_MESSAGE_TOO_LARGE',
    'SOCKET_TYPE_UNKNOWN',
  ]);
  expect(client.received.find(({ id }) => id === 7)).toMatchObject({ type: 'error' });
  expect(server.logger.lines.some(({ message }) => message.includes('in the handler'))).toBe(true);
});

test('a client that sends too fast is told so', async () => {
  await using server = await startServer({ plugins, adapter: { sockets: { messagesPerSecond: 1, messageBurst: 3 } } });
  const client = await open(server);
  for (let count = 0; count < 5; count += 1) client.send({ type: 'ping' });
  await expect
    .poll(() => client.received.map(({ type }) => type))
    .toEqual(['connected', 'pong', 'pong', 'pong', 'error', 'error']);
  expect(client.received.at(-1)).toMatchObject({ data: { code: 'SOCKET_TOO_FAST' } });
});

test('a reload closes no socket, and messages reach the new generation', async () => {
  await using server = await startServer({ plugins });
  const client = await open(server);
  await server.folder.write('demo', {
    'index.js': onLoad(
      `ctx.onWebSocketMessage('ping', (data, clientId) => ctx.sendWebSocketMessage(clientId, { type: 'pong', data: 'new' }));`,
    ),
  });
  await server.host.reload('demo');
  client.send({ type: 'ping' });
  await expect.poll(() => client.received.at(-1)).toEqual({ type: 'pong', data: 'new' });
  expect(client.socket.readyState).toBe(WebSocket.OPEN);
});

test('a disabled plugin hears nothing, and its messages are answered with the reason', async () => {
  await using server = await startServer({ plugins });
  const client = await open(server);
  await server.host.disable('demo');
  client.send({ type: 'plugin:demo:ping' });
  await expect.poll(() => client.received.at(-1)).toMatchObject({ type: 'error', data: { code: 'PLUGIN_NOT_ACTIVE' } });
  client.send({ type: 'ping' });
  await expect
    .poll(() => client.received.at(-1))
    .toMatchObject({ type: 'error', data: { code: 'SOCKET_TYPE_UNKNOWN' } });
});

test("the host's authentication decides who may connect, and the plugin sees the user", async () => {
  const authenticate = (request: { headers: Record<string, unknown> }): unknown =>
    request.headers['x-user'] === 'ana' ? { name: 'ana' } : null;
  await using server = await startServer({ plugins, adapter: { sockets: { authenticate } } });
  await expect(open(server)).rejects.toThrow('401');
  const client = await open(server, '/ws', { 'x-user': 'ana' });
  client.send({ type: 'ping', data: 1 });
  await expect.poll(() => client.received.at(-1)).toEqual({ type: 'pong', data: { echo: 1, user: { name: 'ana' } } });
});

test('a page of another site cannot open a socket, one of an allowed origin can', async () => {
  const authorize = (): { id: string } => ({ id: 'cookie-user' });
  const allowedOrigins = ['https://panel.example'];
  await using server = await startServer({
    plugins,
    adapter: { sockets: { allowedOrigins }, admin: { authorize, allowedOrigins } },
  });
  for (const path of ['/ws', '/ws/events']) {
    await expect(open(server, path, { origin: 'https://evil.example' }), path).rejects.toThrow('403');
    await open(server, path, { origin: 'https://panel.example' });
    await open(server, path, { origin: server.url });
  }
});

test('live events come over WebSocket to those who may read', async () => {
  await using server = await startServer({ plugins });
  await expect(open(server, '/ws/events')).rejects.toThrow('401');
  const client = await open(server, '/ws/events', { authorization: `Bearer ${token}` });
  await server.admin('/api/plugins/demo/enable', { method: 'POST', json: { enabled: false } });
  await expect
    .poll(() => client.received)
    .toContainEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-\d+$/),
      seq: expect.any(Number),
      type: 'plugin:disabled',
      plugin: 'demo',
      pluginId: expect.any(String),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { actor: 'ana' },
    });
});

test('live events come as server-sent events, resume after the last one seen, and say when too many were missed', async () => {
  await using server = await startServer({ plugins });
  const read = async (headers: Record<string, string>, until: string): Promise<string> => {
    const abort = new AbortController();
    const response = await server.admin('/api/plugins/events', { headers, signal: abort.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    while (!text.includes(until)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += Buffer.from(value).toString();
    }
    abort.abort();
    return text;
  };
  const seen = server.host.events.id;
  await server.host.disable('demo');
  const resumed = await read({ 'last-event-id': seen }, 'plugin:disabled');
  // entries of the audit log are numbered in the same sequence, and told to those who ask for them
  const first = server.host.events.since(seen)?.find(({ type }) => type !== 'plugin:audit')?.id;
  expect(resumed).toMatch(new RegExp(`^retry: 1000\n\nid: ${first}\nevent: plugin\n`));
  expect(await read({ 'last-event-id': `${seen}9999` }, 'reset')).toContain('event: reset');
});

test('close() ends live streams and sockets', async () => {
  const server = await startServer({ plugins });
  const client = await open(server);
  const response = await server.admin('/api/plugins/events');
  const closed = once(client.socket, 'close');
  await server.app.close();
  await closed;
  await expect(response.text()).resolves.toContain('retry');
  await server.folder[Symbol.asyncDispose]();
});
