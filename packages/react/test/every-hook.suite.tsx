import { manifestOf } from '@catalyst-plugins/core/testing';
import { cleanup, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { OwnPluginContext } from '../src/frontends/own-plugin.ts';
import * as exported from '../src/index.ts';
import { observedShop } from './support/observed-shop.ts';
import { startPluginServer } from './support/plugin-server.ts';
import { renderHooks } from './support/render-hooks.tsx';

type Exported = typeof exported;
type HookName = Extract<keyof Exported, `use${string}`>;

const plugins = {
  shop: {
    ...observedShop,
    'plugin.json': manifestOf('shop', { config: { title: { type: 'string', default: 'Shop' } } }),
  },
  // fails without being fetched: nothing here is a browser that could load modules
  newer: {
    'plugin.json': { name: 'newer', version: '2.0.0', frontend: { entry: 'ui/index.js', shared: 'v9' } },
    'ui/index.js': '',
  },
};

/** Every hook of the package, with all that a page may give it; each list has what the calls of one hook return. */
function useEveryHook() {
  return {
    useAdministrator: [exported.useAdministrator()],
    useConnection: [exported.useConnection()],
    useOwnPlugin: [exported.useOwnPlugin()],
    usePlugin: [
      exported.usePlugin('shop'),
      exported.usePlugin('shop', { details: true }),
      exported.usePlugin('no-such-plugin'),
    ],
    usePluginActions: [exported.usePluginActions(), exported.usePluginActions('shop')],
    usePluginAnnouncement: [exported.usePluginAnnouncement()],
    usePluginAudit: [exported.usePluginAudit({ plugin: 'shop', type: ['plugin:enabled', 'plugin:disabled'] })],
    usePluginConfig: [exported.usePluginConfig('shop')],
    usePluginErrors: [exported.usePluginErrors('shop')],
    usePluginEvent: [exported.usePluginEvent('plugin:enabled', () => undefined)],
    usePluginFigures: [exported.usePluginFigures('shop')],
    usePluginFrontends: [exported.usePluginFrontends()],
    usePluginGraph: [exported.usePluginGraph()],
    usePluginHealth: [exported.usePluginHealth('shop')],
    usePluginHealthSummary: [exported.usePluginHealthSummary('shop')],
    usePluginLogLevel: [exported.usePluginLogLevel('shop')],
    usePluginLogs: [exported.usePluginLogs('shop', { level: 'info', limit: 100 })],
    usePluginMetrics: [
      exported.usePluginMetrics('shop'),
      exported.usePluginMetrics('shop', { windowMs: 3_600_000, stepMs: 60_000 }),
    ],
    usePluginNames: [exported.usePluginNames(), exported.usePluginNames(({ enabled }) => enabled)],
    usePluginOperation: [exported.usePluginOperation('shop')],
    usePluginPermissions: [exported.usePluginPermissions('shop')],
    usePluginRoutes: [exported.usePluginRoutes()],
    usePluginSlot: [exported.usePluginSlot('header')],
    usePluginState: [exported.usePluginState('shop'), exported.usePluginState('nobody')],
    usePluginTabs: [exported.usePluginTabs(), exported.usePluginTabs('plugin', 'newer')],
    usePluginTaskRuns: [exported.usePluginTaskRuns('shop', 'sweep up')],
    usePluginTasks: [exported.usePluginTasks('shop'), exported.usePluginTasks()],
    usePlugins: [exported.usePlugins(), exported.usePlugins(({ enabled }) => enabled)],
  } as const satisfies Record<HookName, readonly unknown[]>;
}

/** Registers the suite for the React that is loaded. */
export function describeEveryHook(reactVersion: string): void {
  afterEach(cleanup);

  describe(`every hook of the package, on React ${reactVersion}`, () => {
    it('gives the same result at the next render when nothing has changed, under StrictMode too, and never renders without end', async () => {
      const server = await startPluginServer({ plugins });
      const page = renderHooks(server, useEveryHook, {
        around: (children) => <OwnPluginContext.Provider value="shop">{children}</OwnPluginContext.Provider>,
      });
      await waitFor(() => {
        const hooks = page.current();
        expect(hooks.useConnection).toMatchObject([{ state: 'live' }]);
        expect(hooks.usePluginFrontends[0].frontends.get('newer')?.status).toBe('failed');
        for (const result of Object.values(hooks).flat()) expect(result).not.toMatchObject({ status: 'loading' });
      });
      page.current().usePluginConfig[0].set('title', 'Draft');
      await waitFor(() => expect(page.current().usePluginConfig[0].changes).toEqual(['title']));

      const before = page.current();
      expect(Object.keys(before).toSorted()).toEqual(
        Object.keys(exported)
          .filter((name) => name.startsWith('use'))
          .toSorted(),
      );
      const rendersBefore = page.renders();
      page.renderAgain();
      const renders = page.renders() - rendersBefore;
      expect(renders).toBeGreaterThan(0);
      // StrictMode renders each twice
      expect(renders).toBeLessThanOrEqual(4);
      const after = page.current();
      expect(after).not.toBe(before);
      for (const name of Object.keys(after) as HookName[])
        after[name].forEach((result, index) =>
          expect(Object.is(result, before[name][index]), `${name}, call ${index}`).toBe(true),
        );
    });
  });
}
