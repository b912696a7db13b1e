'use client';

import type { PluginHealthReport } from '@catalyst-plugins/core/protocol';
import { useCallback, useMemo } from 'react';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import type { ActionResult } from './store/action-result.ts';
import { healthOf } from './store/plugin-observations.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';
import { useCommand } from './use-command.ts';
import { useWatched } from './use-watched.ts';

/** How a plugin is. */
export interface PluginHealthView {
  /** With its latest checks; absent while loading. */
  readonly health: PluginHealthReport | undefined;
  readonly status: LoadStatus;
  /** Why it could not be looked at, else why nothing could be loaded. */
  readonly error: PluginApiError | undefined;
  readonly isChecking: boolean;
  /** Has the host look at the plugin now; never throws. */
  readonly check: () => Promise<ActionResult>;
  readonly refresh: () => Promise<void>;
}

/** Follows the health of one plugin. */
export function usePluginHealth(name: string): PluginHealthView {
  const store = usePluginStore();
  const reports = store.part(healthOf);
  const { data: health, status, error, refresh } = useWatched(reports, name);
  const [{ running, error: checkError }, run] = useCommand();
  const check = useCallback(
    () => run('check', async () => reports.take(name, await store.client.checkHealth(name))),
    [store, reports, run, name],
  );
  return useMemo(
    () => ({ health, status, error: checkError ?? error, isChecking: running !== undefined, check, refresh }),
    [health, status, error, checkError, running, check, refresh],
  );
}
