import { cleanup, fireEvent, render, waitFor, within } from '@testing-library/react';
import { StrictMode, type ReactElement } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { englishMessages, germanMessages, PluginAdmin, type AdminMessages } from '../src/admin/index.ts';
import { createPluginClient, PluginApiError, PluginProvider } from '../src/index.ts';
import { createMockClient, makeHealth, makePlugin, type MockClient, type MockData } from '../src/testing/index.ts';

const away = new PluginApiError('The store does not answer.', { code: 'STORE_UNAVAILABLE', status: 503 });
const consent = {
  code: 'CONSENT_REQUIRED',
  message: 'Version 2.0.0 asks for permissions.',
  hint: 'Grant them.',
  during: 'reload',
  at: '2026-01-01T12:00:00.000Z',
} as const;
const failure = { ...consent, code: 'HOOK_FAILED', message: 'onLoad failed.', hint: 'Read the cause.' } as const;

interface PanelProps {
  readonly client: MockClient;
  readonly path?: string;
  readonly messages?: AdminMessages;
  readonly onNavigate?: (path: string) => void;
}

function Panel({ client, path = '/', messages, onNavigate = () => undefined }: PanelProps): ReactElement {
  return (
    <StrictMode>
      <PluginProvider client={client}>
        <PluginAdmin path={path} onNavigate={onNavigate} messages={messages} />
      </PluginProvider>
    </StrictMode>
  );
}

function shopWith(data: MockData = {}): MockClient {
  return createMockClient({ plugins: [makePlugin('shop', { displayName: 'Shop' })], ...data });
}

function partOf(container: HTMLElement, name: string): HTMLElement {
  const part = container.querySelector<HTMLElement>(`[data-pk-part="${name}"]`);
  if (!part) throw new Error(`There is no part "${name}".`);
  return part;
}

/** Registers the suite for the React that is loaded. */
export function describeAdminTelling(reactVersion: string): void {
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  describe(`what the panel tells, on React ${reactVersion}`, () => {
    describeAttention();
    describeRows();
    describeUnknown();
    describeBoundaries();
    describeResults();
    describeAuditFilters();
    describeLanguages();
  });
}

function describeAttention(): void {
  it('asks for attention to plugins that run but are not well, with the reason, and shows them alone on demand', async () => {
    const client = createMockClient({
      plugins: ['calm', 'slow', 'sick'].map((name) => makePlugin(name)),
      health: {
        calm: makeHealth('calm'),
        slow: makeHealth('slow', { status: 'degraded', message: 'smtp took 812 ms' }),
        sick: makeHealth('sick', { status: 'unhealthy', message: 'no connection' }),
      },
    });
    const { container, findByRole, getByRole, rerender } = render(<Panel client={client} />);
    const attention = await findByRole('region', { name: 'Needs attention (2)' });
    const items = within(attention).getAllByRole('listitem');
    expect(items[0]?.textContent).toMatch(/Sick.*Unhealthy.*no connection/);
    expect(items[1]?.textContent).toMatch(/Slow.*Degraded.*smtp took 812 ms/);
    within(attention).getAllByRole('link', { name: 'Health & metrics' });
    getByRole('button', { name: 'Not healthy 2' });
    rerender(<Panel client={client} path="/?state=unwell" />);
    const rows = [...container.querySelectorAll('[data-pk-part=row]')];
    expect(rows.map((row) => row.getAttribute('data-plugin'))).toEqual(['sick', 'slow']);
  });

  it('offers a reload where one has failed and the old code serves, a way to its log, and the error to be copied', async () => {
    const client = createMockClient({
      plugins: [makePlugin('shop', { displayName: 'Shop', lastFailure: failure, error: failure.message })],
    });
    const { findByRole } = render(<Panel client={client} />);
    const attention = within(await findByRole('region', { name: 'Needs attention (1)' }));
    expect(attention.getByRole('link', { name: 'Logs' }).getAttribute('href')).toContain('/shop/logs');
    const written: string[] = [];
    vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void written.push(text) } });
    fireEvent.click(attention.getByRole('button', { name: 'Copy error' }));
    await attention.findByRole('button', { name: 'Copied' });
    vi.unstubAllGlobals();
    expect(written).toEqual(['shop\nHOOK_FAILED: onLoad failed.\nRead the cause.']);
    fireEvent.click(attention.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(client.calls.map(({ method }) => method)).toContain('reload'));
  });

  it('offers to review the permissions that a new release was refused for, and reloads with them', async () => {
    const client = createMockClient({ plugins: [makePlugin('shop', { displayName: 'Shop', lastFailure: consent })] });
    const details = { permissions: [{ permission: 'network:smtp', description: 'Talks to the mail server.' }] };
    client.failNext('reload', new PluginApiError(consent.message, { ...consent, status: 409, details }));
    const { findByRole } = render(<Panel client={client} />);
    fireEvent.click(await findByRole('button', { name: 'Review permissions' }));
    const dialog = within(await findByRole('dialog'));
    dialog.getByText('Talks to the mail server.');
    fireEvent.click(dialog.getByRole('button', { name: 'Grant and reload' }));
    await waitFor(() => {
      const reloads = client.calls.filter(({ method }) => method === 'reload');
      expect(reloads.at(-1)?.args[1]).toMatchObject({ grant: ['network:smtp'] });
    });
  });
}

