import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createWorkplace, startHost, token, type RunningHost, type Workplace } from './running-host.ts';

const base = '/api/plugins/ticket-desk';
const agent = 'token-of-ana';
const users = JSON.stringify({ [agent]: { id: 'ana', permissions: ['tickets.write'] } });
let place: Workplace;
let host: RunningHost;

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- what the host answers is what is tested
  readonly body: any;
}

async function call(method: string, path: string, body?: unknown, bearer: string | null = agent): Promise<Answer> {
  const response = await host.fetch(`${base}${path}`, {
    method,
    headers: {
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

const titles = ({ body }: Answer): string[] => body.data.map(({ title }: { title: string }) => title);

beforeAll(async () => {
  place = await createWorkplace();
  host = await startHost(place, { PANEL_USERS: users });
});

afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

test('everybody reads, who may write opens tickets, and who may manage removes them', async () => {
  const ticket = { title: 'Lag on survival', description: 'Since noon.', priority: 'high', tags: ['network'] };
  expect((await call('POST', '/tickets', ticket, null)).status).toBe(401);
  expect((await call('POST', '/tickets', ticket, 'no-such-token')).status).toBe(401);
  expect(await call('POST', '/tickets', ticket)).toMatchObject({
    status: 201,
    body: { data: { number: 1, author: 'ana', status: 'open', assignee: null, overdue: false } },
  });
  expect((await call('POST', '/tickets', { title: '' })).status).toBe(400);
  expect(await call('GET', '/tickets', undefined, null)).toMatchObject({ status: 200, body: { total: 1 } });
  expect((await call('DELETE', '/tickets/1')).status).toBe(403);
});

test('two hundred that open a ticket at once get two hundred numbers', async () => {
  const opened = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      call('POST', '/tickets', { title: `Crowd ${index}`, priority: 'low', tags: ['crowd'] }),
    ),
  );
  expect(new Set(opened.map(({ body }) => body.data.number)).size).toBe(200);
  expect((await call('GET', '/tickets?tag=crowd')).body).toMatchObject({ total: 200, pages: 10 });
});

test('tickets are found by status, tag, words and assignee, page by page', async () => {
  await call('POST', '/tickets', { title: 'Refund (50%)', description: 'Paid twice', tags: ['billing', 'vip'] });
  expect(titles(await call('GET', '/tickets?tag=vip'))).toEqual(['Refund (50%)']);
  expect(titles(await call('GET', `/tickets?q=${encodeURIComponent('(50%)')}`))).toEqual(['Refund (50%)']);
  expect(titles(await call('GET', '/tickets?q=PAID'))).toEqual(['Refund (50%)']);
  expect(titles(await call('GET', '/tickets?sort=oldest&page=1'))[0]).toBe('Lag on survival');
  expect((await call('GET', '/tickets?assignee=nobody&priority=high')).body.total).toBe(1);
  const [first, second] = [await call('GET', '/tickets?page=1'), await call('GET', '/tickets?page=2')];
  expect(first.body.data).toHaveLength(20);
  expect(titles(first).filter((title) => titles(second).includes(title))).toEqual([]);
});

test('comments are counted and shown with their ticket', async () => {
  expect((await call('POST', '/tickets/1/comments', { text: 'Looking into it.' })).status).toBe(201);
  expect((await call('POST', '/tickets/9999/comments', { text: 'Nobody reads this.' })).status).toBe(404);
  expect((await call('GET', '/tickets/1')).body.data).toMatchObject({
    commentCount: 1,
    comments: [{ author: 'ana', text: 'Looking into it.' }],
  });
});

test('many are changed at once, and counted', async () => {
  const { body } = await call('GET', '/tickets?tag=crowd');
  const numbers = body.data.map(({ number }: { number: number }) => number);
  const order = { numbers, change: { status: 'solved', addTag: 'done' } };
  expect((await call('POST', '/tickets/bulk', order)).status).toBe(403);
  expect((await call('POST', '/tickets/bulk', order, token)).body.data).toEqual({ changed: 20 });
  expect((await call('GET', '/tickets?tag=done')).body.total).toBe(20);
  expect((await call('GET', '/statistics')).body.data).toMatchObject({
    total: 202,
    byStatus: { open: 182, solved: 20 },
    unsolvedByPriority: { high: 1, normal: 1, low: 180 },
  });
});

test('the table that is exported is safe to open in a spreadsheet', async () => {
  await call('POST', '/tickets', { title: '=HYPERLINK("http://x")', tags: ['formula'] });
  expect((await call('GET', '/export.csv?tag=formula')).status).toBe(403);
  const { body } = await call('GET', '/export.csv?tag=formula', undefined, token);
  expect(body.split('\r\n')[0]).toBe('number,title,status,priority,assignee,author,dueAt,overdue,tags');
  expect(body).toContain(`"'=HYPERLINK(""http://x"")"`);
});

test('an urgent ticket is given to whoever is on call, by two other plugins, and browsers hear of it', async () => {
  const socket = new WebSocket(`${host.url.replace('http', 'ws')}/ws`);
  const changed: number[] = [];
  socket.on('message', (text: Buffer) => {
    const { type, data } = JSON.parse(text.toString('utf8'));
    if (type === 'ticket-desk:changed') changed.push(data.number);
  });
  await once(socket, 'open');
  const { body } = await call('POST', '/tickets', { title: 'Everything is down', priority: 'urgent' });
  const { number } = body.data;
  await expect.poll(async () => (await call('GET', `/tickets/${number}`)).body.data.assignee).toBe('ana');
  await expect.poll(() => changed).toEqual([number, number]);
  socket.close();
});

test('the desk cannot be disabled under the plugin that needs it, unless that goes too and comes back with it', async () => {
  const enable = (body: object): Promise<Response> => host.admin(`${base}/enable`, 'POST', body);
  const stateOf = async (name: string): Promise<string> =>
    ((await (await host.admin(`/api/plugins/${name}`)).json()) as { data: { state: string } }).data.state;
  const refused = await enable({ enabled: false });
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({
    code: 'DEPENDANTS_ACTIVE',
    details: { dependants: [{ name: 'on-call' }] },
  });
  expect((await enable({ enabled: false, cascade: true })).status).toBe(200);
  expect(await stateOf('on-call')).toBe('blocked');
  expect((await enable({ enabled: true })).status).toBe(200);
  await expect.poll(() => stateOf('on-call')).toBe('active');
});

test('tickets are there after a restart', async () => {
  await host.stop();
  host = await startHost(place, { PANEL_USERS: users });
  expect((await call('GET', '/statistics')).body.data).toMatchObject({ total: 204 });
  expect((await call('GET', '/tickets/1')).body.data).toMatchObject({ commentCount: 1 });
});
