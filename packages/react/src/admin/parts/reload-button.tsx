'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePlugin } from '../../use-plugin.ts';
import { usePluginCommands } from '../commands/plugin-commands.ts';
import { useMessages } from '../text/use-messages.ts';

/** Replaces the running generation by one from the folder. */
export function ReloadButton({ plugin }: { readonly plugin: PluginSummary }): ReactElement {
  const { commands } = useMessages();
  const { reload } = usePluginCommands();
  const { latestCommand } = usePlugin(plugin.name);
  const isBusy = latestCommand?.status === 'pending';
  const isReloading = isBusy && latestCommand.command === 'reload';
  return (
    <button
      type="button"
      className="pk-button"
      aria-disabled={isBusy || !plugin.enabled}
      aria-label={commands.reload(plugin.displayName)}
      onClick={() => {
        if (!isBusy && plugin.enabled) reload(plugin);
      }}
    >
      {isReloading ? commands.busy.reload : commands.names.reload}
    </button>
  );
}