function describeRows(): void {
  it('says in the row of a plugin why it is not up, but not twice', async () => {
    const reason = { code: 'RETRY_LATER', message: 'Next try in 12 s.', hint: '' };
    const client = createMockClient({
      plugins: [makePlugin('chat', { displayName: 'Chat', state: 'retrying', generation: null, reason })],
    });
    const { container, findByRole } = render(<Panel client={client} />);
    await findByRole('switch', { name: 'Chat enabled' });
    const row = partOf(container, 'row');
    expect(within(row).getByText('Next try in 12 s.').getAttribute('title')).toBe('Next try in 12 s.');
    client.failNext('disable', away);
    fireEvent.click(within(row).getByRole('switch'));
    await within(row).findByText(away.message, { exact: false });
    expect(within(row).queryByText('Next try in 12 s.')).toBeNull();
  });

  it('says why the diagnostics of a plugin could not be had', async () => {
    const client = shopWith();
    client.failNext('diagnostics', away);
    const { findByRole } = render(<Panel client={client} path="/shop" />);
    fireEvent.click(await findByRole('button', { name: 'Download diagnostics' }));
    expect((await findByRole('alert')).textContent).toContain(away.message);
    expect(client.calls.filter(({ method }) => method === 'diagnostics').map(({ args }) => args)).toEqual([['shop']]);
  });
}

