import { manifestOf } from '@catalyst-plugins/core/testing';
import { cleanup, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  PluginProvider,
  useConnection,
  usePlugin,
  usePluginActions,
  usePluginAnnouncement,
  usePluginAudit,
  usePluginErrors,
  usePluginEvent,
  usePluginFigures,
  usePluginHealth,
  usePluginHealthSummary,
  usePluginLogLevel,
  usePluginLogs,
  usePluginMetrics,
  usePluginNames,
  usePluginOperation,
  usePluginState,
  usePluginTaskRuns,
  usePluginTasks,
} from '../src/index.ts';
import { observedShop } from './support/observed-shop.ts';
import { startPluginServer, type PluginServer } from './support/plugin-server.ts';
import { renderHooks } from './support/render-hooks.tsx';

const startShop = (): Promise<PluginServer> => startPluginServer({ plugins: { shop: observedShop } });
const get = (server: PluginServer, path: string): Promise<Response> => fetch(`${server.baseUrl}/shop/${path}`);

/** An event of the page, which Node's own `Event` is none of. */
function visibilityChange(): Event {
  const event = document.createEvent('Event');
  event.initEvent('visibilitychange', false, false);
  return event;
}

/** All hooks that show what plugins do. */
function useEverything() {
  return {
    names: usePluginNames(),
    enabledNames: usePluginNames(({ enabled }) => enabled),
    state: usePluginState('shop'),
    nobody: usePluginState('nobody'),
    operation: usePluginOperation('shop'),
    announcement: usePluginAnnouncement(),
    logs: usePluginLogs('shop', { level: 'info', limit: 100 }),
    errors: usePluginErrors('shop'),
    logLevel: usePluginLogLevel('shop'),
    health: usePluginHealth('shop'),
    healthSummary: usePluginHealthSummary('shop'),
    metrics: usePluginMetrics('shop'),
    hour: usePluginMetrics('shop', { windowMs: 3_600_000, stepMs: 60_000 }),
    figures: usePluginFigures('shop'),
    audit: usePluginAudit({ plugin: 'shop', type: ['plugin:enabled', 'plugin:disabled'] }),
    tasks: usePluginTasks('shop'),
    allTasks: usePluginTasks(),
    runs: usePluginTaskRuns('shop', 'sweep up'),
    connection: useConnection(),
  } as const;
}

