import { cleanup, fireEvent, render, waitFor, within } from '@testing-library/react';
import { StrictMode, type ReactElement } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AdminRoot, germanMessages, PluginAdmin, PluginSwitch, StateBadge } from '../src/admin/index.ts';
import { PluginApiError, PluginProvider, usePlugin } from '../src/index.ts';
import {
  createMockClient,
  fixtureTime,
  makeCheck,
  makeConfig,
  makeHealth,
  makeLogLine,
  makeOperation,
  makePlugin,
  type MockClient,
} from '../src/testing/index.ts';

const pages = {
  '/': 'Shop',
  '/shop': 'Calls in flight',
  '/shop/logs': 'The shop is open',
  '/graph': 'No plugin needs another one.',
  '/audit': 'No entries.',
} as const;

function shop(): MockClient {
  return createMockClient({
    plugins: [makePlugin('shop', { displayName: 'Shop' })],
    logs: { shop: [makeLogLine('shop', 1, { message: 'The shop is open' })] },
  });
}

function Panel({ client, path }: { readonly client: MockClient; readonly path: string }): ReactElement {
  return (
    <StrictMode>
      <PluginProvider client={client}>
        <PluginAdmin path={path} onNavigate={() => undefined} />
      </PluginProvider>
    </StrictMode>
  );
}

/** A page of an application's own, made of parts of the panel. */
function OwnPage(): ReactElement | null {
  const { plugin } = usePlugin('shop');
  return plugin ? (
    <>
      <StateBadge state={plugin.state} />
      <PluginSwitch plugin={plugin} />
    </>
  ) : null;
}