function describeUnknown(): void {
  it('does not say that there were no requests or checks before the server has answered', async () => {
    const client = shopWith({ health: { shop: makeHealth('shop', { history: [] }) } });
    const release = [client.hold('metrics'), client.hold('healthOfAll')];
    const { container, findByText, queryByText } = render(<Panel client={client} />);
    await waitFor(() => partOf(container, 'row'));
    expect(queryByText('no requests in the last minute')).toBeNull();
    expect(queryByText('not checked')).toBeNull();
    for (const answer of release) answer();
    await findByText('no requests in the last minute');
    await findByText('not checked');
  });

  it('says that it is offline where it shows that there are no plugins', async () => {
    const client = createMockClient();
    const { container, findByText } = render(<Panel client={client} />);
    await findByText('No plugins yet');
    client.setConnection('offline');
    await waitFor(() => partOf(container, 'offline'));
  });

  it('does not call relations and permissions none while they are loading, or where they could not be loaded', async () => {
    const client = shopWith();
    const release = [client.hold('graph'), client.hold('permissions')];
    for (const method of ['graph', 'permissions'] as const) client.fail(method, away);
    const { container, findAllByText, queryByText } = render(<Panel client={client} path="/shop" />);
    await findAllByText('Loading …');
    const saysNone = (): boolean =>
      queryByText('No other plugin.') !== null || queryByText('It asks for none.') !== null;
    await waitFor(() => partOf(container, 'permissions'));
    expect(saysNone()).toBe(false);
    for (const answer of release) answer();
    await waitFor(() => expect(container.querySelectorAll('[data-pk-part=error]')).toHaveLength(2));
    expect(saysNone()).toBe(false);
    expect(within(partOf(container, 'permissions')).getByRole('alert').textContent).toContain(away.message);
  });

  it('does not pass over errors of a plugin that could not be loaded', async () => {
    const client = shopWith();
    const comeBack = client.fail('errors', away);
    const { container } = render(<Panel client={client} path="/shop/logs" />);
    await waitFor(() => within(partOf(container, 'errors')).getByText(away.message, { exact: false }));
    comeBack();
    fireEvent.click(within(partOf(container, 'errors')).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(container.querySelector('[data-pk-part=errors]')).toBeNull());
  });
}

/** The English panel, but that the words of one part cannot be had while `isBroken`. */
function brokenMessages(part: 'logs' | 'attention', isBroken: () => boolean): AdminMessages {
  const { observation, list } = englishMessages;
  const fail = (): void => {
    if (isBroken()) throw new Error(`no words for ${part}`);
  };
  if (part === 'attention')
    return {
      ...englishMessages,
      get list() {
        fail();
        return list;
      },
    };
  return {
    ...englishMessages,
    observation: {
      ...observation,
      get logs() {
        fail();
        return observation.logs;
      },
    },
  };
}

function describeBoundaries(): void {
  it.each([
    ['logs', '/shop/logs', 'tab'],
    ['attention', '/', 'list'],
  ] as const)('keeps what the %s throw at %s inside, and shows the %s when asked again', async (part, path, _what) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    let isBroken = true;
    const { container, findByText, queryByText } = render(
      <Panel client={shopWith()} path={path} messages={brokenMessages(part, () => isBroken)} />,
    );
    await findByText(`no words for ${part}`);
    const notice = within(partOf(container, 'missing-part'));
    notice.getByText('This part does not work');
    notice.getByRole('button', { name: 'Copy error' });
    // the rest of a page stays
    if (path !== '/') await waitFor(() => partOf(container, 'header'));
    isBroken = false;
    fireEvent.click(notice.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(queryByText('This part does not work')).toBeNull());
    await waitFor(() => partOf(container, path === '/' ? 'table' : 'log'));
  });
}

function describeResults(): void {
  it.each([
    ['/shop/logs', 'exportLogs', 'Download'],
    ['/audit', 'exportAudit', 'Export CSV'],
  ] as const)('shows why a file of %s could not be had', async (path, method, name) => {
    const client = shopWith();
    client.failNext(method, away);
    const { findByRole } = render(<Panel client={client} path={path} />);
    fireEvent.click(await findByRole('button', { name }));
    expect((await findByRole('alert')).textContent).toContain(away.message);
  });

  it('shows why a log level was not changed, and keeps the field', async () => {
    const client = shopWith();
    client.failNext('setLogLevel', away);
    const { findByRole, findByLabelText } = render(<Panel client={client} path="/shop/logs" />);
    fireEvent.change(await findByLabelText(/Keep lines from/), { target: { value: 'debug' } });
    expect((await findByRole('alert')).textContent).toContain(away.message);
    await findByLabelText(/Keep lines from/);
  });

  it('shows why the log level is not known, and gets it when asked again', async () => {
    const client = shopWith();
    const comeBack = client.fail('logLevel', away);
    const { findByRole, findByLabelText } = render(<Panel client={client} path="/shop/logs" />);
    const alert = await findByRole('alert');
    expect(alert.textContent).toContain(away.message);
    comeBack();
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await findByLabelText(/Keep lines from/);
  });
}

