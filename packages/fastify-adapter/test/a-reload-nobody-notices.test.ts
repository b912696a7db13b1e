import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startServer, type TestServer } from './start-server.ts';

const base = '/api/plugins/demo';

/** A plugin that tells its version, streams slowly, reads uploads and echoes messages. */
const version = (number: number): Record<string, string> => ({
  'index.js': `
    import { Readable } from 'node:stream';
    import { createHash } from 'node:crypto';
    import { setTimeout as wait } from 'node:timers/promises';
    async function* pieces(size) {
      for (let sent = 0; sent < size; sent += 65536) { yield Buffer.alloc(65536, sent / 65536); await wait(1); }
    }
    export default { onLoad(ctx) {
      ctx.registerRoute({ method: 'GET', url: '/version', handler: async () => ({ version: ${number} }) });
      ctx.registerRoute({ method: 'GET', url: '/slow', handler: async () => { await wait(5); return { version: ${number} }; } });
      ctx.registerRoute({ method: 'GET', url: '/stream', handler: (request, reply) => reply.header('x-version', '${number}').send(Readable.from(pieces(65536 * 40))) });
      ctx.registerRoute({ method: 'POST', url: '/upload', bodyLimit: 50_000_000, handler: async ({ body }) => ({ version: ${number}, hash: createHash('sha256').update(body.text).digest('hex') }) });
      ctx.onWebSocketMessage('count', (n, clientId) => ctx.sendWebSocketMessage(clientId, { type: 'counted', data: n }));
    } };`,
});
const broken = [
  { 'index.js': 'export default { onLoad() { throw new Error("broken"); } };' },
  { 'index.js': 'export default {' },
  { 'index.js': 'export default { async onEnable() { throw new Error("broken"); } };' },
];

async function reload(server: TestServer): Promise<number> {
  return (await server.admin(`${base}/reload`, { method: 'POST' })).status;
}

interface Answer {
  readonly status: number;
  readonly version: number;
}

async function readAnswer(response: http.IncomingMessage): Promise<Answer> {
  const { version: answered } = JSON.parse(Buffer.concat(await response.toArray()).toString()) as Answer;
  return { status: response.statusCode ?? 0, version: answered };
}

/** Asks again and again on one kept-alive connection until told to stop. */
async function askRepeatedly(server: TestServer, path: string, signal: AbortSignal): Promise<Answer[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const answers: Answer[] = [];
  while (!signal.aborted) {
    answers.push(
      await new Promise<Answer>((resolve, reject) => {
        http
          .get(`${server.url}${path}`, { agent }, (response) => void readAnswer(response).then(resolve, reject))
          .on('error', reject);
      }),
    );
  }
  agent.destroy();
  return answers;
}

test('no request fails during a hundred reloads, a third of them of broken versions, and no connection goes back in time', async () => {
  await using server = await startServer({ plugins: { demo: version(0) } });
  const stop = new AbortController();
  const clients = Array.from({ length: 16 }, (_, index) =>
    askRepeatedly(server, `${base}${index % 2 === 0 ? '/version' : '/slow'}`, stop.signal),
  );
  for (let number = 1; number <= 100; number += 1) {
    const bad = broken[number % 9];
    await server.folder.write('demo', bad ?? version(number));
    expect(await reload(server)).toBe(bad ? 500 : 200);
  }
  stop.abort();
  const answers = await Promise.all(clients);
  for (const ofClient of answers) {
    expect(new Set(ofClient.map(({ status }) => status))).toEqual(new Set([200]));
    const versions = ofClient.map((answer) => answer.version);
    expect(versions).toEqual(versions.toSorted((left, right) => left - right));
  }
  expect(answers.flat().length).toBeGreaterThan(100);
  await expect.poll(() => server.host.inspect().generations).toBe(1);
});

test('a response that is streamed across a reload ends whole, on the old generation', async () => {
  await using server = await startServer({ plugins: { demo: version(1) } });
  const streaming = await server.fetch(`${base}/stream`);
  const reader = (streaming.body as ReadableStream<Uint8Array>).getReader();
  const hash = createHash('sha256');
  let length = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    if (length === 0) {
      await server.folder.write('demo', version(2));
      expect(await reload(server)).toBe(200);
      expect(await (await server.fetch(`${base}/version`)).json()).toEqual({ version: 2 });
      expect(server.host.inspect().generations).toBe(2);
    }
    length += piece.value.length;
    hash.update(piece.value);
  }
  expect([streaming.headers.get('x-version'), length]).toEqual(['1', 65536 * 40]);
  const whole = Buffer.concat(Array.from({ length: 40 }, (_, index) => Buffer.alloc(65536, index)));
  expect(hash.digest('hex')).toBe(createHash('sha256').update(whole).digest('hex'));
  await expect.poll(() => server.host.inspect().generations).toBe(1);
});

