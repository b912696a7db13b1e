'use client';

import type { LogLevel, PluginLogLevel } from '@catalyst-plugins/core/protocol';
import { useCallback, useMemo } from 'react';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import type { ActionResult } from './store/action-result.ts';
import { logLevelsOf } from './store/plugin-observations.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';
import { useCommand } from './use-command.ts';
import { useWatched } from './use-watched.ts';

/** From which level on lines of a plugin are kept. */
export interface PluginLogLevelView {
  /** Absent while loading. */
  readonly logLevel: PluginLogLevel | undefined;
  readonly status: LoadStatus;
  /** Why it could not be changed, else why it could not be loaded. */
  readonly error: PluginApiError | undefined;
  readonly isBusy: boolean;
  /** Asks again. */
  readonly refresh: () => Promise<void>;
  /** Keeps lines of another level, for 15 minutes or `forMs` milliseconds; `null` goes back to the standard one. Never throws. */
  readonly set: (level: LogLevel | null, forMs?: number) => Promise<ActionResult>;
}

/** Follows and changes the log level of one plugin. */
export function usePluginLogLevel(name: string): PluginLogLevelView {
  const store = usePluginStore();
  const levels = store.part(logLevelsOf);
  const { data: logLevel, status, error, refresh } = useWatched(levels, name);
  const [{ running, error: setError }, run] = useCommand();
  const set = useCallback(
    (level: LogLevel | null, forMs?: number) =>
      run('set', async () => levels.take(name, await store.client.setLogLevel(name, level, { forMs }))),
    [store, levels, run, name],
  );
  return useMemo(
    () => ({ logLevel, status, error: setError ?? error, isBusy: running !== undefined, refresh, set }),
    [logLevel, status, error, setError, running, refresh, set],
  );
}
