'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { useAdministrator } from '../../use-administrator.ts';
import { usePlugin } from '../../use-plugin.ts';
import { usePluginCommands } from '../commands/plugin-commands.ts';
import { useMessages } from '../text/use-messages.ts';

/** Puts a plugin on or off: moves at once, and back if the server says no. It keeps the focus while it is busy. */
export function PluginSwitch({ plugin }: { readonly plugin: PluginSummary }): ReactElement {
  const { commands } = useMessages();
  const { toggle } = usePluginCommands();
  const { may } = useAdministrator();
  const isBusy = usePlugin(plugin.name).latestCommand?.status === 'pending';
  const isOff = isBusy || !may('plugins.write');
  return (
    <button
      type="button"
      role="switch"
      className="pk-switch"
      aria-checked={plugin.enabled}
      aria-label={commands.switchLabel(plugin.displayName)}
      aria-disabled={isOff}
      data-pk-part="switch"
      onClick={() => {
        if (!isOff) toggle(plugin);
      }}
    >
      <span className="pk-switch-track" aria-hidden="true">
        <span className="pk-switch-thumb" />
      </span>
      <span className="pk-switch-text" aria-hidden="true">
        {plugin.enabled ? commands.on : commands.off}
      </span>
    </button>
  );
}
