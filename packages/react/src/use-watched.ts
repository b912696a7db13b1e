'use client';

import { useCallback, useEffect } from 'react';
import { useStore } from 'zustand/react';
import { loadedOf, type Loaded, type WatchedData } from './store/watched-data.ts';

/** What was loaded, and a way to ask again. */
export interface Watched<Data> extends Loaded<Data> {
  /** The same function at every render. */
  readonly refresh: () => Promise<void>;
}

/** Loads data and keeps it new while a component shows it. */
export function useWatched<Data>(watched: WatchedData<Data>, key: string): Watched<Data> {
  useEffect(() => watched.watch(key), [watched, key]);
  const refresh = useCallback(() => watched.refresh(key), [watched, key]);
  const loaded = useStore(watched.state, loadedOf<Data>(key));
  return { ...loaded, refresh };
}
