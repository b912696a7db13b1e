'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useState, type ReactElement } from 'react';
import { usePluginConfig } from '../../use-plugin-config.ts';
import { useRestoreConfig } from '../config/use-restore-config.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { ModalDialog } from '../parts/modal-dialog.tsx';
import { useMessages } from '../text/use-messages.ts';

/** Takes all settings of a plugin back to their defaults. */
export function ResetConfiguration({ plugin }: { readonly plugin: PluginSummary }): ReactElement {
  const { danger } = useMessages();
  const config = usePluginConfig(plugin.name);
  const { failure, forget, restore } = useRestoreConfig(plugin.name, config);
  const [isAsking, setAsking] = useState(false);
  const stored = config.state?.stored.length;
  const reset = (): void => {
    setAsking(false);
    void restore(0, danger.resetDone(plugin.displayName));
  };
  return (
    <section className="pk-card" data-tone="danger">
      <h2 className="pk-heading">{danger.reset}</h2>
      <p className="pk-text pk-muted">{stored === 0 ? danger.resetNothing : danger.resetText}</p>
      {!config.state && config.error && <ErrorNotice error={config.error} alert={false} />}
      {failure && <ErrorNotice error={failure} onDismiss={forget} />}
      {stored !== undefined && stored > 0 && (
        <div className="pk-actions">
          <button type="button" className="pk-button" data-kind="danger" onClick={() => setAsking(true)}>
            {danger.resetConfirm}
          </button>
        </div>
      )}
      {isAsking && (
        <ModalDialog
          title={danger.resetTitle(plugin.displayName)}
          onClose={() => setAsking(false)}
          confirmation={{ label: danger.reset, kind: 'danger', onConfirm: reset }}
        >
          <p className="pk-text">{danger.resetText}</p>
        </ModalDialog>
      )}
    </section>
  );
}
