'use client';

import type { PluginOperation } from '@catalyst-plugins/core/protocol';
import { useCallback, useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import { asPluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import type { ActionResult } from './store/action-result.ts';
import { loadedOf } from './store/watched-data.ts';

/** Whether somebody looks. */
export interface UsePluginOperationOptions {
  /** `false` asks the server for nothing; default `true`. */
  readonly enabled?: boolean | undefined;
}

/** How far the latest command on a plugin is. */
export interface PluginOperationView {
  /** The latest operation, also after it has ended; absent while loading and when there was none. */
  readonly operation: PluginOperation | undefined;
  /** Ends the drain now: calls that are in flight are cut. Never throws. */
  force(): Promise<ActionResult>;
}

/** Follows the latest command on one plugin: its phase, and the calls that it waits for. */
export function usePluginOperation(
  name: string,
  { enabled = true }: UsePluginOperationOptions = {},
): PluginOperationView {
  const { operations, client } = usePluginStore();
  useEffect(() => (enabled ? operations.watch(name) : undefined), [operations, name, enabled]);
  const { data } = useStore(operations.state, loadedOf(name));
  // a reload goes on draining behind the answer, and then it is not the newest that runs
  const operation = enabled ? (data?.find(({ phase }) => phase === 'draining') ?? data?.[0]) : undefined;
  const id = operation?.id;
  const force = useCallback(async (): Promise<ActionResult> => {
    try {
      if (id !== undefined) await client.forceOperation(id);
      return { ok: true };
    } catch (error) {
      return { ok: false, error: asPluginApiError(error) };
    }
  }, [client, id]);
  return useMemo(() => ({ operation, force }), [operation, force]);
}
