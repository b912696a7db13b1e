'use client';

import type { PluginOperation } from '@catalyst-plugins/core/protocol';
import { useCallback, useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import type { ActionResult } from './store/action-result.ts';
import { operationOn, operationsOf } from './store/plugin-operations.ts';
import { useCommand } from './use-command.ts';

/** How far the latest command on a plugin is. */
export interface PluginOperationView {
  /** The command that drains, else the newest, which may have ended: see its `status`. Absent before the first. */
  readonly operation: PluginOperation | undefined;
  /** Whether the drain is being ended. */
  readonly isForcing: boolean;
  /** Why it could not be ended. */
  readonly error: PluginApiError | undefined;
  /** Ends the drain now: calls that are left are cut. Never throws. */
  readonly force: (reason?: string) => Promise<ActionResult>;
}

/** Follows the commands on one plugin, whoever gives them. */
export function usePluginOperation(name: string): PluginOperationView {
  const store = usePluginStore();
  const operations = store.part(operationsOf);
  useEffect(() => operations.watch(), [operations]);
  const operation = useStore(operations.state, operationOn(name));
  const [{ running, error }, run] = useCommand();
  const force = useCallback(
    (reason?: string) =>
      run('force', async () => {
        const { id = '' } = operationOn(name)(operations.state.getState()) ?? {};
        operations.take(await store.client.forceOperation(id, { reason: textOf(reason) }));
      }),
    [store, operations, run, name],
  );
  return useMemo(
    () => ({ operation, isForcing: running !== undefined, error, force }),
    [operation, running, error, force],
  );
}

/** An event of the page may come as the reason: `onClick={force}`. */
function textOf(reason: unknown): string | undefined {
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}
