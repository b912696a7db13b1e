import { createManualClock } from '@catalyst-plugins/core/testing';
import type { LiveMetrics, PluginMetrics } from '@catalyst-plugins/core/protocol';
import { expect, test, vi } from 'vitest';
import { onLoad, startServer, type TestServer } from './start-server.ts';
import { follow, openSocket, type Stream } from './support/live-readers.ts';

const entry = onLoad(`ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 'x' });`);
const folder = (name: string) => ({
  'plugin.json': { name, version: '1.0.0', backend: { entry: 'index.js' } },
  'index.js': entry,
});
const plugins = { demo: folder('demo'), other: folder('other') };

const messagesOf = ({ frames }: Stream): LiveMetrics[] => frames.map(({ data }) => data as unknown as LiveMetrics);
const named = ({ plugins: told }: LiveMetrics): string[] => told.map(({ plugin }) => plugin);

/** Waits until so many more messages are there, and gives those. */
async function more(stream: Stream, count: number): Promise<LiveMetrics[]> {
  const before = stream.frames.length;
  await expect.poll(() => stream.frames.length).toBeGreaterThanOrEqual(before + count);
  return messagesOf(stream).slice(before, before + count);
}

/** Requests of a plugin, as a message tells them; nothing where it does not mention the plugin. */
const requestsOf = (messages: readonly LiveMetrics[], name: string): number[] =>
  messages.flatMap(({ plugins: told }) =>
    told.filter(({ plugin }) => plugin === name).map(({ calls }) => calls.request.count),
  );

async function request(server: TestServer, name: string): Promise<void> {
  expect((await server.fetch(`/api/plugins/${name}/x`)).status).toBe(200);
}

test('figures come once a second: whole at first, then those of plugins of which anything was counted', async () => {
  await using server = await startServer({ plugins });
  await using stream = await follow(server, '?topics=metric');
  const first = await more(stream, 1);
  expect(stream.frames[0]).toMatchObject({ id: undefined, event: 'metric' });
  expect(first.map(({ isWhole }) => isWhole)).toEqual([true]);
  expect(first.flatMap(named)).toEqual(['demo', 'other']);
  await request(server, 'demo');
  const told = await more(stream, 2);
  expect(told.map(({ isWhole }) => isWhole)).toEqual([false, false]);
  expect(requestsOf(told, 'demo').at(-1)).toBe(1);
  expect(requestsOf(told, 'other')).toEqual([]);
  expect((await more(stream, 2)).flatMap(named)).toEqual([]);
  expect(Date.parse(told[1]?.at ?? '')).toBeGreaterThan(Date.parse(told[0]?.at ?? ''));
});

test('a reader who comes later is told everything first, over WebSocket too, and the others are not', async () => {
  await using server = await startServer({ plugins });
  await using early = await follow(server, '?topics=metric');
  await request(server, 'demo');
  await more(early, 1);
  await using late = await follow(server, '?topics=metric');
  const { received } = await openSocket(server, '?topics=metric');
  const first = await more(late, 1);
  expect(first.map(({ isWhole }) => isWhole)).toEqual([true]);
  expect(requestsOf(first, 'demo')).toEqual([1]);
  await expect
    .poll(() => received[0])
    .toMatchObject({
      type: 'metric',
      data: { isWhole: true, plugins: [{ plugin: 'demo' }, { plugin: 'other' }] },
    });
  expect(messagesOf(early).filter(({ isWhole }) => isWhole)).toHaveLength(1);
});

test('figures are counted together once a second, however many readers there are', async () => {
  await using server = await startServer({ plugins });
  const snapshot = vi.spyOn(server.host.metrics, 'snapshot');
  const streams = await Promise.all([1, 2, 3, 4, 5].map(() => follow(server, '?topics=metric')));
  const sockets = await Promise.all([1, 2, 3].map(() => openSocket(server, '?topics=metric')));
  await Promise.all(streams.map((stream) => more(stream, 2)));
  const most = Math.max(...streams.map(({ frames }) => frames.length));
  expect(snapshot.mock.calls.length).toBeLessThanOrEqual(most);
  for (const { socket } of sockets) socket.terminate();
  for (const stream of streams) await stream[Symbol.asyncDispose]();
});

test('figures come whole again when a plugin is gone', async () => {
  await using server = await startServer({ plugins });
  await using stream = await follow(server, '?topics=metric');
  await more(stream, 2);
  await server.folder.remove('other');
  await server.host.rescan();
  const told = await more(stream, 2);
  expect(told.filter(({ isWhole }) => isWhole).map(named)).toEqual([['demo']]);
});

test('a last minute that runs out is told, and one that only becomes later is not', async () => {
  const clock = createManualClock();
  await using server = await startServer({ plugins, host: { clock, health: false } });
  await using stream = await follow(server, '?topics=metric');
  clock.advance(70_000);
  await more(stream, 1);
  await request(server, 'demo');
  const lastMinute = async (advanceMs: number): Promise<unknown[]> => {
    clock.advance(advanceMs);
    const told = await more(stream, 2);
    const mentions = told.flatMap(({ plugins: all }) => all.filter(({ plugin }) => plugin === 'demo'));
    return mentions.map(({ lastMinute: minute }: PluginMetrics) => minute?.requests);
  };
  expect((await lastMinute(10_000)).at(-1)).toBe(1);
  expect(await lastMinute(20_000)).toEqual([]);
  expect(await lastMinute(60_000)).toEqual([0]);
  expect(await lastMinute(60_000)).toEqual([]);
});
