import { cleanup, render, waitFor } from '@testing-library/react';
import { version, type ReactElement, type ReactNode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PluginProvider, useConnection, usePlugin, usePluginActions, usePlugins } from '../src/index.ts';
import { createHeldFetch } from './support/held-fetch.ts';
import { startPluginServer } from './support/plugin-server.ts';
import { renderHooks } from './support/render-hooks.tsx';

const works = 'export default {};';
const failsToEnable = 'export default { onEnable() { throw new Error("no licence"); } };';

/** Registers the suite for the React that is loaded, which has to be the expected one. */
export function describeHooks(expectedVersion: string): void {
  afterEach(() => {
    cleanup();
    vi.restoreAllMocks();
  });

  describe(`the hooks on React ${expectedVersion}`, () => {
    it('run on that React', () => {
      expect(version).toBe(expectedVersion);
    });

    it('render only when something has changed, and never without end', async () => {
      const server = await startPluginServer({ plugins: { chat: { 'index.js': works }, poll: { 'index.js': works } } });
      const page = renderHooks(server, () => ({
        list: usePlugins(({ name }) => name === 'chat'),
        connection: useConnection().state,
      }));
      await waitFor(() => expect(page.current()).toMatchObject({ list: { status: 'ready' }, connection: 'live' }));
      await page.current().list.refresh();
      const rendersBefore = page.renders();
      // a new revision of everything, but nothing new about what this page shows
      await server.host.disable('poll');
      await page.current().list.refresh();
      expect(page.renders()).toBe(rendersBefore);
      expect(rendersBefore).toBeLessThan(20);
    });

    it('show a switched plugin as disabled at once, and as the server says afterwards', async () => {
      const server = await startPluginServer({ plugins: { chat: { 'index.js': works } } });
      const held = createHeldFetch();
      const page = renderHooks(server, () => ({ ...usePlugin('chat'), ...usePluginActions('chat') }), {
        fetch: held.fetch,
      });
      await waitFor(() => expect(page.current().plugin?.state).toBe('active'));
      const answer = held.hold('POST', '/chat/enable');
      const disabling = page.current().disable();
      await waitFor(() => expect(page.current().plugin?.enabled).toBe(false));
      expect(page.current().latestCommand).toEqual({ command: 'disable', status: 'pending', error: undefined });
      await answer.answered;
      answer.release();
      expect(await disabling).toEqual({ ok: true });
      await waitFor(() => expect(page.current()).toMatchObject({ plugin: { enabled: false, state: 'disabled' } }));
      expect(page.current().latestCommand).toBeUndefined();
    });

    it('show a plugin that cannot be enabled as disabled again, with the reason until it is dismissed', async () => {
      const server = await startPluginServer({ plugins: { paid: { 'index.js': works } } });
      await server.host.disable('paid');
      await server.folder.write('paid', { 'index.js': failsToEnable });
      await server.host.reload('paid');
      const held = createHeldFetch();
      const page = renderHooks(server, () => ({ ...usePlugin('paid'), ...usePluginActions('paid') }), {
        fetch: held.fetch,
      });
      await waitFor(() => expect(page.current().plugin).toMatchObject({ enabled: false, state: 'disabled' }));
      const answer = held.hold('POST', '/paid/enable');
      const enabling = page.current().enable();
      await waitFor(() => expect(page.current().plugin?.enabled).toBe(true));
      await answer.answered;
      answer.release();
      expect(await enabling).toMatchObject({ ok: false, error: { code: 'HOOK_FAILED', status: 500 } });
      await waitFor(() => expect(page.current().latestCommand?.status).toBe('failed'));
      expect(page.current().plugin?.enabled).toBe(false);
      expect(page.current().latestCommand?.error?.message).toContain('no licence');
      await waitFor(() => expect(page.current().plugin?.state).toBe('failed'));
      page.current().dismiss();
      await waitFor(() => expect(page.current().latestCommand).toBeUndefined());
    });

    it('show a change that somebody else makes on the server', async () => {
      const server = await startPluginServer({ plugins: { chat: { 'index.js': works } } });
      const page = renderHooks(server, () => ({ ...usePlugins(), connection: useConnection().state }));
      await waitFor(() => expect(page.current()).toMatchObject({ connection: 'live', plugins: [{ state: 'active' }] }));
      await server.host.disable('chat');
      await waitFor(() =>
        expect(page.current().plugins).toMatchObject([{ name: 'chat', state: 'disabled', enabled: false }]),
      );
      await server.folder.write('poll', {
        'plugin.json': { name: 'poll', version: '1.0.0', backend: { entry: 'index.js' } },
        'index.js': works,
      });
      await server.folder.remove('chat');
      await server.host.rescan();
      await waitFor(() => expect(page.current().plugins).toMatchObject([{ name: 'poll', state: 'active' }]));
      expect(page.current().plugins).toHaveLength(1);
    });

    it('do not go back to an old state when an overtaken answer arrives', async () => {
      const server = await startPluginServer({ plugins: { chat: { 'index.js': works } } });
      const held = createHeldFetch();
      const page = renderHooks(server, () => ({ ...usePlugin('chat'), actions: usePluginActions() }), {
        fetch: held.fetch,
        live: false,
      });
      await waitFor(() => expect(page.current().plugin?.state).toBe('active'));
      const old = held.hold('GET', '');
      const refreshing = page.current().refresh();
      await old.answered;
      expect(await page.current().actions.disable('chat')).toEqual({ ok: true });
      await waitFor(() => expect(page.current().plugin?.state).toBe('disabled'));
      old.release();
      await refreshing;
      await server.host.enable('chat');
      expect(page.current().plugin).toMatchObject({ state: 'disabled', enabled: false });
      await page.current().refresh();
      await waitFor(() => expect(page.current().plugin?.state).toBe('active'));
    });

    it('show that the connection is lost, and catch up when it is back', async () => {
      const server = await startPluginServer({ plugins: { chat: { 'index.js': works } } });
      const seen: string[] = [];
      const page = renderHooks(server, () => {
        const connection = useConnection().state;
        if (seen.at(-1) !== connection) seen.push(connection);
        return { ...usePlugins(), connection };
      });
      await waitFor(() => expect(page.current()).toMatchObject({ connection: 'live', status: 'ready' }));
      const admit = server.refuse('/events');
      server.cutConnections();
      await waitFor(() => expect(page.current().connection).toBe('offline'));
      await server.host.disable('chat');
      expect(page.current().plugins).toMatchObject([{ state: 'active' }]);
      admit();
      await waitFor(() =>
        expect(page.current()).toMatchObject({ connection: 'live', plugins: [{ state: 'disabled' }] }),
      );
      expect(seen).toEqual(['connecting', 'live', 'connecting', 'offline', 'live']);
    });

    it('follow a server that starts again and counts from the beginning', async () => {
      const first = await startPluginServer({ plugins: { chat: { 'index.js': works }, poll: { 'index.js': works } } });
      const page = renderHooks(first, () => ({ ...usePlugins(), connection: useConnection().state }));
      await first.host.disable('poll');
      await first.host.disable('chat');
      await first.host.enable('chat');
      await waitFor(() => {
        expect(page.current()).toMatchObject({
          connection: 'live',
          plugins: [{ state: 'active' }, { state: 'disabled' }],
        });
      });
      await first.close();
      await waitFor(() => expect(page.current().connection).not.toBe('live'));
      await first.folder.remove('poll');
      const second = await startPluginServer({ folder: first.folder, port: first.port });
      expect(second.host.events.seq).toBeLessThan(first.host.events.seq);
      await waitFor(() => expect(page.current().plugins).toHaveLength(1));
      await second.host.disable('chat');
      await waitFor(() => expect(page.current().plugins).toMatchObject([{ name: 'chat', state: 'disabled' }]));
    });

    it('keep details new, and name the settings that the server refuses', async () => {
      const manifest = {
        name: 'chat',
        version: '1.0.0',
        backend: { entry: 'index.js' },
        config: { limit: { type: 'integer', default: 5, max: 10 } },
      };
      const server = await startPluginServer({ plugins: { chat: { 'plugin.json': manifest, 'index.js': works } } });
      const page = renderHooks(server, () => ({
        ...usePlugin('chat', { details: true }),
        actions: usePluginActions('chat'),
        connection: useConnection().state,
      }));
      await waitFor(() =>
        expect(page.current()).toMatchObject({ connection: 'live', details: { config: { limit: 5 } } }),
      );
      await server.host.updateConfig('chat', { limit: 7 });
      await waitFor(() => expect(page.current().details).toMatchObject({ config: { limit: 7 }, configRevision: 1 }));
      expect(await page.current().actions.updateConfig({ limit: 8 })).toEqual({ ok: true });
      await waitFor(() => expect(page.current().details?.config).toEqual({ limit: 8 }));
      const refused = await page.current().actions.updateConfig({ limit: 11 });
      expect(refused).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID', errors: [{ pointer: '/limit' }] } });
      await waitFor(() =>
        expect(page.current().latestCommand).toMatchObject({ command: 'update-config', status: 'failed' }),
      );
      expect(page.current().details?.config).toEqual({ limit: 8 });
    });

    it('say that details of an unknown plugin cannot be had', async () => {
      const server = await startPluginServer();
      const page = renderHooks(server, () => usePlugin('no-such-plugin', { details: true }));
      await waitFor(() =>
        expect(page.current()).toMatchObject({ status: 'error', error: { code: 'PLUGIN_NOT_FOUND', status: 404 } }),
      );
    });

    it('keep what was loaded when the server fails, say so, and recover', async () => {
      const server = await startPluginServer({ plugins: { chat: { 'index.js': works } } });
      const page = renderHooks(server, () => usePlugins(), { live: false });
      await waitFor(() => expect(page.current().status).toBe('ready'));
      const admit = server.refuse('');
      await page.current().refresh();
      await waitFor(() =>
        expect(page.current()).toMatchObject({ status: 'error', error: { status: 503 }, plugins: [{ name: 'chat' }] }),
      );
      admit();
      await page.current().refresh();
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', error: undefined }));
    });

    it('use the headers of the latest render, and start anew with another base URL', async () => {
      const plugins = { chat: { 'index.js': works } };
      const locked = await startPluginServer({ plugins, token: 'Bearer right' });
      const open = await startPluginServer({ plugins: { poll: { 'index.js': works } } });
      const results: ReturnType<typeof usePlugins>[] = [];
      const Probe = (): ReactNode => {
        results.push(usePlugins());
        return null;
      };
      const pageFor = (baseUrl: string, token: string): ReactElement => (
        <PluginProvider baseUrl={baseUrl} headers={() => ({ authorization: token })} live={false}>
          <Probe />
        </PluginProvider>
      );
      const { rerender } = render(pageFor(locked.baseUrl, 'Bearer wrong'));
      await waitFor(() => expect(results.at(-1)?.error?.code).toBe('UNAUTHENTICATED'));
      rerender(pageFor(locked.baseUrl, 'Bearer right'));
      await results.at(-1)?.refresh();
      await waitFor(() => expect(results.at(-1)).toMatchObject({ status: 'ready', plugins: [{ name: 'chat' }] }));
      rerender(pageFor(open.baseUrl, 'none'));
      expect(results.at(-1)).toMatchObject({ status: 'loading', plugins: [] });
      await waitFor(() => expect(results.at(-1)).toMatchObject({ status: 'ready', plugins: [{ name: 'poll' }] }));
    });

    it('leave no open stream behind when the page goes', async () => {
      const server = await startPluginServer();
      const page = renderHooks(server, () => useConnection().state);
      await waitFor(() => expect(page.current()).toBe('live'));
      await waitFor(() => expect(server.openStreams()).toBe(1));
      page.unmount();
      await waitFor(() => expect(server.openStreams()).toBe(0));
    });

    it('render on a server, and the browser takes that over without complaint', async () => {
      const server = await startPluginServer({ plugins: { chat: { 'index.js': works } } });
      const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const List = (): ReactElement => {
        const { plugins, status } = usePlugins(({ enabled }) => enabled);
        const { status: ofOne } = usePlugin('chat', { details: true });
        return <p>{[useConnection().state, status, ofOne, ...plugins.map(({ name }) => name)].join(' ')}</p>;
      };
      const page = (
        <PluginProvider baseUrl={server.baseUrl}>
          <List />
        </PluginProvider>
      );
      const html = renderToString(page);
      expect(html).toBe('<p>connecting loading loading</p>');
      expect(server.requests).toEqual([]);
      const container = document.createElement('div');
      container.innerHTML = html;
      const root = hydrateRoot(container, page);
      await waitFor(() => expect(container.textContent).toBe('live ready ready chat'));
      root.unmount();
      expect(complaints.mock.calls).toEqual([]);
    });

    it('say what is missing outside of a provider', () => {
      const Lost = (): ReactElement => <p>{usePlugins().status}</p>;
      expect(() => renderToString(<Lost />)).toThrow('<PluginProvider>');
    });
  });
}
