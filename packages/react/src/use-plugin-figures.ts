'use client';

import { useEffect } from 'react';
import { useStore } from 'zustand/react';
import { usePluginStore } from './plugin-store-context.ts';
import { figuresOf, type PluginFigures } from './store/live-figures.ts';

const unknown: PluginFigures = { lastMinute: undefined, requestsPerSecond: [], inFlight: null };
const none: PluginFigures = { lastMinute: null, requestsPerSecond: [], inFlight: null };

/** Follows what one plugin does right now; the rows of a list share one stream of figures. */
export function usePluginFigures(name: string): PluginFigures {
  const figures = usePluginStore().part(figuresOf);
  useEffect(() => figures.watch(), [figures]);
  return useStore(figures.state, (known) => (known ? (known.get(name) ?? none) : unknown));
}