function describeAuditFilters(): void {
  it('forgets what was typed into a filter when the address does', async () => {
    const seen: string[] = [];
    const client = shopWith();
    const at = (path: string): ReactElement => (
      <Panel client={client} path={path} onNavigate={(to) => void seen.push(to)} />
    );
    const { findByRole, rerender } = render(at('/audit'));
    const who = (await findByRole('searchbox', { name: 'Who' })) as HTMLInputElement;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    fireEvent.change(who, { target: { value: 'ana' } });
    vi.advanceTimersByTime(300);
    expect(seen).toEqual(['/audit?actor=ana']);
    rerender(at('/audit?actor=ana'));
    rerender(at('/audit'));
    expect(who.value).toBe('');
    vi.advanceTimersByTime(1_000);
    expect(seen).toEqual(['/audit?actor=ana']);
    rerender(at('/audit?actor=ana'));
    expect(who.value).toBe('ana');
  });

  it('asks for what was typed though entries come all the time', async () => {
    const seen: string[] = [];
    const client = shopWith();
    const again = (): ReactElement => <Panel client={client} path="/audit" onNavigate={(to) => void seen.push(to)} />;
    const { findByRole, rerender } = render(again());
    const who = await findByRole('searchbox', { name: 'Who' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    fireEvent.change(who, { target: { value: 'ana' } });
    for (let at = 0; at < 400; at += 100) {
      rerender(again());
      vi.advanceTimersByTime(100);
    }
    expect(seen).toEqual(['/audit?actor=ana']);
  });
}

function describeLanguages(): void {
  function germanPage(fetch: typeof globalThis.fetch): ReactElement {
    return (
      <PluginProvider client={createPluginClient({ baseUrl: 'http://localhost/api/plugins', fetch })}>
        <PluginAdmin path="/" onNavigate={() => undefined} messages={germanMessages} />
      </PluginProvider>
    );
  }

  it('says in its own language that the server was not reached, and what to do', async () => {
    const { findByRole } = render(
      germanPage(async () => {
        throw new TypeError('fetch failed');
      }),
    );
    const alert = await findByRole('alert');
    expect(alert.textContent).toContain('NETWORK_FAILED Der Server wurde nicht erreicht.Prüfen, ob er läuft');
    expect(alert.textContent).not.toContain('fetch failed');
  });

  it('says in its own language that an answer is none of the admin API, beside what it said', async () => {
    const { findByRole } = render(germanPage(async () => Response.json({ message: 'Bad Gateway' }, { status: 502 })));
    const alert = await findByRole('alert');
    expect(alert.textContent).toContain(
      'Der Server hat mit Status 502 geantwortet, aber nicht wie die Admin-API. Bad Gateway',
    );
    expect(alert.textContent).not.toContain('answered');
  });

  it('says in its own language why a frontend did not load, beside the words of others', async () => {
    const listed = {
      plugin: 'shop',
      displayName: 'Shop',
      version: '1.0.0',
      hash: 'a',
      entry: '/ui.js',
      css: [],
      shared: 'v9',
    };
    const broken = {
      plugin: 'desk',
      displayName: 'Desk',
      version: '1.0.0',
      code: 'MODULE_FAILED',
      message: 'ui/index.tsx:1: <',
    };
    const client = createMockClient({
      plugins: ['shop', 'desk'].map((name) => makePlugin(name)),
      frontends: { frontends: [listed], broken: [broken] },
    });
    const { findByText, rerender } = render(<Panel client={client} path="/shop" messages={germanMessages} />);
    await findByText('Es ist für eine andere Version der geteilten Module gemacht.', { exact: false });
    await findByText('v9 ≠ v1');
    rerender(<Panel client={client} path="/desk" messages={germanMessages} />);
    await findByText('ui/index.tsx:1: <', { exact: false });
  });
}
