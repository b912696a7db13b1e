'use client';

import type { HealthCheck, HealthStatus, PluginHealthSummary } from '@catalyst-plugins/core/protocol';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import { usePluginStore } from './plugin-store-context.ts';
import { everyPlugin, healthOfAll } from './store/plugin-observations.ts';
import { useWatched } from './use-watched.ts';

/** How a plugin is, as a row of a list shows it. */
export interface PluginHealthSummaryView {
  /** Absent while that is not known. */
  readonly status: HealthStatus | undefined;
  /** What the latest 60 checks came to, the oldest first. */
  readonly outcomes: readonly HealthCheck['outcome'][];
}

const nothing: Readonly<Record<string, PluginHealthSummary>> = {};

/** Follows how all plugins are, by name: what `usePluginHealthSummary` asks for, as a whole. */
export function useHealthByName(): Readonly<Record<string, PluginHealthSummary>> {
  return useWatched(usePluginStore().part(healthOfAll), everyPlugin).data ?? nothing;
}

/** Follows how one plugin is; all rows of a list share what is asked for. */
export function usePluginHealthSummary(name: string): PluginHealthSummaryView {
  const all = usePluginStore().part(healthOfAll);
  useEffect(() => all.watch(everyPlugin), [all]);
  const status = useStore(all.state, (known) => known.get(everyPlugin)?.data?.[name]?.status);
  // a text stays the same where nothing has changed
  const checks = useStore(all.state, (known) => known.get(everyPlugin)?.data?.[name]?.checks.join(' ') ?? '');
  return useMemo(
    () => ({ status, outcomes: checks === '' ? [] : (checks.split(' ').toReversed() as HealthCheck['outcome'][]) }),
    [status, checks],
  );
}