/** Registers the suite for the React that is loaded. */
export function describeAdmin(reactVersion: string): void {
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  describe(`the panel on React ${reactVersion}`, () => {
    it('lends its parts to pages of others: a switch asks and tells as in the panel, in the language of the page', async () => {
      const client = createMockClient({ plugins: [makePlugin('shop', { displayName: 'Shop', activeRequests: 2 })] });
      const { container, findByRole, findByText } = render(
        <PluginProvider client={client}>
          <AdminRoot messages={germanMessages} theme="dark">
            <OwnPage />
          </AdminRoot>
        </PluginProvider>,
      );
      fireEvent.click(await findByRole('switch', { name: /Shop/ }));
      const dialog = await findByRole('dialog');
      expect(client.calls.map(({ method }) => method)).not.toContain('disable');
      fireEvent.click([...dialog.querySelectorAll('button')].at(-1) as HTMLElement);
      await findByText('Shop wurde ausgeschaltet.');
      expect(container.querySelector('[data-pk-part="state"]')?.textContent).toContain(germanMessages.states.disabled);
      expect(client.calls.map(({ method }) => method)).toContain('disable');
    });

    it.each(Object.entries(pages))('renders %s on a server, and the browser takes that over', async (path, shown) => {
      const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const client = shop();
      const html = renderToString(<Panel client={client} path={path} />);
      expect(html).toContain('data-pk-part="root"');
      expect(html).toContain('aria-busy="true"');
      expect(client.calls).toEqual([]);
      const container = document.createElement('div');
      container.innerHTML = html;
      document.body.append(container);
      const recovered: unknown[] = [];
      const root = hydrateRoot(container, <Panel client={client} path={path} />, {
        onRecoverableError: (error) => recovered.push(error),
      });
      await waitFor(() => expect(container.textContent).toContain(shown));
      root.unmount();
      container.remove();
      expect(recovered).toEqual([]);
      expect(complaints.mock.calls).toEqual([]);
    });

    it('asks once for the figures and the health of all rows, however many there are', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const names = Array.from({ length: 40 }, (_, index) => `plugin-${index}`);
      const client = createMockClient({
        plugins: names.map((name) => makePlugin(name)),
        health: Object.fromEntries(
          names.map((name) => [name, makeHealth(name, { history: [makeCheck({ outcome: 'failed' }), makeCheck()] })]),
        ),
      });
      const { findAllByRole, findAllByText } = render(<Panel client={client} path="/" />);
      expect(await findAllByRole('img', { name: '2 checks: 1 passed, 0 warned, 1 failed' })).toHaveLength(40);
      expect(await findAllByText('no requests in the last minute')).toHaveLength(40);
      const asked = client.calls.map(({ method }) => method);
      // StrictMode looks twice, and the stream that has opened may bring others
      for (const method of ['metrics', 'healthOfAll'])
        expect(asked.filter((one) => one === method).length).toBeLessThan(5);
      expect(new Set(asked)).toEqual(new Set(['me', 'list', 'graph', 'metrics', 'healthOfAll']));
      // and no row asks again on its own
      expect(vi.getTimerCount()).toBeLessThan(5);
    });

    it('tells once why a configuration was not reset', async () => {
      const client = createMockClient({
        plugins: [makePlugin('shop', { displayName: 'Shop' })],
        configs: { shop: makeConfig({ revision: 1, stored: ['title'] }) },
      });
      const { container, findByText, findByRole } = render(<Panel client={client} path="/shop/danger" />);
      fireEvent.click(await findByText('Reset …'));
      client.failNext('restoreConfig', new PluginApiError('Not now.', { code: 'STORE_UNAVAILABLE', status: 503 }));
      fireEvent.click(await findByText('Reset the configuration', { selector: 'button' }));
      await waitFor(() =>
        expect(container.querySelector('[data-pk-part=announcer]')?.textContent).toContain('Not now.'),
      );
      expect((await findByRole('alert')).textContent).toContain('Not now.');
      expect(container.querySelectorAll('[data-pk-part=error]')).toHaveLength(1);
    });

    it('grants nothing before it knows what is asked for, says why it does not know, and asks again', async () => {
      const reason = { code: 'CONSENT_REQUIRED', message: 'Nobody has agreed.', hint: '' };
      const mail = {
        permission: 'network:smtp',
        description: 'Sends mail.',
        state: 'pending',
        decidedBy: null,
      } as const;
      const client = createMockClient({
        plugins: [makePlugin('shop', { displayName: 'Shop', state: 'blocked', reason })],
        permissions: { shop: { permissions: [mail], pending: [] } },
      });
      const answer = client.hold('permissions');
      const away = new PluginApiError('Not now.', { code: 'STORE_UNAVAILABLE', status: 503 });
      const mend = client.fail('permissions', away);
      const { findByRole } = render(<Panel client={client} path="/" />);
      fireEvent.click(await findByRole('button', { name: 'Review permissions' }));
      const dialog = within(await findByRole('dialog'));
      const grant = dialog.getByRole<HTMLButtonElement>('button', { name: 'Grant and enable' });
      dialog.getByText('Loading …');
      expect(grant.disabled).toBe(true);
      answer();
      expect((await dialog.findByRole('alert')).textContent).toContain('Not now.');
      expect(grant.disabled).toBe(true);
      mend();
      fireEvent.click(dialog.getByRole('button', { name: 'Try again' }));
      await dialog.findByText('Sends mail.');
      expect(grant.disabled).toBe(false);
      fireEvent.click(grant);
      await waitFor(() =>
        expect(client.calls.find(({ method }) => method === 'enable')?.args).toEqual([
          'shop',
          expect.objectContaining({ grant: ['network:smtp'] }),
        ]),
      );
    });

    it('has nothing to grant where somebody else has decided meanwhile', async () => {
      const reason = { code: 'CONSENT_REQUIRED', message: 'Nobody has agreed.', hint: '' };
      const client = createMockClient({
        plugins: [makePlugin('shop', { displayName: 'Shop', state: 'blocked', reason })],
      });
      const { findByRole } = render(<Panel client={client} path="/" />);
      fireEvent.click(await findByRole('button', { name: 'Review permissions' }));
      const dialog = within(await findByRole('dialog'));
      await dialog.findByText('Nothing waits for a decision any more.');
      expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Grant and enable' }).disabled).toBe(true);
    });

    it('shows what came of looking for new plugins, not only to those who hear it', async () => {
      const client = shop();
      const { findByRole, findByText, queryByText, container } = render(<Panel client={client} path="/" />);
      const look = await findByRole('button', { name: 'Look for new plugins' });
      fireEvent.click(look);
      await findByText('The plugins folder was read.', { selector: ':not([data-pk-part=announcer])' });
      client.failNext('rescan', new PluginApiError('Not now.', { code: 'STORE_UNAVAILABLE', status: 503 }));
      fireEvent.click(look);
      await waitFor(() => expect(container.querySelector('[data-pk-part=error]')?.textContent).toContain('Not now.'));
      expect(queryByText('The plugins folder was read.', { selector: ':not([data-pk-part=announcer])' })).toBeNull();
    });

    it('shows why a drain could not be ended', async () => {
      const client = createMockClient({
        plugins: [makePlugin('shop', { displayName: 'Shop', state: 'draining' })],
        operations: [
          makeOperation('shop', {
            status: 'running',
            phase: 'draining',
            endedAt: null,
            drain: { inFlightAtStart: 1, inFlight: 1, calls: [], deadlineAt: fixtureTime, cut: null, forcedBy: null },
          }),
        ],
      });
      const { findByRole, container } = render(<Panel client={client} path="/" />);
      client.failNext('forceOperation', new PluginApiError('Not yours.', { code: 'FORBIDDEN', status: 403 }));
      fireEvent.click(await findByRole('button', { name: 'Force now' }));
      await waitFor(() => expect(container.querySelector('[data-pk-part=error]')?.textContent).toContain('Not yours.'));
    });

    it('says when an error could not be copied', async () => {
      const client = createMockClient();
      client.fail('list', new PluginApiError('Not now.', { code: 'STORE_UNAVAILABLE', status: 503 }));
      const { findByRole } = render(<Panel client={client} path="/" />);
      const copy = await findByRole('button', { name: 'Copy error' });
      const writeText = vi.fn<(text: string) => Promise<void>>(() => Promise.reject(new Error('not allowed')));
      vi.stubGlobal('navigator', { clipboard: { writeText } });
      fireEvent.click(copy);
      await findByRole('button', { name: 'Not copied; select the text' });
      expect(writeText).toHaveBeenCalledWith(expect.stringContaining('STORE_UNAVAILABLE: Not now.'));
      writeText.mockResolvedValue();
      fireEvent.click(copy);
      await findByRole('button', { name: 'Copied' });
    });

    it('shows a part at once whose link was pointed at', async () => {
      const client = shop();
      const { getByRole, container, rerender } = render(<Panel client={client} path="/" />);
      await waitFor(() => getByRole('link', { name: 'Shop' }));
      fireEvent.pointerEnter(getByRole('link', { name: 'Dependencies' }));
      // what is pointed at comes; how long that takes is the affair of who loads it
      await import('../src/admin/dependency-graph.tsx');
      await Promise.resolve();
      rerender(<Panel client={client} path="/graph" />);
      expect(container.querySelector('[aria-busy=true]')).toBeNull();
      getByRole('heading', { name: 'Dependencies' });
    });
  });
}
