'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useState } from 'react';

/** Which of the plugins that are shown are chosen. */
export interface PluginSelection {
  readonly chosen: readonly PluginSummary[];
  has(name: string): boolean;
  toggle(name: string): void;
  /** Chooses all that are shown, or none. */
  setAll(isChosen: boolean): void;
}

/** Keeps a choice of plugins; those that are not shown are not in it. */
export function useSelection(shown: readonly PluginSummary[]): PluginSelection {
  const [names, setNames] = useState<ReadonlySet<string>>(new Set());
  return {
    chosen: shown.filter(({ name }) => names.has(name)),
    has: (name) => names.has(name),
    toggle: (name) => {
      const next = new Set(names);
      if (!next.delete(name)) next.add(name);
      setNames(next);
    },
    setAll: (isChosen) => setNames(new Set(isChosen ? shown.map(({ name }) => name) : [])),
  };
}
