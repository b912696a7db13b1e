'use client';

import type { PluginPermission } from '@catalyst-plugins/core/protocol';
import { useMemo } from 'react';
import { useStore } from 'zustand/react';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import { commandOf, grantsOf } from './store/plugin-grants.ts';
import type { ActionResult } from './store/action-result.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';
import { useWatched } from './use-watched.ts';

/** What a plugin may do, and what it asks for. */
export interface PluginPermissionsView {
  /** What the plugin asks for, and what was decided. */
  readonly permissions: readonly PluginPermission[];
  /** What the files in its folder ask for beyond that. */
  readonly pending: readonly PluginPermission[];
  readonly status: LoadStatus;
  /** Whether a change is on its way. */
  readonly isBusy: boolean;
  /** Why the last change was not made, else why nothing could be loaded. */
  readonly error: PluginApiError | undefined;
  /** Grants permissions; never throws. */
  grant(...permissions: string[]): Promise<ActionResult>;
  /** Takes permissions away, from the running plugin too; never throws. */
  revoke(...permissions: string[]): Promise<ActionResult>;
  /** Asks the server again; how it went is in `status` and `error`. */
  readonly refresh: () => Promise<void>;
}

const none: readonly PluginPermission[] = [];

/** Follows the permissions of one plugin. */
export function usePluginPermissions(name: string): PluginPermissionsView {
  const grants = usePluginStore().part(grantsOf);
  const { data, status, error, refresh } = useWatched(grants.permissions, name);
  const command = useStore(grants.commands, commandOf(name));
  const actions = useMemo(
    () => ({
      grant: (...permissions: string[]) => grants.change(name, { grant: permissions }),
      revoke: (...permissions: string[]) => grants.change(name, { revoke: permissions }),
    }),
    [grants, name],
  );
  return useMemo(
    () => ({
      permissions: data?.permissions ?? none,
      pending: data?.pending ?? none,
      status,
      isBusy: command.isBusy,
      error: command.error ?? error,
      refresh,
      ...actions,
    }),
    [data, status, error, refresh, command, actions],
  );
}
