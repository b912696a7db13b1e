'use client';

import { createContext, useContext } from 'react';
import type { PluginStore } from './store/plugin-store.ts';

/** Carries the store of the nearest `PluginProvider`. */
export const PluginStoreContext = createContext<PluginStore | undefined>(undefined);

/** The store of the nearest `PluginProvider`, for the hooks of this package. */
export function usePluginStore(): PluginStore {
  const store = useContext(PluginStoreContext);
  if (store) return store;
  throw new Error('Plugin hooks work only inside a <PluginProvider>; put one around this component.');
}
