import { readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { createTestHost, readPluginFiles, type TestHost } from '../src/testing/index.ts';
import { eventually, rejection } from './support/probe.ts';

const corpus = new URL('./fixtures/plugins/', import.meta.url).pathname;

interface Plugin {
  /** Other plugins that it talks to. */
  readonly needs?: readonly string[];
  /** What it does; called again after a reload and after it was disabled and enabled. */
  readonly use: (test: TestHost, get: (url: string) => Promise<unknown>) => Promise<void>;
}

const plugins: Readonly<Record<string, Plugin>> = {
  'activity-feed': {
    async use({ host }, get) {
      const [added, cleared] = [vi.fn(), vi.fn()];
      const stops = [host.on('activity:added', added), host.on('activity:cleared', cleared)];
      host.emit('user:login', { who: 'ana' });
      await eventually(() => expect(added).toHaveBeenCalledOnce());
      expect(await get('/feed')).toEqual({ feed: ['login'], declared: ['activity:added', 'activity:cleared'] });
      expect(host.emit('guestbook:signed')).toBe(1);
      expect([host.emit('server:started'), host.emit('server:started')]).toEqual([1, 0]);
      await eventually(() => expect(added).toHaveBeenCalledTimes(2));
      expect(await get('/clear')).toEqual({ cleared: 2 });
      expect(cleared).toHaveBeenCalledWith({ count: 2 }, 'activity:cleared');
      for (const stop of stops) stop();
      await eventually(async () =>
        expect(await host.audit({ type: 'plugin:error' })).toMatchObject([
          { data: { message: 'the printer is out of paper' } },
        ]),
      );
    },
  },
  'chat-relay': {
    async use({ sockets }, get) {
      sockets.sent.length = 0;
      const client = { id: 'c1', user: { id: 'ana' } };
      expect(sockets.deliver('plugin:chat-relay:say', { text: 'hello' }, client)).toBe(1);
      expect(sockets.deliver('say', { text: 'again' }, { id: 'c2' })).toBe(1);
      expect(sockets.deliver('plugin:chat-relay:history', undefined, client)).toBe(1);
      const lines = [
        { from: 'ana', text: 'hello' },
        { from: 'c2', text: 'again' },
      ];
      expect(sockets.sent).toEqual([
        ...lines.map((data) => ({ clientId: '*', message: { type: 'plugin:chat-relay:line', data } })),
        { clientId: 'c1', message: { type: 'plugin:chat-relay:history', data: lines } },
      ]);
      expect(await get('/history')).toEqual(lines);
    },
  },
  'door-keeper': {
    async use(_test, get) {
      expect(await get('/door')).toEqual(['callback', 'three', 'two']);
    },
  },
  greeter: {
    async use({ host }, get) {
      await host.updateConfig('greeter', { language: 'en', repeat: 1, loud: false });
      expect(await get('/hello')).toEqual({ text: 'Hello you' });
      await host.updateConfig('greeter', { language: 'de', repeat: 2, loud: true });
      expect(await get('/hello')).toEqual({ text: 'Hallo you! Hallo you!' });
      expect(await get('/footer')).toEqual({ type: 'banner', text: 'a plain object that has a key called type' });
      expect(await rejection(host.updateConfig('greeter', { repeat: 6 }))).toMatchObject({ code: 'CONFIG_INVALID' });
      expect(await get('/settings')).toMatchObject({ language: 'de', suffix: '', repeat: 2 });
    },
  },
  guestbook: {
    async use(_test, get) {
      expect(await get('/entries')).toEqual({ success: true, greeting: 'Welcome', data: [] });
      expect(await get('/stats')).toEqual({ visits: 2, signed: 0 });
    },
  },
  heartbeat: {
    async use(_test, get) {
      expect(await get('/beats')).toEqual({ beats: 1, name: 'heartbeat' });
    },
  },
  'order-desk': {
    needs: ['price-list'],
    async use({ host }, get) {
      expect(await get('/menu')).toEqual({ items: ['tea', 'coffee'], desk: 'ground floor' });
      await host.reload('price-list');
      expect(await get('/menu')).toMatchObject({ items: ['tea', 'coffee'] });
      await host.disable('price-list');
      expect(await rejection(get('/menu'))).toMatchObject({ code: 'API_NOT_FOUND' });
      await host.enable('price-list');
      expect(await get('/taken')).toEqual({ taken: 0 });
    },
  },
  pomodoro: {
    async use({ scheduler }, get) {
      const expressions = () => scheduler.jobs().map(({ expression }) => expression);
      expect(expressions()).toEqual(['*/25 * * * *']);
      scheduler.tick();
      await eventually(() => expect(expressions()).toEqual(['*/5 * * * *']));
      scheduler.tick();
      await eventually(() => expect(expressions()).toEqual(['*/25 * * * *']));
      expect(await get('/')).toEqual({ ticks: 2, pace: '*/25 * * * *' });
    },
  },
  'price-list': {
    async use(_test, get) {
      expect(await get('/asked')).toEqual({ asked: 0 });
    },
  },
  'uptime-board': {
    async use({ scheduler, sockets }, get) {
      expect(scheduler.tick('*/5 * * * *')).toBe(1);
      expect(sockets.deliver('plugin:uptime-board:look', undefined, { id: 'c1' })).toBe(1);
      const board = { rounds: 3, results: ['web', 'mail'].map((target) => ({ target, up: true, round: 3 })) };
      expect(sockets.sent.at(-1)).toEqual({
        clientId: 'c1',
        message: { type: 'plugin:uptime-board:results', data: board },
      });
      expect(await get('/board')).toEqual(board);
    },
  },
};

it('every plugin of the corpus is used here, but for those that keep documents', () => {
  const others = ['help-desk', 'view-counter'];
  expect([...Object.keys(plugins), ...others].toSorted()).toEqual(readdirSync(corpus).toSorted());
});

describe.each(Object.entries(plugins))(
  '%s, as it was written for the Catalyst platform,',
  (name, { needs = [], use }) => {
    const start = async (): Promise<TestHost> => {
      const folders = await Promise.all(
        [name, ...needs].map(async (folder) => [folder, await readPluginFiles(corpus + folder)] as const),
      );
      return createTestHost({ plugins: Object.fromEntries(folders) });
    };
    const registrations = ({ host }: TestHost): string[] =>
      (host.get(name)?.registrations ?? []).map(({ label, live }) => `${label}${live ? '' : ' (off)'}`).toSorted();

    it('works, is reloaded, disabled, enabled and unloaded, with each registration once and nothing left', async () => {
      await using test = await start();
      const get = (url: string): Promise<unknown> => test.http.request(name, 'GET', url);
      expect(test.host.summary(name)).toMatchObject({ state: 'active', error: null });
      const registered = registrations(test);
      expect(registered.length).toBeGreaterThan(1);
      await use(test, get);

      await test.host.reload(name);
      expect(registrations(test)).toEqual(registered);
      await use(test, get);

      await test.host.disable(name);
      expect(registrations(test).filter((label) => !label.endsWith('(off)'))).toEqual([]);
      expect(test.http.mounted()).toEqual(needs);
      expect([test.sockets.handlerCount(), test.scheduler.jobs().length]).toEqual([0, 0]);
      expect(await rejection(get('/'))).toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
      expect(test.host.inspect().listeners).toBe(0);

      await test.host.enable(name);
      expect(registrations(test)).toEqual(registered);
      await use(test, get);
      await test.expectNothingLeft();
    });
  },
);
