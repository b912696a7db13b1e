'use client';

import type { PluginReleaseSummary, PluginSummary } from '@catalyst-plugins/core/protocol';
import { useState, type ReactElement } from 'react';
import { usePlugin } from '../../use-plugin.ts';
import { usePluginCommands } from '../commands/plugin-commands.ts';
import { ModalDialog } from '../parts/modal-dialog.tsx';
import { useFormats } from '../text/use-formats.ts';
import { useMessages } from '../text/use-messages.ts';

export interface ReleaseListProps {
  readonly plugin: PluginSummary;
  readonly releases: readonly PluginReleaseSummary[];
}

/** The releases that are kept, and the way back to each. */
export function ReleaseList({ plugin, releases }: ReleaseListProps): ReactElement {
  const { danger } = useMessages();
  const { moment } = useFormats();
  const [asked, ask] = useState<PluginReleaseSummary>();
  const isBusy = usePlugin(plugin.name).latestCommand?.status === 'pending';
  if (!releases.some(({ current }) => !current)) return <p className="pk-text">{danger.noReleases}</p>;
  return (
    <>
      <ul className="pk-permissions">
        {releases.map((release) => (
          <li key={release.digest} className="pk-permission">
            <span className="pk-text">
              {release.version} <code className="pk-code">{release.digest.slice(0, 12)}</code>
            </span>
            <span className="pk-text pk-muted">{moment(release.liveAt)}</span>
            {release.current ? (
              <span className="pk-text">{danger.present}</span>
            ) : (
              <button
                type="button"
                className="pk-button"
                data-kind="danger"
                aria-disabled={isBusy}
                onClick={() => {
                  if (!isBusy) ask(release);
                }}
              >
                {danger.rollbackTo(release.version)}
              </button>
            )}
          </li>
        ))}
      </ul>
      {asked && <RollbackDialog plugin={plugin} release={asked} onClose={() => ask(undefined)} />}
    </>
  );
}

interface RollbackDialogProps {
  readonly plugin: PluginSummary;
  readonly release: PluginReleaseSummary;
  readonly onClose: () => void;
}

function RollbackDialog({ plugin, release, onClose }: RollbackDialogProps): ReactElement {
  const { commands, danger } = useMessages();
  const { rollback } = usePluginCommands();
  return (
    <ModalDialog
      title={danger.rollbackTitle(plugin.displayName, release.version)}
      onClose={onClose}
      confirmation={{
        label: commands.names.rollback,
        kind: 'danger',
        onConfirm() {
          onClose();
          rollback(plugin, release.digest);
        },
      }}
    >
      <p className="pk-text">{danger.rollbackText}</p>
    </ModalDialog>
  );
}
