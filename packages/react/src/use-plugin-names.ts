'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useStore } from 'zustand/react';
import { useShallow } from 'zustand/react/shallow';
import { usePluginStore } from './plugin-store-context.ts';

/** The names of all plugins, or of those that a filter lets through: lists of rows render only when one comes or goes. */
export function usePluginNames(filter?: (plugin: PluginSummary) => boolean): readonly string[] {
  return useStore(
    usePluginStore().state,
    useShallow(({ plugins }) =>
      [...plugins.values()].filter((plugin) => filter?.(plugin) ?? true).map(({ name }) => name),
    ),
  );
}
