'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement, ReactNode } from 'react';
import { usePlugin } from '../../use-plugin.ts';
import { usePluginCommands } from '../commands/plugin-commands.ts';
import { useMessages } from '../text/use-messages.ts';

export interface AttentionActionsProps {
  readonly plugin: PluginSummary;
  /** Further things that can be done. */
  readonly children?: ReactNode;
}

/** What can be done about a plugin that is not as it should be. */
export function AttentionActions({ plugin, children }: AttentionActionsProps): ReactElement {
  const { commands } = useMessages();
  const { retry, reload, review, toggle } = usePluginCommands();
  const isBusy = usePlugin(plugin.name).latestCommand?.status === 'pending';
  const { enabled, state, reason, lastFailure } = plugin;
  const isUp = state === 'active';
  const isDown = enabled && !isUp;
  // of one that is up it is the release in the folder that asks: a reload asks for it
  const asks = (isUp ? lastFailure : reason)?.code === 'CONSENT_REQUIRED';
  const button = (label: string, command: (plugin: PluginSummary) => void): ReactElement => (
    <button
      type="button"
      className="pk-button"
      aria-disabled={isBusy}
      onClick={() => {
        if (!isBusy) command(plugin);
      }}
    >
      {label}
    </button>
  );
  return (
    <div className="pk-actions">
      {asks && button(commands.review, isUp ? reload : review)}
      {isDown && !asks && button(commands.retry, retry)}
      {isUp && lastFailure && !asks && button(commands.retry, reload)}
      {isDown && button(commands.names.disable, toggle)}
      {children}
    </div>
  );
}
