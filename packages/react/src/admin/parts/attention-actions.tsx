'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePlugin } from '../../use-plugin.ts';
import { usePluginCommands } from '../commands/plugin-commands.ts';
import { useMessages } from '../text/use-messages.ts';

/** What can be done about a plugin that is not as it should be. */
export function AttentionActions({ plugin }: { readonly plugin: PluginSummary }): ReactElement {
  const { commands } = useMessages();
  const { retry, review, toggle } = usePluginCommands();
  const isBusy = usePlugin(plugin.name).latestCommand?.status === 'pending';
  const asks = plugin.reason?.code === 'CONSENT_REQUIRED';
  const isDown = plugin.enabled && plugin.state !== 'active';
  const unlessBusy = (command: (plugin: PluginSummary) => void) => () => {
    if (!isBusy) command(plugin);
  };
  return (
    <div className="pk-actions">
      {asks && (
        <button type="button" className="pk-button" aria-disabled={isBusy} onClick={unlessBusy(review)}>
          {commands.review}
        </button>
      )}
      {isDown && !asks && (
        <button type="button" className="pk-button" aria-disabled={isBusy} onClick={unlessBusy(retry)}>
          {commands.retry}
        </button>
      )}
      {isDown && (
        <button type="button" className="pk-button" aria-disabled={isBusy} onClick={unlessBusy(toggle)}>
          {commands.names.disable}
        </button>
      )}
    </div>
  );
}
