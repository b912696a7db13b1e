import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { LiveEvent, PluginLogBatch } from '@catalyst-plugins/core/protocol';
import { expect, test } from 'vitest';
import { onLoad, startServer, token, type TestServer } from './start-server.ts';
import { follow, openSocket, type Stream } from './support/live-readers.ts';

const entry = onLoad(`ctx.on('say', (word) => ctx.logger.info({ word }, 'said'));`);
const folder = (name: string) => ({
  'plugin.json': { name, version: '1.0.0', backend: { entry: 'index.js' } },
  'index.js': entry,
});
const plugins = { demo: folder('demo'), other: folder('other') };

const types = ({ frames }: Stream): unknown[] => frames.map(({ data }) => data['type']);

test('without topics a stream has the lifecycle, and no lines of the log', async () => {
  await using server = await startServer({ plugins });
  await using stream = await follow(server, '');
  server.host.emit('say', 'nothing');
  await server.host.disable('demo');
  await expect.poll(() => types(stream)).toContain('plugin:disabled');
  expect(new Set(stream.frames.map(({ event }) => event))).toEqual(new Set(['plugin']));
});

test('a reader that is cut off before the first event misses nothing', async () => {
  await using server = await startServer({ plugins });
  const cut = await follow(server, '?topics=plugins,metric');
  await expect.poll(() => cut.lastEventId()).toBe(server.host.events.id);
  await cut[Symbol.asyncDispose]();
  expect(cut.frames.filter(({ event }) => event !== 'metric')).toEqual([]);
  await server.host.disable('demo');
  await using back = await follow(server, '', { 'last-event-id': cut.lastEventId() as string });
  await expect.poll(() => types(back)).toContain('plugin:disabled');
});

test('lines of a log come in batches, without a number that would move the place to resume at', async () => {
  await using server = await startServer({ plugins });
  await using stream = await follow(server, '?topics=log:demo');
  await using everything = await follow(server, '?topics=log:*,plugins');
  for (const word of ['one', 'two', 'three']) server.host.emit('say', word);
  const linesOf = ({ frames }: Stream): unknown[] =>
    frames.filter(({ event }) => event === 'log').flatMap(({ data }) => data['lines'] as PluginLogBatch['lines']);
  await expect.poll(() => linesOf(stream)).toHaveLength(3);
  expect(stream.frames).toHaveLength(1);
  expect(stream.lastEventId()).toBeUndefined();
  expect(stream.frames[0]).toMatchObject({ id: undefined, event: 'log', data: { plugin: 'demo', dropped: 0 } });
  expect(linesOf(stream)[0]).toMatchObject({ plugin: 'demo', message: 'said', details: { word: 'one' } });
  await expect.poll(() => linesOf(everything)).toHaveLength(6);
});

test('a topic that does not exist is refused, over both ways', async () => {
  await using server = await startServer({ plugins });
  for (const topics of [
    'nothing',
    'plugins,',
    'log',
    'log:',
    'log:../x',
    `log:${'x'.repeat(51)}`,
    Array.from({ length: 51 }, (_one, at) => `log:p${at}`).join(),
  ]) {
    const response = await server.admin(`/api/plugins/events?topics=${encodeURIComponent(topics)}`);
    expect([topics, response.status]).toEqual([topics, 400]);
    expect(await response.json()).toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(openSocket(server, `?topics=${encodeURIComponent(topics)}`)).rejects.toThrow('400');
  }
});

/** The numbers of the events of the lifecycle since one; other topics are counted in the same sequence. */
function lifecycleSince(server: TestServer, seen: string): number[] {
  const events = server.host.events.since(seen) ?? [];
  return events.filter(({ type }) => !['plugin:audit', 'plugin:health'].includes(type)).map(({ seq }) => seq);
}

test('a reader resumes after the last event it has seen, by header or by query, and other topics stay out', async () => {
  await using server = await startServer({ plugins });
  const seen = server.host.events.id;
  await server.host.disable('demo');
  await server.host.enable('demo');
  await using byHeader = await follow(server, '', { 'last-event-id': seen });
  await using byQuery = await follow(server, `?topics=plugins,task&since=${seen}`);
  await using others = await follow(server, `?topics=task&since=${seen}`);
  await using ahead = await follow(server, `?since=${seen}9999`);
  await expect.poll(() => types(byHeader)).toContain('plugin:enabled');
  await expect.poll(() => byQuery.frames).toEqual(byHeader.frames);
  expect(byHeader.frames.map(({ data }) => data['seq'])).toEqual(lifecycleSince(server, seen));
  expect(byHeader.frames.map(({ id }) => id)).toEqual(byHeader.frames.map(({ data }) => data['id']));
  await expect.poll(() => ahead.frames[0]).toMatchObject({ event: 'reset', id: server.host.events.id });
  expect(others.frames).toEqual([]);
});

test('sockets have the topics too, and resume where they were', async () => {
  await using server = await startServer({ plugins });
  const seen = server.host.events.id;
  await server.host.disable('other');
  const { received } = await openSocket(server, `?topics=plugins,log:demo&since=${seen}`);
  await expect.poll(() => received.map((one) => one['type'])).toContain('plugin:disabled');
  expect(received.map((one) => (one as unknown as LiveEvent).seq)).toEqual(lifecycleSince(server, seen));
  server.host.emit('say', 'hello');
  await expect
    .poll(() => received.at(-1))
    .toMatchObject({
      type: 'plugin:log',
      plugin: 'demo',
      timestamp: expect.stringMatching(/Z$/) as string,
      data: { lines: [{ message: 'said', details: { word: 'hello' } }], dropped: 0 },
    });
  const ahead = await openSocket(server, `?since=${seen}9999`);
  await expect.poll(() => ahead.received[0]).toMatchObject({ type: 'reset', data: { id: server.host.events.id } });
});

/** A connection that reads nothing but the head of the answer. */
async function openDeafStream(server: TestServer): Promise<Socket> {
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.write(`GET /api/plugins/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

test('a reader that does not read is cut off at a bound, and the others hear everything', async () => {
  await using server = await startServer({ plugins });
  const deafStream = await openDeafStream(server);
  const { socket: deafSocket } = await openSocket(server, '');
  deafSocket.pause();
  await using stream = await follow(server, '');
  const { events } = server.host as unknown as { events: { publish(event: object): void } };
  const data = { text: 'x'.repeat(100_000) };
  for (let at = 0; at < 300; at += 1) {
    events.publish({ type: 'plugin:state', plugin: 'demo', pluginId: '', timestamp: '', data });
    while (stream.frames.length <= at) await new Promise(setImmediate);
  }
  const closed = once(deafSocket, 'close');
  const ended = once(deafStream, 'close');
  deafStream.resume();
  deafSocket.resume();
  expect((await closed)[0]).toBe(1013);
  await ended;
  expect(stream.frames).toHaveLength(300);
});
