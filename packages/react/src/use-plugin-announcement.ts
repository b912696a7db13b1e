'use client';

import { useStore } from 'zustand/react';
import { usePluginStore } from './plugin-store-context.ts';
import type { PluginAnnouncement } from './store/plugin-store-state.ts';

/** What the last command of this page came to: for a live region, which tells it to those who do not see it. */
export function usePluginAnnouncement(): PluginAnnouncement | undefined {
  return useStore(usePluginStore().state, ({ announcement }) => announcement);
}
