'use client';

import { useStore } from 'zustand/react';
import { useShallow } from 'zustand/react/shallow';
import type { PluginContribution } from './read-plugin-ui.ts';
import { useFrontends } from './use-frontends.ts';

/** What plugins show, as far as a filter lets it through; the filter may be written in place. */
function useContributions(filter: (one: PluginContribution) => boolean): readonly PluginContribution[] {
  const { state } = useFrontends();
  return useStore(
    state,
    useShallow(({ contributions }) => contributions.filter(filter)),
  );
}

/** Tabs that plugins add at a location, in order; `plugin` leaves those of others out. Show each by `PluginMount`. */
export function usePluginTabs(location = 'plugin', plugin?: string): readonly PluginContribution[] {
  return useContributions(
    (one) => one.kind === 'tab' && one.place === location && (plugin === undefined || one.plugin === plugin),
  );
}

/** What plugins add at a place that the application names, in order. `PluginSlot` shows it. */
export function usePluginSlot(name: string): readonly PluginContribution[] {
  return useContributions((one) => one.kind === 'slot' && one.place === name);
}

/** Pages that plugins add, in order; `place` is the path for `PluginOutlet`. */
export function usePluginRoutes(): readonly PluginContribution[] {
  return useContributions((one) => one.kind === 'route');
}
