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
  const { asks, failed, isUp, isDown } = needsOf(plugin);
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
      {failed && !asks && button(commands.retry, isUp ? reload : retry)}
      {isDown && button(commands.names.disable, toggle)}
      {children}
    </div>
  );
}

interface Needs {
  readonly isUp: boolean;
  /** Wanted, but not up. */
  readonly isDown: boolean;
  readonly asks: boolean;
  /** Whether another try is due. */
  readonly failed: boolean;
}

/** Of a plugin that is up it is the release in its folder that has failed or asks for consent: a reload tries that again. */
function needsOf({ enabled, state, reason, lastFailure }: PluginSummary): Needs {
  const isUp = state === 'active';
  const isDown = enabled && !isUp;
  const problem = isUp ? lastFailure : reason;
  return { isUp, isDown, asks: problem?.code === 'CONSENT_REQUIRED', failed: isDown || (isUp && problem !== null) };
}
