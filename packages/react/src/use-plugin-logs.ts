'use client';

import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import { usePluginStore } from './plugin-store-context.ts';
import { LogTail, type LogTailActions, type LogTailQuery, type LogTailState } from './store/log-tail.ts';

/** The log of a plugin as it grows. */
export interface PluginLogsView extends LogTailState, LogTailActions {}

/** Follows the log of one plugin; another query begins anew. */
export function usePluginLogs(name: string, { level, text, limit }: LogTailQuery = {}): PluginLogsView {
  const store = usePluginStore();
  const tail = useMemo(() => new LogTail(store, name, { level, text, limit }), [store, name, level, text, limit]);
  useEffect(() => tail.start(), [tail]);
  const state = useStore(tail.state);
  return useMemo(() => ({ ...state, ...tail.actions }), [state, tail]);
}
