'use client';

import { useStore } from 'zustand/react';
import { usePluginStore } from './plugin-store-context.ts';
import type { Connection } from './store/live-connection.ts';

/** Tells whether changes on the server arrive by themselves, and if not, up to when what is shown was true. */
export function useConnection(): Connection {
  return useStore(usePluginStore().live.state);
}
