'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useCallback, useRef } from 'react';
import { usePluginStore } from '../../plugin-store-context.ts';
import { usePluginGraph } from '../../use-plugin-graph.ts';
import type { CommandQuestion } from './command-question.ts';

/** How long the server may take to say what a plugin does now, before the question comes without that. */
const mostMs = 2_000;

/** Disables a plugin: at once where nothing would be missed, else after a question. */
export function useDisable(
  disable: (plugin: PluginSummary) => void,
  ask: (question: CommandQuestion) => void,
): (plugin: PluginSummary) => void {
  const { client } = usePluginStore();
  const graph = usePluginGraph();
  const asked = useRef(new Set<string>());
  return useCallback(
    (plugin) => {
      const { name } = plugin;
      const isUp = (other: string): boolean =>
        graph.nodes.some((node) => node.name === other && node.state === 'active');
      const dependants = graph.dependantsOf(name).filter(isUp);
      const decide = async (): Promise<void> => {
        // no event tells of calls that begin and end, so what is shown may be old
        const now = await client.get(name, { signal: AbortSignal.timeout(mostMs) }).catch(() => undefined);
        if (now?.activeRequests === 0 && dependants.length === 0) return disable(now);
        ask({ kind: 'disable', plugin: now ?? plugin, dependants: dependants.map((one) => ({ name: one })) });
      };
      if (asked.current.has(name)) return;
      asked.current.add(name);
      void decide().finally(() => asked.current.delete(name));
    },
    [client, graph, disable, ask],
  );
}
