import { createMemoryStores } from '@catalyst-plugins/core';
import { expect, test } from 'vitest';
import { startServer, type TestServer } from './start-server.ts';
import { follow, openSocket } from './support/live-readers.ts';

const plugins = {
  demo: {
    'plugin.json': { name: 'demo', version: '1.0.0', backend: { entry: 'index.js' } },
    'index.js': 'export default { onLoad() {} };\n',
  },
};

interface Restarted extends AsyncDisposable {
  readonly server: TestServer;
  /** What a reader of the first process has seen last. */
  readonly seen: { readonly id: string; readonly seq: number };
}

/** Turns the plugin off and on, which makes events. */
async function busy(server: TestServer, times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    await server.host.disable('demo');
    await server.host.enable('demo');
  }
}

/** A host that has started again on the same folder and the same store, while a reader has heard the first one. */
async function restart(times: { readonly before: number; readonly after: number }): Promise<Restarted> {
  const stores = createMemoryStores();
  const first = await startServer({ plugins, host: { stores } });
  const reader = await follow(first, '');
  await busy(first, times.before);
  await expect.poll(() => reader.frames.at(-1)?.data['seq']).toBeGreaterThan(0);
  const { id = '', data = {} } = reader.frames.at(-1) ?? {};
  await first.app.close();
  const server = await startServer({ host: { stores, pluginsDir: first.folder.directory } });
  await busy(server, times.after);
  return {
    server,
    seen: { id, seq: Number(data['seq']) },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await first.folder[Symbol.asyncDispose]();
    },
  };
}

test.each([
  ['which has counted further than the last one', { before: 1, after: 5 }],
  ['which has not counted as far as the last one', { before: 5, after: 0 }],
])('a reader of the last process is told that it missed events by the next one, %s', async (_which, times) => {
  await using restarted = await restart(times);
  const { server, seen } = restarted;
  expect(server.host.events.seq > seen.seq).toBe(times.after > times.before);
  for (const last of [seen.id, String(seen.seq), '0']) {
    await using byHeader = await follow(server, '', { 'last-event-id': last });
    await using byQuery = await follow(server, `?since=${last}`);
    await using ofOneTopic = await follow(server, `?topics=task&since=${last}`);
    const { socket, received } = await openSocket(server, `?since=${last}`);
    const [boot = ''] = server.host.events.id.split('-');
    const id: unknown = expect.stringMatching(new RegExp(`^${boot}-\\d+$`));
    for (const { frames } of [byHeader, byQuery, ofOneTopic]) {
      await expect.poll(() => frames, { message: last }).toEqual([{ id, event: 'reset', data: {} }]);
    }
    await expect.poll(() => received, { message: last }).toMatchObject([{ type: 'reset', data: { id } }]);
    socket.terminate();
  }
});

test('after that a reader resumes in the new process, over both ways', async () => {
  await using restarted = await restart({ before: 1, after: 5 });
  const { server, seen } = restarted;
  const reset = await follow(server, '', { 'last-event-id': seen.id });
  await expect.poll(() => reset.frames[0]?.event).toBe('reset');
  await reset[Symbol.asyncDispose]();
  const { id = '' } = reset.frames[0] ?? {};
  await busy(server, 1);
  await using stream = await follow(server, '', { 'last-event-id': id });
  const { received } = await openSocket(server, `?since=${id}`);
  const missed = server.host.events.since(id, ['plugins']);
  await expect.poll(() => stream.frames.map(({ data }) => data)).toEqual(missed);
  await expect.poll(() => received).toEqual(missed);
  expect(stream.frames.map((frame) => frame.id)).toEqual(missed?.map((event) => event.id));
});
