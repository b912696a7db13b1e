'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useState, type ReactElement } from 'react';
import { usePluginGraph, type PluginGraphView } from '../../use-plugin-graph.ts';
import { useAnnounce } from '../announcer.tsx';
import { usePluginCommands } from '../commands/plugin-commands.ts';
import { useMessages } from '../text/use-messages.ts';
import { BulkResults, type BulkResult } from './bulk-results.tsx';
import type { PluginSelection } from './use-selection.ts';

type BulkCommand = 'enable' | 'disable' | 'reload';

interface BulkRun {
  readonly command: BulkCommand;
  readonly results: readonly BulkResult[];
  readonly isRunning: boolean;
}

/** Gives one command to all chosen plugins, one after the other, and says how each of them ended. */
export function BulkBar({ selection }: { readonly selection: PluginSelection }): ReactElement | null {
  const { bulk, commands } = useMessages();
  const [run, setRun] = useState<BulkRun>();
  const start = useBulkRun(setRun);
  const { chosen } = selection;
  if (chosen.length === 0 && run === undefined) return null;
  return (
    <section className="pk-bulk" aria-label={bulk.selected(chosen.length)} data-pk-part="bulk">
      {chosen.length > 0 && (
        <div className="pk-actions">
          <h2 className="pk-heading">{bulk.selected(chosen.length)}</h2>
          {(['enable', 'disable', 'reload'] as const).map((command) => (
            <button
              key={command}
              type="button"
              className="pk-button"
              aria-disabled={run?.isRunning === true}
              onClick={() => {
                if (run?.isRunning !== true) void start(command, chosen);
              }}
            >
              {commands.names[command]}
            </button>
          ))}
          <button type="button" className="pk-button" data-kind="quiet" onClick={() => selection.setAll(false)}>
            {bulk.clear}
          </button>
        </div>
      )}
      {run && (
        <BulkResults
          command={run.command}
          results={run.results}
          isRunning={run.isRunning}
          onClose={() => setRun(undefined)}
        />
      )}
    </section>
  );
}

function useBulkRun(
  setRun: (run: BulkRun) => void,
): (command: BulkCommand, chosen: readonly PluginSummary[]) => Promise<void> {
  const { bulk } = useMessages();
  const { quietly } = usePluginCommands();
  const announce = useAnnounce();
  const graph = usePluginGraph();
  return async (command, chosen) => {
    let results: readonly BulkResult[] = [];
    for (const plugin of inOrder(command, chosen, graph)) {
      setRun({ command, results, isRunning: true });
      // one after the other, so that a plugin finds what an earlier one brought
      const result = await quietly(plugin, command);
      results = [...results, { plugin, error: result.ok ? undefined : result.error }];
    }
    setRun({ command, results, isRunning: false });
    const failed = results.filter(({ error }) => error).length;
    announce(bulk.results(command, results.length - failed, failed));
  };
}

/** Those that others need come last where they go, else first: who needs a plugin has fewer dependants than that. */
function inOrder(
  command: BulkCommand,
  chosen: readonly PluginSummary[],
  graph: PluginGraphView,
): readonly PluginSummary[] {
  const sign = command === 'disable' ? 1 : -1;
  return chosen.toSorted((a, b) => sign * (graph.dependantsOf(a.name).length - graph.dependantsOf(b.name).length));
}
