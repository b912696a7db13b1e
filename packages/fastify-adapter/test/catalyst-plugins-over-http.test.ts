import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readPluginFiles } from '@catalyst-plugins/core/testing';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startServer, type TestServer } from './start-server.ts';

const corpus = fileURLToPath(new URL('../../core/test/fixtures/plugins/', import.meta.url));
/** Those that keep documents are used in a file of their own. */
const names = readdirSync(corpus).filter((name) => !['help-desk', 'view-counter'].includes(name));

/** A server with all plugins of the corpus, whose users come with a header. */
async function startWithAll(): Promise<TestServer> {
  const folders = await Promise.all(names.map(async (name) => [name, await readPluginFiles(corpus + name)] as const));
  return startServer({
    plugins: Object.fromEntries(folders),
    before(app) {
      app.decorateRequest('user', null);
      app.addHook('onRequest', async (request) => {
        const { 'x-user': id } = request.headers;
        if (id !== undefined) Object.assign(request, { user: { id, permissions: ['orders.*'] } });
      });
    },
  });
}

interface Client {
  /** Asks a plugin; resolves to the status and the JSON that came. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<[number, unknown]>;
}

function clientOf(server: TestServer): Client {
  return {
    async ask(method, path, body, headers = {}) {
      const json = body === undefined ? {} : { body: JSON.stringify(body) };
      const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await server.fetch(`/api/plugins/${path}`, { method, headers: { ...type, ...headers }, ...json });
      const text = await answer.text();
      return [answer.status, text === '' ? undefined : JSON.parse(text)];
    },
  };
}

/** What each plugin does for its users; called on a fresh generation each time. */
const uses: Readonly<Record<string, (client: Client, server: TestServer) => Promise<void>>> = {
  async 'activity-feed'({ ask }, { host }) {
    await ask('GET', 'activity-feed/clear');
    host.emit('user:login', { who: 'ana' });
    await expect
      .poll(() => ask('GET', 'activity-feed/feed'))
      .toEqual([200, { feed: ['login'], declared: ['activity:added', 'activity:cleared'] }]);
    expect(await ask('GET', 'activity-feed/clear')).toEqual([200, { cleared: 1 }]);
  },
  async 'chat-relay'({ ask }, { url }) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
    const received: { type: string; data?: unknown }[] = [];
    socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString('utf8'))));
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'plugin:chat-relay:say', data: { text: 'hello' } }));
    socket.send(JSON.stringify({ type: 'plugin:chat-relay:history' }));
    const line = { from: expect.any(String), text: 'hello' };
    await expect
      .poll(() => received.slice(1))
      .toEqual([
        { type: 'plugin:chat-relay:line', data: line },
        { type: 'plugin:chat-relay:history', data: [line] },
      ]);
    expect(await ask('GET', 'chat-relay/history')).toEqual([200, [line]]);
    socket.close();
    await once(socket, 'close');
  },
  async 'door-keeper'({ ask }) {
    expect(await ask('GET', 'door-keeper/door')).toEqual([200, ['callback', 'three', 'two']]);
    expect(await ask('GET', 'door-keeper/door', undefined, { 'x-banned': 'yes' })).toEqual([
      403,
      { success: false, error: 'banned' },
    ]);
    expect(await ask('GET', 'door-keeper/door')).toEqual([200, ['callback', 'three', 'callback', 'three', 'two']]);
  },
  async greeter({ ask }) {
    expect(await ask('PUT', 'greeter/loud', { loud: true })).toEqual([200, { loud: true }]);
    expect(await ask('GET', 'greeter/hello')).toEqual([200, { text: 'Hello you!' }]);
    expect(await ask('GET', 'greeter/footer')).toEqual([200, expect.objectContaining({ type: 'banner' })]);
    expect((await ask('PUT', 'greeter/loud', { loud: 'very' }))[0]).toBe(422);
  },
  async guestbook({ ask }) {
    const [, before] = await ask('GET', 'guestbook/stats');
    const { signed } = before as { signed: number };
    for (const text of ['one', 'two', 'three', 'four'])
      expect((await ask('POST', 'guestbook/entries', { name: 'Ana', text }))[0]).toBe(201);
    expect((await ask('POST', 'guestbook/entries', { name: 'Ana' }))[0]).toBe(400);
    const [, entries] = await ask('GET', 'guestbook/entries');
    expect((entries as { data: { text: string }[] }).data.map(({ text }) => text)).toEqual(['two', 'three', 'four']);
    expect(await ask('GET', 'guestbook/stats')).toEqual([200, { visits: 8, signed: signed + 4 }]);
  },
  async heartbeat({ ask }) {
    expect(await ask('GET', 'heartbeat/beats')).toEqual([200, { beats: 1, name: 'heartbeat' }]);
  },
  async 'order-desk'({ ask }) {
    const order = (body: object, user?: string): Promise<[number, unknown]> =>
      ask('POST', 'order-desk/orders', body, user === undefined ? {} : { 'x-user': user });
    expect(await ask('GET', 'order-desk/menu')).toEqual([200, { items: ['tea', 'coffee'], desk: 'ground floor' }]);
    expect((await order({ item: 'tea' }))[0]).toBe(401);
    expect(await order({}, 'ana')).toEqual([400, { success: false, reason: 'FST_ERR_VALIDATION' }]);
    expect(await order({ item: 'tea', count: 2 }, 'ana')).toEqual([
      201,
      { success: true, data: { item: 'tea', count: 2, total: 500, currency: 'EUR', user: 'ana' } },
    ]);
    expect(await order({ item: 'cake' }, 'ana')).toEqual([422, { success: false, reason: 'NO_PRICE' }]);
    expect(await ask('GET', 'order-desk/taken')).toEqual([200, { taken: 1 }]);
  },
  async pomodoro({ ask }, { host }) {
    const bells = (): number =>
      (host.get('pomodoro')?.registrations ?? []).filter(({ label }) => label === 'task bell').length;
    expect(await ask('POST', 'pomodoro/pace', { cron: '0 9 * * 1' })).toEqual([200, { pace: '0 9 * * 1' }]);
    expect(await ask('POST', 'pomodoro/pace', { cron: '0 8 * * 1' })).toEqual([200, { pace: '0 8 * * 1' }]);
    expect(bells()).toBe(1);
    expect((await ask('POST', 'pomodoro/pace', {}))[0]).toBe(400);
    expect(await ask('GET', 'pomodoro/')).toEqual([200, { ticks: 0, pace: '0 8 * * 1' }]);
  },
  async 'price-list'({ ask }) {
    expect(await ask('GET', 'price-list/asked')).toEqual([200, { asked: 0 }]);
  },
  async 'uptime-board'({ ask }) {
    const board = (rounds: number): object => ({
      rounds,
      results: ['web', 'mail'].map((target) => ({ target, up: true, round: rounds })),
    });
    expect(await ask('GET', 'uptime-board/board')).toEqual([200, board(1)]);
    expect(await ask('POST', 'uptime-board/look')).toEqual([202, board(2)]);
  },
};

test.each(names)('%s works over HTTP, also after a reload and after it was disabled and enabled', async (name) => {
  await using server = await startWithAll();
  const client = clientOf(server);
  const use = (): Promise<void> | undefined => uses[name]?.(client, server);
  const command = async (path: string, json: object): Promise<number> =>
    (await server.admin(`/api/plugins/${name}/${path}`, { method: 'POST', json })).status;
  expect(server.host.status().map(({ state }) => state)).toEqual(names.map(() => 'active'));
  const registered = server.host.get(name)?.registrations;
  await use();
  expect(await command('reload', {})).toBe(200);
  await use();
  expect(await command('enable', { enabled: false })).toBe(200);
  expect(await client.ask('GET', `${name}/anything`)).toEqual([
    503,
    expect.objectContaining({ code: 'PLUGIN_NOT_ACTIVE' }),
  ]);
  expect(await command('enable', { enabled: true })).toBe(200);
  expect(server.host.get(name)?.registrations).toEqual(registered);
  await use();
  await server.app.close();
  expect(server.host.inspect()).toEqual({ listeners: 0, generations: 0, activeCalls: 0 });
});

test('every plugin of the corpus is used here', () => {
  expect(Object.keys(uses).toSorted()).toEqual(names.toSorted());
});
