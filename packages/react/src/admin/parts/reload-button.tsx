'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { useAdministrator } from '../../use-administrator.ts';
import { usePlugin } from '../../use-plugin.ts';
import { usePluginCommands } from '../commands/plugin-commands.ts';
import { useMessages } from '../text/use-messages.ts';

/** Replaces the running generation by one from the folder. */
export function ReloadButton({ plugin }: { readonly plugin: PluginSummary }): ReactElement {
  const { commands } = useMessages();
  const { reload } = usePluginCommands();
  const { latestCommand } = usePlugin(plugin.name);
  const isBusy = latestCommand?.status === 'pending';
  const { may } = useAdministrator();
  const isOff = isBusy || !plugin.enabled || !may('plugins.write');
  const isReloading = isBusy && latestCommand.command === 'reload';
  return (
    <button
      type="button"
      className="pk-button"
      aria-disabled={isOff}
      aria-label={commands.reload(plugin.displayName)}
      onClick={() => {
        if (!isOff) reload(plugin);
      }}
    >
      {isReloading ? commands.busy.reload : commands.names.reload}
    </button>
  );
}
