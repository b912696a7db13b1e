import { once } from 'node:events';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createWorkplace, startHost, token, type RunningHost, type Workplace } from './running-host.ts';

const base = '/api/plugins/example-plugin';
let place: Workplace;
let host: RunningHost;

beforeAll(async () => {
  place = await createWorkplace();
  host = await startHost(place);
});

afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

const json = async (response: Promise<Response>): Promise<Record<string, unknown>> =>
  (await (await response).json()) as Record<string, unknown>;

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const target = path.join(place.pluginsDir, file);
  const edited = change(await readFile(target, 'utf8'));
  // as editors save: a new file takes the place of the old one
  await writeFile(`${target}.tmp`, edited);
  await rename(`${target}.tmp`, target);
}

test('the three curl commands answer right after the start', async () => {
  expect(await json(host.fetch(`${base}/hello`))).toMatchObject({
    success: true,
    message: 'Hello from the example plugin!',
  });
  expect(await json(host.fetch(`${base}/stats`))).toMatchObject({
    success: true,
    data: { requests: 2, servers: 3, greetings: 1 },
  });
  const echo = host.fetch(`${base}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"test":"data"}',
  });
  expect(await json(echo)).toMatchObject({ success: true, echo: { test: 'data' } });
  expect(await json(host.fetch(`${base}/me`))).toEqual({ success: true, user: null });
});

test('the second plugin is TypeScript without a build, and reads the tables of the panel', async () => {
  const board = await json(host.fetch('/api/plugins/server-board/servers?status=online'));
  expect(board).toEqual({
    success: true,
    total: 2,
    rows: [
      { name: 'ranked', game: 'Counter-Strike 2', online: true, slots: 10, owner: 'ben' },
      { name: 'survival', game: 'Minecraft', online: true, slots: 40, owner: 'ana' },
    ],
  });
  expect((await host.fetch('/api/plugins/server-board/servers?status=broken')).status).toBe(400);
});

test('a ping over the WebSocket gets its pong', async () => {
  const socket = new WebSocket(`${host.url.replace('http', 'ws')}/ws`);
  const received: unknown[] = [];
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString('utf8'))));
  await once(socket, 'open');
  socket.send('{"type":"ping","data":{"n":1}}');
  await expect
    .poll(() => received)
    .toMatchObject([{ type: 'connected' }, { type: 'pong', data: { received: { n: 1 } } }]);
  socket.close();
});

test('an event of the host application reaches the plugins', async () => {
  expect((await host.fetch('/servers/creative/start', { method: 'POST' })).status).toBe(200);
  await expect.poll(async () => (await json(host.fetch(`${base}/stats`)))['data']).toMatchObject({ serversStarted: 1 });
});

test('the admin API enables, disables, reloads and configures', async () => {
  expect((await host.fetch('/api/plugins')).status).toBe(401);
  expect((await json(host.admin('/api/plugins')))['data']).toMatchObject([
    { name: 'example-plugin', state: 'active' },
    { name: 'on-call', state: 'active' },
    { name: 'server-board', state: 'active' },
    { name: 'team-directory', state: 'active' },
    { name: 'ticket-desk', state: 'active' },
  ]);
  expect((await host.admin(`${base}/enable`, 'POST', { enabled: false })).status).toBe(200);
  expect((await host.fetch(`${base}/hello`)).status).toBe(503);
  expect((await host.admin(`${base}/enable`, 'POST', { enabled: true })).status).toBe(200);
  expect((await host.admin(`${base}/reload`, 'POST')).status).toBe(200);
  expect((await host.admin(`${base}/config`, 'PUT', { config: { greeting: 'Good evening' } })).status).toBe(200);
  expect(await json(host.fetch(`${base}/hello`))).toMatchObject({ message: 'Good evening' });
  expect((await host.admin(base)).headers.get('content-type')).toContain('application/json');
});

test('an edit of the entry, of a file it imports, and of one three folders deep is answered without a restart', async () => {
  const deep = path.join(place.pluginsDir, 'example-plugin/backend/lib/far/down');
  await mkdir(deep, { recursive: true });
  await writeFile(path.join(deep, 'word.js'), `export const word = 'first';\n`);
  await edit(
    'example-plugin/backend/lib/request-counter.js',
    (text) => `export { word } from './far/down/word.js';\n${text}`,
  );
  await edit('example-plugin/backend/index.js', (text) =>
    text
      .replace('import { countRequests }', 'import { countRequests, word }')
      .replace('message: greeting,', 'message: greeting, word,'),
  );
  const word = async (): Promise<unknown> => (await json(host.fetch(`${base}/hello`)))['word'];
  await expect.poll(word).toBe('first');
  await writeFile(path.join(deep, 'word.js'), `export const word = 'second';\n`);
  await expect.poll(word).toBe('second');
  await edit('example-plugin/backend/lib/request-counter.js', (text) =>
    text.replace(`export { word } from './far/down/word.js';`, `export const word = 'third';`),
  );
  await expect.poll(word).toBe('third');
});

test('a broken edit keeps the last good version serving, and the admin API shows file and line', async () => {
  await edit('server-board/backend/board-row.ts', (text) => `${text}\nexport const broken = ;\n`);
  const detail = async (): Promise<unknown> => (await json(host.admin('/api/plugins/server-board')))['data'];
  await expect
    .poll(detail)
    .toMatchObject({ state: 'active', lastFailure: { code: 'MODULE_FAILED', during: 'reload' } });
  expect(JSON.stringify(await detail())).toContain('board-row.ts:');
  expect((await host.fetch('/api/plugins/server-board/servers')).status).toBe(200);
  await edit('server-board/backend/board-row.ts', (text) => text.replace('\nexport const broken = ;\n', ''));
  await expect.poll(detail).toMatchObject({ state: 'active', lastFailure: null });
});

test('an edit that makes the plugin unhealthy keeps the last good version serving', async () => {
  const healthy = 'await ctx.db.server.count();\n    return';
  const unhealthy = "throw new Error('no servers');\n    return";
  await edit('example-plugin/backend/index.js', (text) => text.replace(healthy, unhealthy));
  const detail = async (): Promise<unknown> => (await json(host.admin(base)))['data'];
  await expect.poll(detail).toMatchObject({
    state: 'active',
    lastFailure: { code: 'HEALTH_FAILED', message: expect.stringContaining('no servers') },
  });
  expect((await host.fetch(`${base}/hello`)).status).toBe(200);
  await edit('example-plugin/backend/index.js', (text) => text.replace(unhealthy, healthy));
  await expect.poll(detail).toMatchObject({ state: 'active', lastFailure: null });
});

test('a new plugin folder is taken in while the host runs, and a removed one is let go', async () => {
  const patient = { timeout: 10_000 };
  const folder = path.join(place.pluginsDir, 'late');
  await mkdir(folder);
  await writeFile(
    path.join(folder, 'index.js'),
    `export default { onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/x', handler: () => 'late' }); } };`,
  );
  await writeFile(path.join(folder, 'plugin.json'), '{"name":"late","version":"1.0.0","backend":{"entry":"index.js"}}');
  await expect.poll(async () => (await host.fetch('/api/plugins/late/x')).status, patient).toBe(200);
  await rename(folder, path.join(place.dataDir, 'moved-away'));
  await expect.poll(async () => (await host.fetch('/api/plugins/late/x')).status, patient).toBe(404);
});

test('no secret reaches an answer, the audit or the log', async () => {
  const secret = 'canary-5e0c2d';
  const saved = await host.admin('/api/plugins/server-board/config', 'PUT', { config: { webhookToken: secret } });
  expect(saved.status).toBe(200);
  const texts = [
    await saved.text(),
    await (await host.admin('/api/plugins/server-board')).text(),
    await (await host.admin('/api/plugins/audit')).text(),
    host.output(),
  ];
  expect(texts[1]).toContain('"$secret":"set"');
  for (const text of texts) expect(text).not.toContain(secret);
  expect(host.output()).not.toContain(token);
});

test('the OpenAPI document of the host and its plugins is valid, and there is a page to read it', async () => {
  const document = (await json(host.admin('/api/plugins/openapi.json'))) as { paths: object };
  expect(await new Validator().validate(document as never)).toMatchObject({ valid: true });
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([`${base}/hello`, '/api/plugins/server-board/servers']),
  );
  expect(await (await host.fetch('/api/plugins/docs')).text()).toContain('docs/page.js');
});
