'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePluginActions } from '../../use-plugin-actions.ts';
import { usePlugin } from '../../use-plugin.ts';
import { AdminLink } from '../admin-link.tsx';
import { addressOfPlugin } from '../admin-routing.ts';
import { DrainProgress } from '../parts/drain-progress.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { PluginSwitch } from '../parts/plugin-switch.tsx';
import { ReloadButton } from '../parts/reload-button.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { useMessages } from '../text/use-messages.ts';
import { RowFigures } from './row-figures.tsx';
import { RowHealth } from './row-health.tsx';

export interface PluginRowProps {
  readonly plugin: PluginSummary;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** One plugin of the list; what is done to it keeps no other row waiting. */
export function PluginRow({ plugin, isChosen, onChoose }: PluginRowProps): ReactElement {
  const { list } = useMessages();
  const { latestCommand } = usePlugin(plugin.name);
  const isBusy = latestCommand?.status === 'pending';
  return (
    <tr className="pk-row" data-state={plugin.state} aria-busy={isBusy} data-pk-part="row" data-plugin={plugin.name}>
      <td className="pk-cell" data-column="select">
        <input
          type="checkbox"
          className="pk-check"
          aria-label={list.select(plugin.displayName)}
          checked={isChosen}
          onChange={onChoose}
        />
      </td>
      <th scope="row" className="pk-cell" data-column="plugin">
        <AdminLink to={addressOfPlugin(plugin.name)} className="pk-link pk-row-name">
          {plugin.displayName}
        </AdminLink>
        <span className="pk-row-version">
          {plugin.name} {plugin.version}
        </span>
      </th>
      <td className="pk-cell" data-column="state">
        <StateBadge state={plugin.state} />
        {plugin.reason && !latestCommand?.error && (
          <span className="pk-row-reason" title={plugin.reason.message} data-pk-part="row-reason">
            {plugin.reason.message}
          </span>
        )}
        <RowProgress plugin={plugin} isBusy={isBusy} />
        <RowError plugin={plugin} />
      </td>
      <td className="pk-cell" data-column="figures">
        <RowFigures name={plugin.name} />
      </td>
      <td className="pk-cell" data-column="health">
        <RowHealth name={plugin.name} />
      </td>
      <td className="pk-cell" data-column="actions">
        <div className="pk-actions">
          <PluginSwitch plugin={plugin} />
          <ReloadButton plugin={plugin} />
        </div>
      </td>
    </tr>
  );
}

function RowProgress({
  plugin,
  isBusy,
}: {
  readonly plugin: PluginSummary;
  readonly isBusy: boolean;
}): ReactElement | null {
  const isChanging = isBusy || ['draining', 'reloading', 'loading'].includes(plugin.state);
  return isChanging ? <DrainProgress plugin={plugin} /> : null;
}

function RowError({ plugin }: { readonly plugin: PluginSummary }): ReactElement | null {
  const { latestCommand } = usePlugin(plugin.name);
  const actions = usePluginActions();
  if (!latestCommand?.error) return null;
  return <ErrorNotice error={latestCommand.error} alert={false} onDismiss={() => actions.dismiss(plugin.name)} />;
}
