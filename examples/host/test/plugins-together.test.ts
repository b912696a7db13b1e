import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalystPlugins } from '@catalyst-plugins/fastify';
import {
  createTestHost,
  manifestOf,
  readPluginFiles,
  type PluginFiles,
  type TestHost,
} from '@catalyst-plugins/core/testing';
import Fastify from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';

const pluginsDir = fileURLToPath(new URL('../catalyst-plugins', import.meta.url));
const names = ['ticket-desk', 'team-directory', 'on-call'] as const;
const hourMs = 3_600_000;

interface Ticket {
  readonly number: number;
  readonly title: string;
  readonly assignee: string | null;
  readonly overdue: boolean;
  readonly tags: readonly string[];
}

/** The desk and the plugins around it, in this process: the test moves clock and scheduler. */
interface DeskTest extends AsyncDisposable {
  readonly testHost: TestHost;
  /** What the desk answers; throws unless it is a success. */
  call<Data>(method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object): Promise<Data>;
  open(title: string, priority: string): Promise<Ticket>;
  list(): Promise<Ticket[]>;
}

/** Starts the three plugins as they are, but for those that something else stands in for. */
async function setUp(standIns: Readonly<Record<string, PluginFiles>> = {}): Promise<DeskTest> {
  const files = names.map(async (name) => [name, standIns[name] ?? (await filesOf(name))] as const);
  const testHost = await createTestHost({ plugins: Object.fromEntries(await Promise.all(files)), start: false });
  const app = Fastify();
  app.decorateRequest('user', null);
  await app.register(catalystPlugins, {
    host: testHost.host,
    admin: false,
    authenticate: (request) => void Object.assign(request, { user: { id: 'admin', permissions: ['*'] } }),
  });
  await app.ready();
  const call: DeskTest['call'] = async (method, url, payload) => {
    const answer = await app.inject({ method, url: `/api/plugins/ticket-desk${url}`, ...(payload && { payload }) });
    if (answer.statusCode >= 300) throw new Error(answer.body);
    return answer.json<{ data: never }>().data;
  };
  return {
    testHost,
    call,
    open: (title, priority) => call('POST', '/tickets', { title, priority }),
    list: () => call('GET', '/tickets?sort=oldest'),
    async [Symbol.asyncDispose]() {
      await app.close();
      await testHost[Symbol.asyncDispose]();
    },
  };
}

const filesOf = (name: string): Promise<PluginFiles> => readPluginFiles(path.join(pluginsDir, name));

afterEach(() => void vi.useRealTimers());

test('tickets that nobody answered in time are overdue, and everybody hears of each of them once', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T12:00:00Z') });
  await using desk = await setUp();
  const heard: unknown[] = [];
  const stopListening = desk.testHost.host.on('ticket:overdue', (data) => heard.push(data));
  const overdue = async (): Promise<string[]> =>
    (await desk.list()).filter((ticket) => ticket.overdue).map(({ title }) => title);
  const overdueAfterTick = (): Promise<string[]> => {
    expect(desk.testHost.scheduler.tick('* * * * *')).toBe(1);
    return overdue();
  };
  await desk.open('today', 'high');
  await desk.open('solved', 'high');
  await desk.open('this week', 'low');
  await desk.call('PATCH', '/tickets/2', { status: 'solved' });

  vi.setSystemTime(Date.now() + 24 * hourMs + 1);
  await expect.poll(overdueAfterTick).toEqual(['today']);
  expect(heard).toEqual([{ number: 1, dueAt: '2026-03-02T12:00:00.000Z' }]);

  vi.setSystemTime(Date.now() + 168 * hourMs);
  await expect.poll(overdueAfterTick).toEqual(['today', 'this week']);
  expect(heard).toHaveLength(2);

  await desk.call('PATCH', '/tickets/1', { priority: 'urgent' });
  expect(await overdue()).toEqual(['this week']);
  stopListening();
  await desk.testHost.expectNothingLeft();
});

test('tickets of version 1.0, which had no tags, get an empty list of them with the upgrade', async () => {
  const first = {
    'plugin.json': manifestOf('ticket-desk', { version: '1.0.4' }),
    'index.js': `export default {
      onEnable: (ctx) => ctx.collection('tickets').insert({ number: 7, title: 'old', status: 'open' }),
    };`,
  };
  await using desk = await setUp({ 'ticket-desk': first });
  expect(desk.testHost.host.summary('on-call')).toMatchObject({ state: 'blocked' });
  await desk.testHost.folder.write('ticket-desk', await filesOf('ticket-desk'));
  await desk.testHost.host.reload('ticket-desk');
  expect(await desk.list()).toMatchObject([{ number: 7, title: 'old', tags: [] }]);
  expect(await desk.open('new', 'low')).toMatchObject({ number: 8 });
  await expect.poll(() => desk.testHost.host.summary('on-call')).toMatchObject({ state: 'active' });
  await desk.testHost.expectNothingLeft();
});

test.each(names)('urgent tickets find somebody on call, in turn, while %s is reloaded', async (name) => {
  await using desk = await setUp();
  const titles = Array.from({ length: 12 }, (_, index) => `urgent ${index}`);
  const reloads = (async () => {
    for (let count = 0; count < 3; count += 1) await desk.testHost.host.reload(name);
  })();
  for (const title of titles) await desk.open(title, 'urgent');
  await reloads;
  await expect.poll(async () => (await desk.list()).filter(({ assignee }) => assignee === null)).toEqual([]);
  const assigned = (await desk.list()).map(({ assignee }) => assignee);
  expect(['ana', 'ben'].map((who) => assigned.filter((assignee) => assignee === who).length)).toEqual([6, 6]);
  expect(desk.testHost.logger.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  await desk.testHost.expectNothingLeft();
});
