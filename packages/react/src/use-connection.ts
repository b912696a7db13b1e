'use client';

import { useStore } from 'zustand/react';
import type { ConnectionState } from './client/follow-live-events.ts';
import { usePluginStore } from './plugin-store-context.ts';

/** Tells whether changes on the server arrive by themselves; `offline` too when the provider is not live. */
export function useConnection(): ConnectionState {
  return useStore(usePluginStore().state, (state) => state.connection);
}
