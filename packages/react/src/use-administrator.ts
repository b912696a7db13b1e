'use client';

import type { AdminPermission } from '@catalyst-plugins/core/protocol';
import { useMemo } from 'react';
import { usePluginStore } from './plugin-store-context.ts';
import { everyPlugin, rightsOf } from './store/plugin-observations.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';
import { useWatched } from './use-watched.ts';

/** Who uses the page, and what they may do. */
export interface AdministratorView {
  /** As it stands in the audit log; absent while that is not known. */
  readonly id: string | undefined;
  readonly status: LoadStatus;
  /** Whether something is worth being offered. It is as long as nothing else is known: the server decides in any case. */
  readonly may: (permission: AdminPermission) => boolean;
}

/** Tells what whoever uses the page may do, so that a page can say so before the server refuses. */
export function useAdministrator(): AdministratorView {
  const { data, status } = useWatched(usePluginStore().part(rightsOf), everyPlugin);
  return useMemo(
    () => ({
      id: data?.id,
      status,
      may: (permission) => data?.permissions.includes(permission) ?? true,
    }),
    [data, status],
  );
}
