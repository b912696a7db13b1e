'use client';

import type { PluginGraph, PluginGraphEdge, PluginGraphNode } from '@catalyst-plugins/core/protocol';
import { useMemo } from 'react';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import { everyPlugin, graphOf } from './store/plugin-observations.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';
import { useWatched } from './use-watched.ts';

/** Who needs whom. */
export interface PluginGraphView {
  readonly nodes: readonly PluginGraphNode[];
  readonly edges: readonly PluginGraphEdge[];
  /** Each as the names along it, the first one again at the end. */
  readonly cycles: PluginGraph['cycles'];
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  readonly refresh: () => Promise<void>;
  /** The plugins that cannot do without this one, the nearest first: those that go when it goes. */
  dependantsOf(name: string): readonly string[];
  /** The plugins that this one cannot do without, the nearest first. */
  dependenciesOf(name: string): readonly string[];
}

const empty: PluginGraph = { nodes: [], edges: [], cycles: [] };

/** Follows which plugins need which. */
export function usePluginGraph(): PluginGraphView {
  const { data = empty, status, error, refresh } = useWatched(usePluginStore().part(graphOf), everyPlugin);
  return useMemo(() => {
    const { nodes, edges, cycles } = data;
    const needed = edges.filter(({ optional }) => !optional);
    return {
      nodes,
      edges,
      cycles,
      status,
      error,
      refresh,
      dependantsOf: (name) => reached(name, (at) => needed.filter(({ to }) => to === at).map(({ from }) => from)),
      dependenciesOf: (name) => reached(name, (at) => needed.filter(({ from }) => from === at).map(({ to }) => to)),
    };
  }, [data, status, error, refresh]);
}

/** All that is reached by steps, but for the start. */
function reached(start: string, next: (name: string) => readonly string[]): readonly string[] {
  const found = new Set([start]);
  for (const name of found) for (const other of next(name)) found.add(other);
  found.delete(start);
  return [...found];
}
