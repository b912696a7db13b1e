'use client';

import { useStore } from 'zustand/react';
import { usePluginStore } from '../../plugin-store-context.ts';
import { configEditorsOf, editOf } from '../../store/config-editors.ts';

/** How many settings of a plugin are changed and not saved. Asks the server nothing. */
export function useDraftSize(name: string): number {
  const { edits } = usePluginStore().part(configEditorsOf);
  return useStore(edits, (known) => Object.keys(editOf(name)(known).changes).length);
}
