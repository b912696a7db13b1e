import { Agent } from 'node:http';
import { createPluginsFolder, type PluginsFolder } from '@catalyst-plugins/core/testing';
import { describe, expect, it, test, vi } from 'vitest';
import { get } from './support/get.ts';
import { startBuiltServerProcess, startServerProcess, type ServerProcess } from './support/server-process.ts';
import { stallKinds, unreachable } from './support/stall-kinds.ts';

// each test starts a process or two
vi.setConfig({ testTimeout: 90_000 });

interface State {
  readonly plugins: readonly {
    readonly name: string;
    readonly state: string;
    readonly reason: { code: string; message: string } | null;
  }[];
  readonly audit: readonly { readonly type: string; readonly data: Record<string, unknown> }[];
  readonly isTainted: boolean;
}

interface Told {
  readonly figures: { readonly eventLoop: { readonly stalls: number; readonly stalledMs: number } };
  readonly exposition: string;
  readonly health: { readonly lastCheck: { readonly outcome: string; readonly message: string } };
}

async function stateOf(server: ServerProcess): Promise<State> {
  return JSON.parse((await get(server, '/state')).text) as State;
}

const entry = (body: string): string => `
import { execSync } from 'node:child_process';
export default { onLoad(ctx) {
  ctx.registerRoute({ method: 'GET', url: '/stall', handler: async () => {
    ${body}
  } });
  ctx.registerRoute({ method: 'GET', url: '/fine', handler: async () => 'fine' });
} };
`;

const bad = (body: string) => ({ bad: { 'index.js': entry(body) }, good: { 'index.js': entry("return 'good';") } });
const fine = '/api/plugins/good/fine';

async function folderWith(body: string): Promise<PluginsFolder> {
  return createPluginsFolder(bad(body));
}

const kinds = Object.entries(stallKinds);
const ended = kinds.filter(([kind]) => !unreachable.has(kind));

describe('an event loop that a plugin blocks for ever', () => {
  it.each(ended)('%s is ended, the plugin named, and everybody else served', async (_kind, body) => {
    await using folder = await folderWith(body);
    await using server = await startServerProcess('./stall-host.ts', folder.directory);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const stalled = get(server, '/api/plugins/bad/stall', { agent }).catch(() => ({ status: 503, text: 'cut' }));
    // sent while nobody can answer
    await new Promise((resolve) => setTimeout(resolve, 100));
    const behind = await Promise.all([get(server, '/own'), get(server, fine), get(server, '/own')]);
    expect(behind.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await stalled).status).toBe(503);
    // on the connection on which the code was ended, as far as it is still there
    expect((await get(server, '/own', { agent })).text).toBe('the host');
    expect((await get(server, fine)).text).toBe('fine');
    expect((await get(server, '/api/plugins/bad/fine')).status).toBe(503);
    agent.destroy();
    const { plugins, audit, isTainted } = await stateOf(server);
    expect(plugins.find(({ name }) => name === 'bad')).toMatchObject({
      state: 'quarantined',
      reason: {
        message: expect.stringMatching(/blocked the event loop for 1000 ms and was ended \(index\.js:\d+:\d+\)/),
      },
    });
    expect(audit.find(({ type }) => type === 'plugin:crashed')?.data).toMatchObject({
      origin: 'stall',
      where: expect.stringMatching(/^index\.js:\d+:\d+$/),
    });
    expect(isTainted).toBe(true);
    expect(server.isAlive()).toBe(true);
  });

  it.each(kinds.filter(([kind]) => unreachable.has(kind)))(
    '%s is in the way until the process is killed; the next one leaves the plugin alone',
    async (_kind, body) => {
      await using folder = await folderWith(body);
      const first = await startServerProcess('./stall-host.ts', folder.directory);
      const stalled = get(first, '/api/plugins/bad/stall').catch(() => 'cut');
      await expect.poll(() => folder.has('.stall.json'), { timeout: 30_000 }).toBe(true);
      await first.kill();
      expect(await stalled).toBe('cut');
      await using second = await startServerProcess('./stall-host.ts', folder.directory);
      expect((await get(second, fine)).text).toBe('fine');
      const { plugins } = await stateOf(second);
      expect(plugins.find(({ name }) => name === 'bad')).toMatchObject({
        state: 'quarantined',
        reason: {
          message: expect.stringMatching(/blocked the event loop at .* until the process ended \(index\.js:5:\d+\)/),
        },
      });
      await expect.poll(() => folder.has('.stall.json')).toBe(false);
    },
  );
});

test('packages as they are published end a loop without an end too', async () => {
  await using folder = await folderWith('for (;;);');
  await using server = await startBuiltServerProcess('./stall-host.ts', folder.directory);
  const stalled = get(server, '/api/plugins/bad/stall').catch(() => ({ status: 503 }));
  expect((await get(server, fine)).text).toBe('fine');
  expect((await stalled).status).toBe(503);
  const { plugins } = await stateOf(server);
  expect(plugins.find(({ name }) => name === 'bad')?.state).toBe('quarantined');
});

const busy = (ms: number): string => `const end = Date.now() + ${ms}; while (Date.now() < end); return 'done';`;

