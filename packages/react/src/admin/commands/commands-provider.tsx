'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useCallback, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import type { ActionResult } from '../../store/action-result.ts';
import { usePluginActions } from '../../use-plugin-actions.ts';
import { usePluginGraph } from '../../use-plugin-graph.ts';
import { useAnnounce } from '../announcer.tsx';
import { useMessages } from '../text/use-messages.ts';
import { CommandDialog } from './command-dialog.tsx';
import { questionAfter, type AskedCommand, type CommandOptions, type CommandQuestion } from './command-question.ts';
import { ForceDrain } from './force-drain.tsx';
import { PluginCommandsContext, type PluginCommands } from './plugin-commands.ts';

/** Carries out commands: asks where the server wants to know more, and tells how they ended. */
export function CommandsProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [question, ask] = useState<CommandQuestion>();
  const [forced, force] = useState<PluginSummary>();
  const run = useRunCommand(ask);
  const graph = usePluginGraph();
  const actions = usePluginActions();
  const commands = useMemo((): PluginCommands => {
    const isUp = (name: string): boolean => graph.nodes.some((node) => node.name === name && node.state === 'active');
    return {
      toggle: (plugin) => {
        if (!plugin.enabled) return void run(plugin, 'enable', {});
        const dependants = graph.dependantsOf(plugin.name).filter(isUp);
        if (plugin.activeRequests === 0 && dependants.length === 0) return void run(plugin, 'disable', {});
        ask({ kind: 'disable', plugin, dependants: dependants.map((name) => ({ name })) });
      },
      retry: (plugin) => void run(plugin, 'enable', {}),
      reload: (plugin) => void run(plugin, 'reload', {}),
      rollback: (plugin, to) => void run(plugin, 'rollback', { to }),
      review: (plugin) => ask({ kind: 'consent', plugin, command: 'enable', options: {}, permissions: [] }),
      quietly: (plugin, command) => actions[command](plugin.name),
    };
  }, [run, graph, actions]);
  return (
    <PluginCommandsContext.Provider value={commands}>
      {children}
      {question && (
        <CommandDialog
          question={question}
          onClose={() => ask(undefined)}
          onAnswer={(command, options, isForced) => {
            ask(undefined);
            if (isForced) force(question.plugin);
            void run(question.plugin, command, options).then(() => force(undefined));
          }}
        />
      )}
      {forced && <ForceDrain name={forced.name} />}
    </PluginCommandsContext.Provider>
  );
}

type RunCommand = (plugin: PluginSummary, command: AskedCommand, options: CommandOptions) => Promise<ActionResult>;

function useRunCommand(ask: (question: CommandQuestion) => void): RunCommand {
  const { commands } = useMessages();
  const actions = usePluginActions();
  const announce = useAnnounce();
  return useCallback<RunCommand>(
    async (plugin, command, options) => {
      announce(`${plugin.displayName}: ${commands.busy[command]}`);
      const result = await actions[command](plugin.name, options);
      if (result.ok) {
        announce(commands.done(plugin.displayName, command));
        return result;
      }
      const question = questionAfter(plugin, command, { options, error: result.error });
      if (question) {
        actions.dismiss(plugin.name);
        ask(question);
      } else announce(commands.failed(plugin.displayName, command, result.error.message));
      return result;
    },
    [actions, announce, ask, commands],
  );
}
