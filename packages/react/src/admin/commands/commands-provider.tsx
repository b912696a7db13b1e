'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useCallback, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { usePluginActions } from '../../use-plugin-actions.ts';
import { useAnnounce } from '../announcer.tsx';
import { useErrorWords } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';
import { CommandDialog } from './command-dialog.tsx';
import { questionAfter, type AskedCommand, type CommandOptions, type CommandQuestion } from './command-question.ts';
import { PluginCommandsContext, type PluginCommands } from './plugin-commands.ts';
import { useDisable } from './use-disable.ts';

/** Carries out commands: asks where the server wants to know more, and tells how they ended. */
export function CommandsProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [question, ask] = useState<CommandQuestion>();
  const run = useRunCommand(ask);
  const actions = usePluginActions();
  const disableNow = useCallback((plugin: PluginSummary) => void run(plugin, 'disable', {}), [run]);
  const disable = useDisable(disableNow, ask);
  const commands = useMemo(
    (): PluginCommands => ({
      toggle: (plugin) => (plugin.enabled ? disable(plugin) : void run(plugin, 'enable', {})),
      retry: (plugin) => void run(plugin, 'enable', {}),
      reload: (plugin) => void run(plugin, 'reload', {}),
      rollback: (plugin, to) => void run(plugin, 'rollback', { to }),
      review: (plugin) => ask({ kind: 'consent', plugin, command: 'enable', options: {}, permissions: [] }),
      quietly: (plugin, command) => actions[command](plugin.name),
    }),
    [run, disable, actions],
  );
  return (
    <PluginCommandsContext.Provider value={commands}>
      {children}
      {question && (
        <CommandDialog
          question={question}
          onClose={() => ask(undefined)}
          onAnswer={(command, options) => {
            ask(undefined);
            void run(question.plugin, command, options);
          }}
        />
      )}
    </PluginCommandsContext.Provider>
  );
}

type RunCommand = (plugin: PluginSummary, command: AskedCommand, options: CommandOptions) => Promise<void>;

function useRunCommand(ask: (question: CommandQuestion) => void): RunCommand {
  const { commands } = useMessages();
  const actions = usePluginActions();
  const announce = useAnnounce();
  const wordsOf = useErrorWords();
  return useCallback<RunCommand>(
    async (plugin, command, options) => {
      announce(`${plugin.displayName}: ${commands.busy[command]}`);
      const result = await actions[command](plugin.name, options);
      if (result.ok) return announce(commands.done(plugin.displayName, command));
      const question = questionAfter(plugin, command, { options, error: result.error });
      if (question) {
        actions.dismiss(plugin.name);
        ask(question);
      } else announce(commands.failed(plugin.displayName, command, wordsOf(result.error).message));
    },
    [actions, announce, ask, commands, wordsOf],
  );
}
