'use client';

import { useMemo } from 'react';
import { useStore } from 'zustand/react';
import type { PluginApiError } from '../client/plugin-api-error.ts';
import type { LoadStatus } from '../store/plugin-store-state.ts';
import type { FrontendStatus } from './held-frontend.ts';
import { useFrontends } from './use-frontends.ts';

/** How the frontends of plugins are on this page, and what can be done about it. */
export interface PluginFrontendsView {
  /** By name of the plugin; those that the server cannot serve have failed. */
  readonly frontends: ReadonlyMap<string, FrontendStatus>;
  /** Of the list that the server gives. */
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  /** Asks the server which there are. */
  readonly refresh: () => Promise<void>;
  /** Loads a frontend once more that has failed. */
  readonly retry: (plugin: string) => void;
  /** Takes a frontend off this page until `turnOn`, or until the page is loaded anew. */
  readonly turnOff: (plugin: string) => void;
  readonly turnOn: (plugin: string) => void;
}

/** Tells how the frontends of plugins are on this page. */
export function usePluginFrontends(): PluginFrontendsView {
  const { state, refresh, retry, turnOff, turnOn } = useFrontends();
  const frontends = useStore(state, (current) => current.frontends);
  const status = useStore(state, (current) => current.status);
  const error = useStore(state, (current) => current.error);
  return useMemo(
    () => ({ frontends, status, error, refresh, retry, turnOff, turnOn }),
    [frontends, status, error, refresh, retry, turnOff, turnOn],
  );
}
