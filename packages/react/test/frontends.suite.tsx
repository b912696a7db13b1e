import { cleanup, render, waitFor } from '@testing-library/react';
import { renderToString } from 'react-dom/server';
import type { ReactElement } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import {
  FrontendError,
  PluginBoundary,
  PluginOutlet,
  PluginProvider,
  PluginSlot,
  usePluginFrontends,
  usePluginRoutes,
  usePluginSlot,
  usePluginTabs,
} from '../src/index.ts';
import { createMockClient, pluginWrapper } from '../src/testing/index.ts';
import { startPluginServer, type PluginServer } from './support/plugin-server.ts';
import { renderHooks } from './support/render-hooks.tsx';

/** Frontends that fail without being fetched: nothing here is a browser that could load modules. */
const newer = {
  'plugin.json': { name: 'newer', version: '2.0.0', frontend: { entry: 'ui/index.js', shared: 'v9' } },
  'ui/index.js': '',
};
const unreadable = {
  'plugin.json': { name: 'unreadable', version: '1.0.0', frontend: { entry: 'ui/index.tsx' } },
  'ui/index.tsx': '<',
};
const start = (): Promise<PluginServer> => startPluginServer({ plugins: { newer, unreadable } });

function useEverything() {
  return {
    frontends: usePluginFrontends(),
    tabs: usePluginTabs(),
    ownTabs: usePluginTabs('plugin', 'newer'),
    slot: usePluginSlot('header'),
    routes: usePluginRoutes(),
  } as const;
}

/** Registers the suite for the React that is loaded. */
export function describeFrontends(reactVersion: string): void {
  afterEach(cleanup);

  describe(`the hooks for plugin frontends, on React ${reactVersion}`, () => {
    it('tell of each frontend that failed why, and forget those of plugins that were disabled', async () => {
      const server = await start();
      const page = renderHooks(server, useEverything);
      await waitFor(() => expect(page.current().frontends.frontends.get('newer')?.status).toBe('failed'));
      const { frontends } = page.current().frontends;
      expect(frontends.get('newer')).toMatchObject({ version: '2.0.0', error: { kind: 'version' } });
      expect(frontends.get('newer')?.error).toBeInstanceOf(FrontendError);
      expect(frontends.get('unreadable')).toMatchObject({ status: 'failed', error: { kind: 'unserved' } });
      await server.host.disable('newer');
      await waitFor(() => expect([...page.current().frontends.frontends.keys()]).toEqual(['unreadable']));
    });

    it('keep the list that was loaded when the server does not answer, and say so', async () => {
      const server = await start();
      const page = renderHooks(server, useEverything, { live: false });
      await waitFor(() => expect(page.current().frontends.status).toBe('ready'));
      const answers = server.refuse('/ui/manifest');
      await page.current().frontends.refresh();
      await waitFor(() => expect(page.current().frontends).toMatchObject({ status: 'error' }));
      expect(page.current().frontends.frontends.size).toBe(2);
      answers();
      await page.current().frontends.refresh();
      await waitFor(() => expect(page.current().frontends).toMatchObject({ status: 'ready', error: undefined }));
    });
  });

  describe(`places for plugins, on React ${reactVersion}`, () => {
    const Page = (): ReactElement => (
      <>
        <PluginSlot name="header">nothing here</PluginSlot>
        <PluginOutlet path="/desk/tickets">no page</PluginOutlet>
        <PluginBoundary plugin="desk">own view</PluginBoundary>
      </>
    );

    it('are filled with what the application gives where no plugin adds anything', () => {
      const { container } = render(<Page />, { wrapper: pluginWrapper(createMockClient()) });
      expect(container.textContent).toBe('nothing hereno pageown view');
    });

    it('are rendered by a server, which loads nothing', () => {
      const client = createMockClient();
      const Wrapper = pluginWrapper(client);
      const html = renderToString(
        <Wrapper>
          <Page />
        </Wrapper>,
      );
      expect(html).toContain('nothing here');
      expect(client.calls).toEqual([]);
    });

    it('show why a frontend did not load', async () => {
      const broken = [{ plugin: 'desk', displayName: 'Desk', version: '1.0.0', code: 'MODULE_FAILED', message: 'No.' }];
      const client = createMockClient({ frontends: { frontends: [], broken } });
      const { findByRole, container } = render(<Page />, { wrapper: pluginWrapper(client) });
      const alert = await findByRole('alert');
      expect(alert.getAttribute('data-kind')).toBe('unserved');
      expect(alert.textContent).toContain('The user interface of desk does not work. No.');
      expect(container.textContent).not.toContain('own view');
    });

    it('say it in the words of the application, which gives them once for all places', async () => {
      const broken = [{ plugin: 'desk', displayName: 'Desk', version: '1.0.0', code: 'MODULE_FAILED', message: 'No.' }];
      const client = createMockClient({ frontends: { frontends: [], broken } });
      const { findByText, queryByRole } = render(
        <PluginProvider
          client={client}
          frontendProblem={({ plugin, error }) => `${plugin} geht nicht: ${error.kind}, ${error.message}`}
        >
          <Page />
        </PluginProvider>,
      );
      await findByText('desk geht nicht: unserved, No.', { exact: false });
      expect(queryByRole('alert')).toBeNull();
    });
  });
}
