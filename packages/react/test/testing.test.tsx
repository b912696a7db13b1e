import { cleanup, render, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import {
  PluginApiError,
  useConnection,
  usePlugin,
  usePluginActions,
  usePluginFigures,
  usePluginLogs,
} from '../src/index.ts';
import {
  createMockClient,
  makeLogLine,
  makeMetrics,
  makePlugin,
  makePluginMetrics,
  makePoint,
  pluginWrapper,
} from '../src/testing/index.ts';

afterEach(() => cleanup());

function Row(): ReactElement {
  const { plugin, latestCommand } = usePlugin('shop');
  const { disable } = usePluginActions('shop');
  const { lines } = usePluginLogs('shop');
  return (
    <p>
      <button onClick={() => void disable()}>off</button>
      <output>
        {[
          plugin?.state,
          latestCommand?.status,
          latestCommand?.error?.message,
          lines.length,
          useConnection().state,
        ].join(' ')}
      </output>
    </p>
  );
}

function Figures(): ReactElement {
  const { lastMinute, requestsPerSecond } = usePluginFigures('shop');
  return <output>{[lastMinute?.p95Ms, ...requestsPerSecond].join(' ')}</output>;
}

describe('a mock client', () => {
  it('lets a component be tested without a server: commands, failures, what is held back, live events', async () => {
    const client = createMockClient({ plugins: [makePlugin('shop')], logs: { shop: [makeLogLine('shop', 1)] } });
    const { getByRole } = render(<Row />, { wrapper: pluginWrapper(client) });
    const shows = (text: string): Promise<void> => waitFor(() => expect(getByRole('status').textContent).toBe(text));
    await shows('active   1 live');
    client.failNext('disable', new PluginApiError('Not now.', { code: 'DEPENDANTS_ACTIVE', status: 409 }));
    getByRole('button').click();
    await shows('active failed Not now. 1 live');
    const release = client.hold('disable');
    getByRole('button').click();
    await shows('active pending  1 live');
    release();
    await shows('disabled   1 live');
    expect(client.calls.filter(({ method }) => method === 'disable')).toHaveLength(2);
    client.emitLines('shop', [makeLogLine('shop', 2)]);
    await shows('disabled   2 live');
    client.setConnection('offline');
    await shows('disabled   2 offline');
  });

  it('brings figures of plugins, once and as they come', async () => {
    const figures = (at: string, count: number) =>
      makeMetrics({
        at,
        plugins: [
          makePluginMetrics('shop', {
            lastMinute: makePoint({ p95Ms: 21 }),
            calls: { ...makePluginMetrics('shop').calls, request: { count, failed: 0, inFlight: 0, totalMs: 0 } },
          }),
        ],
      });
    const client = createMockClient({ metrics: figures('2026-01-01T12:00:00Z', 5) });
    const { getByRole } = render(<Figures />, { wrapper: pluginWrapper(client) });
    const shows = (text: string): Promise<void> => waitFor(() => expect(getByRole('status').textContent).toBe(text));
    await shows('21');
    client.emitMetrics(figures('2026-01-01T12:00:02Z', 11));
    await shows('21 3');
  });

  it('brings figures of some plugins: the others had no requests, and keep their last minute', async () => {
    const shop = (count: number) => {
      const figures = makePluginMetrics('shop', { lastMinute: makePoint({ p95Ms: 21 }) });
      return { ...figures, calls: { ...figures.calls, request: { count, failed: 0, inFlight: 0, totalMs: 0 } } };
    };
    const at = (second: number): string => `2026-01-01T12:00:0${second}Z`;
    const client = createMockClient({ metrics: makeMetrics({ at: at(0), plugins: [shop(5)] }) });
    const { getByRole } = render(<Figures />, { wrapper: pluginWrapper(client) });
    const shows = (text: string): Promise<void> => waitFor(() => expect(getByRole('status').textContent).toBe(text));
    await shows('21');
    client.emitMetrics({ ...makeMetrics({ at: at(1), plugins: [shop(9)] }), isWhole: false });
    await shows('21 4');
    client.emitMetrics({ ...makeMetrics({ at: at(2), plugins: [makePluginMetrics('mailer')] }), isWhole: false });
    await shows('21 4 0');
    client.emitMetrics({ ...makeMetrics({ at: at(3), plugins: [] }), isWhole: false });
    await shows('21 4 0 0');
    client.emitMetrics({ ...makeMetrics({ at: at(5), plugins: [shop(15)] }), isWhole: false });
    await shows('21 4 0 0 3');
    client.emitMetrics(makeMetrics({ at: at(6), plugins: [makePluginMetrics('mailer')] }));
    await shows('');
  });

  it('fails every call of a method until that is taken back', async () => {
    const client = createMockClient({ plugins: [makePlugin('shop')] });
    const repair = client.fail(
      'list',
      new PluginApiError('The store is away.', { code: 'STORE_UNAVAILABLE', status: 503 }),
    );
    client.failNext('list', new PluginApiError('No.', { code: 'FORBIDDEN', status: 403 }));
    await expect(client.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(client.list()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(client.list()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    repair();
    await expect(client.list()).resolves.toHaveLength(1);
  });

  it('tells what a plugin thinks of settings that are tried', async () => {
    const refusal = { ok: false, errors: [{ pointer: '/port', message: 'is taken' }], messages: [] };
    const client = createMockClient({ configTests: { shop: refusal } });
    await expect(client.testConfig('shop', {})).resolves.toEqual(refusal);
    await expect(client.testConfig('mailer', {})).resolves.toMatchObject({ ok: true });
  });

  it('says that there is no such plugin, as a host does', async () => {
    await expect(createMockClient().get('nobody')).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND', status: 404 });
  });
});
