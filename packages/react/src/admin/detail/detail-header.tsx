'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePluginActions } from '../../use-plugin-actions.ts';
import { usePlugin } from '../../use-plugin.ts';
import { AttentionActions } from '../parts/attention-actions.tsx';
import { ConnectionStatus } from '../parts/connection-status.tsx';
import { DrainProgress } from '../parts/drain-progress.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { PageHeading } from '../parts/page-heading.tsx';
import { PluginSwitch } from '../parts/plugin-switch.tsx';
import { ReloadButton } from '../parts/reload-button.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { useMessages } from '../text/use-messages.ts';

/** What stays in sight on every tab of a plugin: what it is, how it is, and the commands for it. */
export function DetailHeader({ plugin }: { readonly plugin: PluginSummary }): ReactElement {
  const { detail } = useMessages();
  const { latestCommand } = usePlugin(plugin.name);
  const actions = usePluginActions();
  return (
    <header className="pk-detail-header" data-pk-part="header">
      <div className="pk-page-header">
        <PageHeading title={plugin.displayName}>
          <span className="pk-version">{plugin.version}</span>
        </PageHeading>
        <StateBadge state={plugin.state} />
        <ConnectionStatus />
        <div className="pk-actions">
          <PluginSwitch plugin={plugin} />
          <ReloadButton plugin={plugin} />
        </div>
      </div>
      <p className="pk-text pk-muted">
        {[plugin.description, plugin.author === null ? '' : detail.by(plugin.author)].filter(Boolean).join(' · ')}
      </p>
      <DrainProgress plugin={plugin} />
      {plugin.reason && (
        <ErrorNotice error={plugin.reason} alert={false}>
          <AttentionActions plugin={plugin} />
        </ErrorNotice>
      )}
      {latestCommand?.error && latestCommand.error.code !== plugin.reason?.code && (
        <ErrorNotice error={latestCommand.error} alert={false} onDismiss={() => actions.dismiss(plugin.name)} />
      )}
    </header>
  );
}
