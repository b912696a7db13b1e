'use client';

import type { PluginErrorGroup } from '@catalyst-plugins/core/protocol';
import { useMemo } from 'react';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import { errorsOf } from './store/plugin-observations.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';
import { useWatched } from './use-watched.ts';

/** What went wrong in a plugin since the host started. */
export interface PluginErrorsView {
  /** Equal ones together, the latest first. */
  readonly errors: readonly PluginErrorGroup[];
  readonly status: LoadStatus;
  /** Why they could not be loaded. */
  readonly error: PluginApiError | undefined;
  readonly refresh: () => Promise<void>;
}

const none: readonly PluginErrorGroup[] = [];

/** Follows the errors of one plugin. */
export function usePluginErrors(name: string): PluginErrorsView {
  const { data: errors = none, status, error, refresh } = useWatched(usePluginStore().part(errorsOf), name);
  return useMemo(() => ({ errors, status, error, refresh }), [errors, status, error, refresh]);
}