test('an upload that is still arriving during a reload is answered whole', async () => {
  await using server = await startServer({ plugins: { demo: version(1) } });
  const text = randomBytes(200_000).toString('hex');
  const body = JSON.stringify({ text });
  const request = http.request(`${server.url}${base}/upload`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  request.write(body.slice(0, 100_000));
  await server.folder.write('demo', version(2));
  expect(await reload(server)).toBe(200);
  request.end(body.slice(100_000));
  const [response] = await answered;
  const answer = JSON.parse(Buffer.concat(await response.toArray()).toString()) as { hash: string };
  expect([response.statusCode, answer.hash]).toEqual([200, createHash('sha256').update(text).digest('hex')]);
  await expect.poll(() => server.host.inspect().generations).toBe(1);
});

test('fifty sockets stay open across twenty reloads, and no message is lost or answered twice', async () => {
  await using server = await startServer({ plugins: { demo: version(0) } });
  const clients = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`);
      const counted: number[] = [];
      let closed = 0;
      socket.on('close', () => (closed += 1));
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string; data: number };
        if (message.type !== 'connected') counted.push(message.type === 'counted' ? message.data : Number.NaN);
      });
      await once(socket, 'open');
      return { socket, counted, isClosed: () => closed > 0 };
    }),
  );
  let sent = 0;
  for (let number = 1; number <= 20; number += 1) {
    await server.folder.write('demo', version(number));
    const reloaded = reload(server);
    sent += 1;
    for (const { socket } of clients) socket.send(JSON.stringify({ type: 'count', data: sent }));
    expect(await reloaded).toBe(200);
    sent += 1;
    for (const { socket } of clients) socket.send(JSON.stringify({ type: 'count', data: sent }));
  }
  const all = Array.from({ length: sent }, (_, index) => index + 1);
  for (const { counted } of clients) await expect.poll(() => counted).toEqual(all);
  expect(clients.some(({ isClosed }) => isClosed())).toBe(false);
  for (const { socket } of clients) socket.terminate();
});

test('two hundred commands of two administrators at once end in a state that is consistent everywhere', async () => {
  await using server = await startServer({ plugins: { demo: version(1) } });
  const commands = ['reload', 'enable', 'disable', 'rollback'];
  const give = async (client: number): Promise<number[]> => {
    const given = Array.from({ length: 100 }, (_, index) => {
      const command = commands[(index * 7 + client * 3 + (index >> 2)) % commands.length] ?? 'reload';
      if (command === 'rollback') return server.admin('/api/plugins/-/demo/rollback', { method: 'POST' });
      if (command === 'reload') return server.admin(`${base}/reload`, { method: 'POST' });
      return server.admin(`${base}/enable`, { method: 'POST', json: { enabled: command === 'enable' } });
    });
    return (await Promise.all(given)).map(({ status }) => status);
  };
  const statuses = (await Promise.all([give(0), give(1)])).flat();
  // there is no release to go back to: a rollback is refused, everything else works
  expect(new Set(statuses)).toEqual(new Set([200, 409]));
  const detail = server.host.get('demo');
  expect(detail?.state).toBe(detail?.enabled ? 'active' : 'disabled');
  expect((await server.fetch(`${base}/version`)).status).toBe(detail?.enabled ? 200 : 503);
  expect(new Set(server.host.operations.list().map(({ phase }) => phase))).toEqual(new Set(['ended']));
  await expect.poll(() => server.host.inspect().generations).toBeLessThanOrEqual(1);
  const audited = await server.host.audit({ plugin: 'demo', limit: 1_000 });
  const latest = audited.find(({ type }) => type === 'plugin:enabled' || type === 'plugin:disabled');
  expect(latest?.type).toBe(detail?.enabled ? 'plugin:enabled' : 'plugin:disabled');
});

test('close() during a reload waits for it and leaves nothing running', async () => {
  const slow = (word: string): Record<string, string> => ({
    'index.js': `
      import { setTimeout as wait } from 'node:timers/promises';
      export default {
        async onEnable(ctx) { await wait(50); ctx.on('ask', () => globalThis.heard.push('${word}')); },
        onUnload() { globalThis.heard.push('unloaded ${word}'); },
      };`,
  });
  const heard: string[] = [];
  Object.assign(globalThis, { heard });
  await using server = await startServer({ plugins: { demo: slow('old') } });
  await server.folder.write('demo', slow('new'));
  const reloading = server.host.reload('demo');
  await expect.poll(() => server.host.operations.list()[0]?.phase).toBe('enabling');
  await server.app.close();
  await reloading;
  server.host.emit('ask');
  expect(heard.toSorted()).toEqual(['unloaded new', 'unloaded old']);
  expect(server.host.inspect()).toMatchObject({ generations: 0, activeCalls: 0 });
});
