'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useCallback, useEffect } from 'react';
import { useStore } from 'zustand/react';
import { useShallow } from 'zustand/react/shallow';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import type { PluginDetails } from './store/plugin-records.ts';
import type { LoadStatus, LatestCommand, PluginStoreState } from './store/plugin-store-state.ts';

/** How much of a plugin is wanted. */
export interface UsePluginOptions {
  /** Load manifest, configuration and registrations too, and keep them new; default `false`, which is enough for rows of a list. */
  readonly details?: boolean | undefined;
}

/** One plugin, and what is being done to it. */
export interface PluginView {
  /** Absent while loading and when there is no such plugin. */
  readonly plugin: PluginSummary | undefined;
  /** What is known of the details; kept new only if they were asked for. */
  readonly details: PluginDetails | undefined;
  /** The command that runs, or the last one if it failed. */
  readonly latestCommand: LatestCommand | undefined;
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  /** Asks the server again; how it went is in `status` and `error`. */
  readonly refresh: () => Promise<void>;
}

/** Follows one plugin by name. */
export function usePlugin(name: string, { details = false }: UsePluginOptions = {}): PluginView {
  const store = usePluginStore();
  useEffect(() => (details ? store.watchDetails(name) : undefined), [store, name, details]);
  const refresh = useCallback(() => (details ? store.refreshDetails(name) : store.refresh()), [store, name, details]);
  return useStore(
    store.state,
    useShallow((state) => ({
      plugin: state.plugins.get(name),
      details: state.details.get(name),
      latestCommand: state.latestCommands.get(name),
      ...(details ? detailsLoad(state, name) : { status: state.status, error: state.error }),
      refresh,
    })),
  );
}

function detailsLoad(state: PluginStoreState, name: string): Pick<PluginView, 'status' | 'error'> {
  const error = state.detailErrors.get(name);
  if (error) return { status: 'error', error };
  return { status: state.details.has(name) ? 'ready' : 'loading', error: undefined };
}
