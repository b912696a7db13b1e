'use client';

import type { OperationDrain, PluginState, Reason } from '@catalyst-plugins/core/protocol';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import { useShallow } from 'zustand/react/shallow';
import { usePluginStore } from './plugin-store-context.ts';
import { operationOn, operationsOf } from './store/plugin-operations.ts';

/** How a plugin is, and nothing else of it. */
export interface PluginStateView {
  /** Absent while loading and when there is no such plugin. */
  readonly state: PluginState | undefined;
  /** What is wanted; where the user has just put the switch. */
  readonly enabled: boolean;
  /** Why it is in its state; `null` while it is active or disabled. */
  readonly reason: Reason | null;
  /** What a command waits for; absent unless it drains. */
  readonly drain: OperationDrain | undefined;
}

/** Follows the state of one plugin. */
export function usePluginState(name: string): PluginStateView {
  const store = usePluginStore();
  const operations = store.part(operationsOf);
  useEffect(() => operations.watch(), [operations]);
  const drain = useStore(operations.state, (known) => {
    const { phase, drain: present } = operationOn(name)(known) ?? {};
    return phase === 'draining' ? (present ?? undefined) : undefined;
  });
  const told = useStore(
    store.state,
    useShallow(({ plugins }) => {
      const { state, enabled = false, reason = null } = plugins.get(name) ?? {};
      return { state, enabled, reason };
    }),
  );
  return useMemo(() => ({ ...told, drain }), [told, drain]);
}
