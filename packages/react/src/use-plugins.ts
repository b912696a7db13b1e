'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useMemo } from 'react';
import { useStore } from 'zustand/react';
import { useShallow } from 'zustand/react/shallow';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';

/** The plugins of the host, as lists show them. */
export interface PluginsView {
  /** Sorted by name; what was loaded stays after an error. */
  readonly plugins: readonly PluginSummary[];
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  /** Asks the server again; how it went is in `status` and `error`. */
  readonly refresh: () => Promise<void>;
}

/** Lists the plugins, or those that a filter lets through; the filter may be written in place. */
export function usePlugins(filter?: (plugin: PluginSummary) => boolean): PluginsView {
  const { state, refresh } = usePluginStore();
  const plugins = useStore(
    state,
    useShallow((current) => {
      const all = [...current.plugins.values()];
      return filter ? all.filter(filter) : all;
    }),
  );
  const status = useStore(state, (current) => current.status);
  const error = useStore(state, (current) => current.error);
  return useMemo(() => ({ plugins, status, error, refresh }), [plugins, status, error, refresh]);
}
