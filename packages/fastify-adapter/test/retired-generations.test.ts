import http from 'node:http';
import { once } from 'node:events';
import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { onLoad, startServer, type TestServer } from './start-server.ts';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

const code = onLoad(`
  const schema = { body: { type: 'object', properties: { n: { type: 'integer' } } }, response: { 200: { type: 'object', properties: { n: { type: 'integer' } } } } };
  ctx.registerRoute({ method: 'POST', url: '/echo/:id', schema, preHandler: async () => {}, handler: async (request) => request.body });
  ctx.registerRoute({ method: 'GET', url: '/fail', handler: async () => { throw new Error('no'); } });
  ctx.registerMiddleware((request, reply, next) => next());
  ctx.onWebSocketMessage('ping', () => ctx.sendWebSocketMessage('*', { type: 'pong' }));
`);

const base = '/api/plugins/demo';

/** A function of its own: what a test has in hand while it waits would be held by it. */
async function useEverything(server: TestServer, agent: http.Agent): Promise<void> {
  const ask = async (method: string, path: string, body?: string): Promise<number | undefined> => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const request = http.request(`${server.url}${base}${path}`, { agent, method, headers });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  };
  expect(await ask('POST', '/echo/1', '{"n":1}')).toBe(200);
  expect(await ask('GET', '/fail')).toBe(500);
  expect(await ask('GET', '/nothing')).toBe(404);
}

async function ping(socket: WebSocket): Promise<void> {
  socket.send(JSON.stringify({ type: 'plugin:demo:ping' }));
  await once(socket, 'message');
}

test('a retired generation is collected although its connections and sockets live on', async () => {
  await using server = await startServer({ plugins: { demo: { 'index.js': code } } });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`);
  await once(socket, 'open');
  for (let round = 0; round < 3; round += 1) {
    await useEverything(server, agent);
    await ping(socket);
    await server.host.reload('demo');
  }
  await vi.waitFor(
    async () => {
      await new Promise(setImmediate);
      collectGarbage();
      const states = server.host.get('demo')?.retired.map(({ state }) => state);
      expect(states).toEqual(['collected', 'collected', 'collected']);
    },
    { timeout: 10_000, interval: 5 },
  );
  await ping(socket);
  const { data } = await (await server.admin(base)).json();
  expect(data.retired[0]).toMatchObject({
    generation: 3,
    version: '1.0.0',
    state: 'collected',
    heldForMs: 0,
    heldBy: [],
  });
  expect(data.leftBehind).toEqual([]);
  socket.close();
  agent.destroy();
});