test('a stall that ends by itself is written down with its culprit, once a minute, and nobody is taken off', async () => {
  await using folder = await folderWith(busy(1_500));
  await using server = await startServerProcess('./stall-host.ts', folder.directory, '300', 'never');
  for (let time = 0; time < 2; time += 1) expect((await get(server, '/api/plugins/bad/stall')).text).toBe('done');
  const lines = (): unknown[] => server.output().match(/blocked the event loop for \d+ ms \(index\.js:5:\d+\)/g) ?? [];
  await expect.poll(lines, { timeout: 30_000 }).toHaveLength(2);
  const { plugins, audit, isTainted } = await stateOf(server);
  expect(plugins.find(({ name }) => name === 'bad')?.state).toBe('active');
  const entries = audit.filter(({ type }) => type === 'plugin:stalled');
  expect(entries).toHaveLength(1);
  expect(entries[0]?.data).toMatchObject({ ms: expect.any(Number), where: expect.stringMatching(/^index\.js:5:/) });
  expect(Number(entries[0]?.data['ms'])).toBeGreaterThan(1_000);
  expect(isTainted).toBe(false);
  // what is counted of it, where a scrape finds it, and what its next check says
  const { figures, exposition, health } = JSON.parse((await get(server, '/told')).text) as Told;
  expect(figures.eventLoop).toMatchObject({ stalls: 2, stalledMs: expect.any(Number) });
  expect(figures.eventLoop.stalledMs).toBeGreaterThan(2_000);
  expect(exposition).toContain('\ncatalyst_plugin_event_loop_stalls_total{plugin="bad"} 2\n');
  expect(exposition).toContain('\ncatalyst_plugin_event_loop_stalls_total{plugin="good"} 0\n');
  expect(health.lastCheck).toMatchObject({
    outcome: 'warned',
    message: 'It held up the process 2 times since the last check.',
  });
});

test('what the application does for a plugin is written down as the doing of the plugin and is never ended', async () => {
  await using folder = await folderWith('return ctx.db.work(3_500);');
  await using server = await startServerProcess('./stall-host.ts', folder.directory);
  expect((await get(server, '/api/plugins/bad/stall')).text).toBe('done');
  await expect.poll(() => server.output(), { timeout: 30_000 }).toMatch(/bad\\" blocked the event loop for \d+ ms/);
  const { plugins, isTainted } = await stateOf(server);
  expect(plugins.map(({ state }) => state)).toEqual(['active', 'active']);
  expect(isTainted).toBe(false);
});

test('a plugin that does blocking work in turn with the application is ended in code of its own', async () => {
  await using folder = await folderWith(`
    for (;;) {
      await ctx.db.work(40);
      for (const end = Date.now() + 40; Date.now() < end;);
    }`);
  await using server = await startServerProcess('./stall-host.ts', folder.directory);
  const stalled = get(server, '/api/plugins/bad/stall').catch(() => 'cut');
  expect((await get(server, fine)).text).toBe('fine');
  expect(await stalled).toMatchObject({ status: 503 });
  const { plugins } = await stateOf(server);
  expect(plugins.find(({ name }) => name === 'bad')).toMatchObject({
    state: 'quarantined',
    reason: { message: expect.stringMatching(/was ended \(index\.js:\d+:\d+\)/) },
  });
});

test("a stall of the application is written down as nobody's and is never ended", async () => {
  await using folder = await folderWith("return 'fine';");
  await using server = await startServerProcess('./stall-host.ts', folder.directory);
  expect((await get(server, '/busy?ms=2500')).text).toBe('done');
  await expect.poll(() => server.output(), { timeout: 30_000 }).toMatch(/no plugin is known to have caused it/);
  const { plugins, isTainted } = await stateOf(server);
  expect(plugins.map(({ state }) => state)).toEqual(['active', 'active']);
  expect(isTainted).toBe(false);
});

test('a process with an open debugger is left alone', async () => {
  await using folder = await folderWith(busy(2_500));
  await using server = await startServerProcess('./stall-host.ts', folder.directory, '300', '1000', 'debugging');
  expect((await get(server, '/api/plugins/bad/stall')).text).toBe('done');
  const { plugins } = await stateOf(server);
  expect(plugins.map(({ state }) => state)).toEqual(['active', 'active']);
});

test.each([
  ['at the top level of its module', 'for (;;);\nexport default {};'],
  ['in onLoad', 'export default { onLoad() { for (;;); } };'],
  ['in onEnable, after an await', 'export default { async onEnable() { await null; for (;;); } };'],
])('a plugin that loops %s keeps nobody from starting', async (_where, code) => {
  const fineOne = { 'index.js': entry("return 'good';") };
  await using folder = await createPluginsFolder({ a: fineOne, bad: { 'index.js': code }, good: fineOne, z: fineOne });
  await using server = await startServerProcess('./stall-host.ts', folder.directory);
  for (const name of ['a', 'good', 'z'])
    await expect.poll(async () => (await get(server, `/api/plugins/${name}/fine`)).text).toBe('fine');
  await expect
    .poll(async () => (await stateOf(server)).plugins.find(({ name }) => name === 'bad'), { timeout: 30_000 })
    .toMatchObject({ state: 'quarantined', reason: { message: expect.stringMatching(/blocked the event loop/) } });
});
