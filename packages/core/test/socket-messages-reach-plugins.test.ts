import { describe, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';

const code = `export default {
  onLoad(ctx) {
    ctx.onWebSocketMessage('ping', (data, clientId, user) => {
      ctx.db.note(['ping', data, clientId, user]);
      ctx.sendWebSocketMessage(clientId, { type: 'pong', data });
    });
    ctx.onWebSocketMessage('plugin:demo:typed', (data) => ctx.db.note(['typed', data]));
    ctx.onWebSocketMessage('bad', (data) => { if (data === 'sync') throw new Error('bad handler'); return Promise.reject(new Error('bad handler')); });
    ctx.onWebSocketMessage('shout', (data) => ctx.sendWebSocketMessage('*', { type: 'shouted', data }));
    ctx.db.kept.ctx = ctx;
  },
};`;

async function setUp(): Promise<TestHost & { probe: Probe }> {
  const probe = createProbe();
  return Object.assign(await createTestHost({ db: probe, plugins: { demo: plugin('demo', code) } }), { probe });
}

const client = { id: 'c1', user: { id: 'anna' } };

describe('a socket message', () => {
  it.each(['ping', 'plugin:demo:ping'])(
    'of the type "%s" reaches the handler with data, client and user; the answer goes to its sender only',
    async (type) => {
      await using test = await setUp();
      expect(test.sockets.deliver(type, { n: 1 }, client)).toBe(1);
      expect(test.probe.notes).toEqual([['ping', { n: 1 }, 'c1', { id: 'anna' }]]);
      expect(test.sockets.sent).toEqual([{ clientId: 'c1', message: { type: 'pong', data: { n: 1 } } }]);
      await test.expectNothingLeft();
    },
  );

  it.each(['typed', 'plugin:demo:typed'])(
    'of the type "%s" reaches a handler that was registered with the prefix',
    async (type) => {
      await using test = await setUp();
      expect(test.sockets.deliver(type, 1, client)).toBe(1);
      expect(test.probe.notes).toEqual([['typed', 1]]);
    },
  );

  it('with the prefix of another plugin, or of another type, reaches nobody', async () => {
    await using test = await setUp();
    for (const type of ['plugin:other:ping', 'PING', 'ping ', 'plugin:demo:', '__proto__'])
      expect(test.sockets.deliver(type, 1, client)).toBe(0);
    expect(test.probe.notes).toEqual([]);
  });

  it('may be sent to all', async () => {
    await using test = await setUp();
    test.sockets.deliver('shout', 'hey', client);
    expect(test.sockets.sent).toEqual([{ clientId: '*', message: { type: 'shouted', data: 'hey' } }]);
  });

  it.each(['sync', 'async'])(
    'whose handler fails (%s) is recorded against the plugin, and the next one is handled',
    async (how) => {
      await using test = await setUp();
      test.sockets.deliver('bad', how, client);
      await eventually(async () =>
        expect(await test.host.audit({ type: 'plugin:error' })).toMatchObject([
          { plugin: 'demo', data: { during: 'socket message bad', message: 'bad handler' } },
        ]),
      );
      test.sockets.deliver('ping', 1, client);
      expect(test.probe.notes).toHaveLength(1);
      expect(test.host.summary('demo')?.state).toBe('active');
      await test.expectNothingLeft();
    },
  );

  it('is handled by exactly one generation in every moment of a reload, and by none after disable', async () => {
    await using test = await setUp();
    const counts = new Set<number>();
    const progress = { isDone: false };
    const reload = test.host.reload('demo').finally(() => (progress.isDone = true));
    while (!progress.isDone) {
      counts.add(test.sockets.deliver('ping', 1, client));
      await new Promise(setImmediate);
    }
    await reload;
    expect([...counts]).toEqual([1]);
    await test.host.disable('demo');
    expect(test.sockets.deliver('ping', 1, client)).toBe(0);
    await test.expectNothingLeft();
  });

  it('cannot be handled by something that is not a function', async () => {
    await using test = await setUp();
    const { onWebSocketMessage } = test.probe.kept['ctx'] as {
      onWebSocketMessage: (type: string, handler: unknown) => void;
    };
    expect(() => onWebSocketMessage('x', undefined)).toThrow(
      expect.objectContaining({ code: 'LISTENER_INVALID', plugin: 'demo' }),
    );
  });
});
