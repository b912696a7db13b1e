'use client';

import type { MetricPoint } from '@catalyst-plugins/core/protocol';
import { useMemo } from 'react';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import { seriesOf } from './store/plugin-observations.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';
import { useWatched } from './use-watched.ts';

/** Which time is wanted. */
export interface UsePluginMetricsOptions {
  /** From how long ago until now, in milliseconds; default 15 minutes. */
  readonly windowMs?: number | undefined;
  /** How much time a point stands for, in milliseconds; by default there are 180 points at most. */
  readonly stepMs?: number | undefined;
}

/** What a plugin did over time. */
export interface PluginMetricsView {
  /** The oldest first. */
  readonly points: readonly MetricPoint[];
  /** How much time a point stands for. */
  readonly stepMs: number | undefined;
  /** Whether the store has answered; without it, points before the start of the host are empty. */
  readonly isComplete: boolean;
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  readonly refresh: () => Promise<void>;
}

const none: readonly MetricPoint[] = [];

/** Follows the figures of one plugin over time. */
export function usePluginMetrics(
  name: string,
  { windowMs = 900_000, stepMs = 0 }: UsePluginMetricsOptions = {},
): PluginMetricsView {
  const series = usePluginStore().part(seriesOf);
  const { data, status, error, refresh } = useWatched(series, `${name} ${windowMs} ${stepMs}`);
  return useMemo(
    () => ({
      points: data?.points ?? none,
      stepMs: data?.stepMs,
      isComplete: data?.isComplete ?? true,
      status,
      error,
      refresh,
    }),
    [data, status, error, refresh],
  );
}
