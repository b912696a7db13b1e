import { cleanup, render, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { PluginApiError, useConnection, usePlugin, usePluginActions, usePluginLogs } from '../src/index.ts';
import { createMockClient, makeLogLine, makePlugin, pluginWrapper } from '../src/testing/index.ts';

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

  it('says that there is no such plugin, as a host does', async () => {
    await expect(createMockClient().get('nobody')).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND', status: 404 });
  });
});