/** Registers the suite for the React that is loaded. */
export function describeObserving(reactVersion: string): void {
  afterEach(() => {
    cleanup();
    vi.restoreAllMocks();
  });

  describe(`the hooks that show what plugins do, on React ${reactVersion}`, () => {
    it('render nothing but their first state on a server, and ask it for nothing', async () => {
      const server = await startShop();
      const Page = (): ReactElement => {
        const { logs, health, tasks, audit, connection, names } = useEverything();
        usePluginEvent('plugin:health', () => undefined);
        return (
          <p>{[logs, health, tasks, audit].map(({ status }) => status).join(' ') + connection.state + names.length}</p>
        );
      };
      const html = renderToString(
        <PluginProvider baseUrl={server.baseUrl}>
          <Page />
        </PluginProvider>,
      );
      expect(html).toBe('<p>loading loading loading loadingconnecting0</p>');
      expect(server.requests).toEqual([]);
    });

    it('show the lines of a log as they come, and let it stand still meanwhile', async () => {
      const server = await startShop();
      const page = renderHooks(server, () => ({
        ...usePluginLogs('shop', { text: 'APPLE' }),
        connection: useConnection(),
      }));
      const shown = (): string[] => page.current().lines.map(({ message }) => message);
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', connection: { state: 'live' } }));
      expect(shown()).toEqual([]);
      await get(server, 'sold');
      await get(server, 'broken');
      await waitFor(() => expect(shown()).toEqual(['sold']));
      page.current().pause();
      await waitFor(() => expect(page.current().isPaused).toBe(true));
      await get(server, 'sold');
      await get(server, 'sold');
      await waitFor(() => expect(page.current().waiting).toBe(2));
      expect(shown()).toEqual(['sold']);
      page.current().resume();
      await waitFor(() => expect(shown()).toEqual(['sold', 'sold', 'sold']));
      page.current().clear();
      await waitFor(() => expect(shown()).toEqual([]));
      await page.current().refresh();
      expect(shown()).toEqual([]);
    });

    it('miss no line of a log while the connection is lost, and page back', async () => {
      const server = await startShop();
      const page = renderHooks(server, () => ({ ...usePluginLogs('shop', { limit: 2 }), connection: useConnection() }));
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', connection: { state: 'live' } }));
      const admit = server.refuse('/events');
      server.cutConnections();
      await waitFor(() => expect(page.current().connection.state).toBe('offline'));
      expect(page.current().connection.lastEventAt).toMatch(/^20/);
      for (let sale = 0; sale < 3; sale += 1) await get(server, 'sold');
      admit();
      await waitFor(() => expect(page.current()).toMatchObject({ hasOlder: true, connection: { state: 'live' } }));
      expect(page.current().lines.map(({ message }) => message)).toEqual(['sold', 'sold']);
      await page.current().loadOlder();
      await waitFor(() => expect(page.current().lines.map(({ message }) => message)).toContain('ready'));
      expect(page.current().lines).toHaveLength(4);
    });

    it('count errors as they happen, and keep lines of another level for a time', async () => {
      const server = await startShop();
      const page = renderHooks(server, () => ({
        errors: usePluginErrors('shop'),
        level: usePluginLogLevel('shop'),
        connection: useConnection(),
      }));
      await waitFor(() =>
        expect(page.current()).toMatchObject({ errors: { status: 'ready' }, connection: { state: 'live' } }),
      );
      await get(server, 'broken');
      await waitFor(() => expect(page.current().errors.errors).toMatchObject([{ message: 'no stock', count: 1 }]));
      expect(await page.current().level.set('debug', 60_000)).toEqual({ ok: true });
      await waitFor(() => expect(page.current().level.logLevel).toMatchObject({ level: 'debug' }));
      expect(await page.current().level.set('debug', -1)).toMatchObject({ ok: false });
      await waitFor(() => expect(page.current().level.error?.code).toBe('REQUEST_INVALID'));
    });

    it('show a check at once, and what a plugin does each second', async () => {
      const server = await startShop();
      const page = renderHooks(server, () => ({
        health: usePluginHealth('shop'),
        summary: usePluginHealthSummary('shop'),
        figures: usePluginFigures('shop'),
        metrics: usePluginMetrics('shop'),
      }));
      await waitFor(() =>
        expect(page.current()).toMatchObject({ health: { status: 'ready' }, metrics: { status: 'ready' } }),
      );
      const checks = page.current().health.health?.history.length ?? 0;
      expect(await page.current().health.check()).toEqual({ ok: true });
      await waitFor(() => expect(page.current().health.health?.history).toHaveLength(checks + 1));
      await waitFor(() => expect(page.current().summary).toMatchObject({ status: 'healthy' }));
      expect(page.current().summary.outcomes).toContain('passed');
      await get(server, 'sold');
      await waitFor(() => expect(page.current().figures.requestsPerSecond.some((rate) => rate > 0)).toBe(true));
    });

    it('run and pause tasks, and show what comes of it', async () => {
      const server = await startShop();
      const page = renderHooks(server, () => ({
        ...usePluginTasks(),
        runs: usePluginTaskRuns('shop', 'sweep up').runs,
      }));
      const task = { plugin: 'shop', id: 'sweep up' };
      await waitFor(() => expect(page.current().tasks).toMatchObject([{ ...task, state: 'waiting' }]));
      expect(await page.current().run(task)).toEqual({ ok: true });
      await waitFor(() => expect(page.current().runs).toMatchObject([{ result: 'ok', trigger: 'manual' }]));
      await waitFor(() => expect(page.current().tasks).toMatchObject([{ lastRun: { result: 'ok' } }]));
      expect(await page.current().pause(task)).toEqual({ ok: true });
      await waitFor(() => expect(page.current()).toMatchObject({ busy: undefined, tasks: [{ paused: true }] }));
      expect(await page.current().resume({ plugin: 'shop', id: 'nothing' })).toMatchObject({ ok: false });
      await waitFor(() => expect(page.current().error?.code).toBe('TASK_NOT_FOUND'));
    });

    it('show entries of the audit log as they are written, and older ones page by page', async () => {
      const server = await startShop();
      await server.host.reload('shop');
      const page = renderHooks(server, () => usePluginAudit({ plugin: 'shop', limit: 2 }));
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', hasMore: true, entries: [{}, {}] }));
      await server.host.disable('shop', { actor: 'ben' });
      await waitFor(() => expect(page.current().entries.map(({ type }) => type)).toContain('plugin:disabled'));
      const before = page.current().entries;
      await page.current().loadMore();
      await waitFor(() => expect(page.current().entries.length).toBeGreaterThan(before.length));
      const ids = page.current().entries.map(({ id }) => Number(id));
      expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => b - a));
    });

    it('show what a command waits for, and end that', async () => {
      const server = await startShop();
      const page = renderHooks(server, () => ({
        ...usePluginOperation('shop'),
        told: usePluginState('shop'),
        connection: useConnection(),
      }));
      await waitFor(() =>
        expect(page.current()).toMatchObject({ told: { state: 'active' }, connection: { state: 'live' } }),
      );
      const answer = get(server, 'slow');
      await expect.poll(() => server.host.get('shop')?.activeRequests).toBe(1);
      const disabling = server.host.disable('shop');
      await waitFor(() =>
        expect(page.current().told).toMatchObject({ state: 'draining', enabled: false, drain: { inFlight: 1 } }),
      );
      expect(page.current().operation).toMatchObject({ kind: 'disable', status: 'running', phase: 'draining' });
      expect(await page.current().force('no time')).toEqual({ ok: true });
      await disabling;
      expect((await answer).status).toBe(503);
      await waitFor(() =>
        expect(page.current()).toMatchObject({ operation: { status: 'succeeded' }, told: { drain: undefined } }),
      );
      expect(await page.current().force()).toMatchObject({ ok: false, error: { code: 'OPERATION_NOT_DRAINING' } });
    });

    it('see a drain end that ended while the connection was lost, and forget one that a server took with it', async () => {
      const server = await startShop();
      const page = renderHooks(server, () => ({
        ...usePluginOperation('shop'),
        connection: useConnection().state,
      }));
      const drainUnseen = async (command: 'reload' | 'disable'): Promise<() => void> => {
        await waitFor(() => expect(page.current().connection).toBe('live'));
        void get(server, 'slow').catch(() => undefined);
        await expect.poll(() => server.host.get('shop')?.activeRequests).toBe(1);
        void server.host[command]('shop');
        await waitFor(() => expect(page.current().operation).toMatchObject({ kind: command, phase: 'draining' }));
        const admit = server.refuse('/events');
        server.cutConnections();
        await waitFor(() => expect(page.current().connection).toBe('offline'));
        const [operation] = server.host.operations.list('shop');
        server.host.operations.force(operation?.id ?? '', 'ben');
        await expect.poll(() => server.host.operations.get(operation?.id ?? '')?.status).toBe('succeeded');
        expect(page.current().operation?.phase).toBe('draining');
        return admit;
      };
      const admit = await drainUnseen('reload');
      admit();
      await waitFor(() => expect(page.current().operation).toMatchObject({ kind: 'reload', status: 'succeeded' }));

      await drainUnseen('disable');
      await server.close();
      await startPluginServer({ folder: server.folder, port: server.port });
      await waitFor(() => expect(page.current()).toMatchObject({ connection: 'live', operation: undefined }));
    });

    it('announce what a command came to, the same twice too', async () => {
      const failing = {
        'plugin.json': manifestOf('paid'),
        'index.js': 'export default { onEnable() { throw new Error("no licence"); } };',
      };
      const server = await startPluginServer({ plugins: { paid: failing, shop: observedShop } });
      const page = renderHooks(server, () => ({ announcement: usePluginAnnouncement(), actions: usePluginActions() }));
      expect(page.current().announcement).toBeUndefined();
      await page.current().actions.disable('shop');
      await waitFor(() =>
        expect(page.current().announcement).toEqual({
          seq: 1,
          plugin: 'shop',
          command: 'disable',
          result: { ok: true },
        }),
      );
      for (const seq of [2, 3]) {
        await page.current().actions.enable('paid');
        await waitFor(() =>
          expect(page.current().announcement).toMatchObject({
            seq,
            plugin: 'paid',
            command: 'enable',
            result: { ok: false },
          }),
        );
      }
    });

    it('call functions for events of a type and a plugin, the latest one that was given', async () => {
      const server = await startPluginServer({
        plugins: { poll: { 'index.js': 'export default {};' }, shop: observedShop },
      });
      const heard: string[] = [];
      let word = 'first';
      const page = renderHooks(server, () => {
        const said = word;
        usePluginEvent('plugin:disabled', ({ plugin }) => heard.push(`${said} ${plugin}`), { plugin: 'shop' });
        usePluginEvent('plugin:audit', ({ plugin, data }) => heard.push(`${plugin} ${JSON.stringify(data['type'])}`), {
          plugin: 'poll',
        });
        return useConnection();
      });
      await waitFor(() => expect(page.current().state).toBe('live'));
      await waitFor(() => expect(server.openStreams()).toBe(1));
      word = 'second';
      page.renderAgain();
      await server.host.disable('poll');
      await server.host.disable('shop');
      await waitFor(() => expect(heard).toContain('second shop'));
      await waitFor(() => expect(heard).toContain('poll "plugin:disabled"'));
      expect(heard.filter((said) => said.startsWith('first'))).toEqual([]);
    });

    it('share one stream, which carries what is looked at and stays open when that changes', async () => {
      const server = await startShop();
      const seen: string[] = [];
      let isLooking = false;
      const page = renderHooks(server, () => {
        const { state } = useConnection();
        if (seen.at(-1) !== state) seen.push(state);
        const { lines } = usePluginLogs(isLooking ? 'shop' : 'nobody');
        usePluginTasks('shop');
        return { state, lines };
      });
      await waitFor(() => expect(page.current().state).toBe('live'));
      isLooking = true;
      page.renderAgain();
      await waitFor(() => expect(page.current().lines).not.toEqual([]));
      await expect.poll(() => server.topics()).toMatch(/log:shop/);
      await get(server, 'sold');
      await waitFor(() => expect(page.current().lines.at(-1)?.message).toBe('sold'));
      expect(server.openStreams()).toBe(1);
      expect(seen.slice(seen.indexOf('live'))).toEqual(['live']);
    });

    it('rest while the page has been out of sight for a minute, and catch up when it is seen again', async () => {
      const server = await startShop();
      const page = renderHooks(server, () => ({ ...usePlugin('shop'), connection: useConnection() }));
      await waitFor(() =>
        expect(page.current()).toMatchObject({ plugin: { state: 'active' }, connection: { state: 'live' } }),
      );
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
      document.dispatchEvent(visibilityChange());
      vi.advanceTimersByTime(61_000);
      vi.useRealTimers();
      await waitFor(() => expect(page.current().connection.state).toBe('paused'));
      await expect.poll(() => server.openStreams()).toBe(0);
      await server.host.disable('shop');
      expect(page.current().plugin?.state).toBe('active');
      visibility.mockReturnValue('visible');
      document.dispatchEvent(visibilityChange());
      await waitFor(() =>
        expect(page.current()).toMatchObject({ plugin: { state: 'disabled' }, connection: { state: 'live' } }),
      );
    });

    it('have the releases of a plugin among its details', async () => {
      const server = await startShop();
      const page = renderHooks(server, () => usePlugin('shop', { details: true }));
      await waitFor(() =>
        expect(page.current().details?.releases).toMatchObject([{ version: '1.0.0', current: true }]),
      );
      expect(page.current().plugin).not.toHaveProperty('releases');
    });
  });
}
