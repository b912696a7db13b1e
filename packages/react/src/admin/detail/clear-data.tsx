'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useId, useState, type ReactElement } from 'react';
import { usePluginActions } from '../../use-plugin-actions.ts';
import { ModalDialog } from '../parts/modal-dialog.tsx';
import { useMessages } from '../text/use-messages.ts';

/** Deletes what a plugin has stored, while it is off. */
export function ClearData({ plugin }: { readonly plugin: PluginSummary }): ReactElement {
  const { danger } = useMessages();
  const [isAsking, setAsking] = useState(false);
  return (
    <section className="pk-card" data-tone="danger">
      <h2 className="pk-heading">{danger.clear}</h2>
      <p className="pk-text pk-muted">{plugin.enabled ? danger.clearWhileOff : danger.clearText}</p>
      {!plugin.enabled && (
        <div className="pk-actions">
          <button type="button" className="pk-button" data-kind="danger" onClick={() => setAsking(true)}>
            {danger.clearConfirm}
          </button>
        </div>
      )}
      {isAsking && <ClearDataDialog plugin={plugin} onClose={() => setAsking(false)} />}
    </section>
  );
}

interface ClearDataDialogProps {
  readonly plugin: PluginSummary;
  readonly onClose: () => void;
}

/** Asks for the name, so that nothing is deleted by a slip. */
function ClearDataDialog({ plugin, onClose }: ClearDataDialogProps): ReactElement {
  const { danger, commands } = useMessages();
  const { clearData } = usePluginActions(plugin.name);
  const [name, setName] = useState('');
  const field = useId();
  const confirm = (): void => {
    onClose();
    void clearData();
  };
  return (
    <ModalDialog
      title={danger.clearTitle(plugin.displayName)}
      onClose={onClose}
      confirmation={{
        label: commands.names['clear-data'],
        kind: 'danger',
        disabled: name !== plugin.name,
        onConfirm: confirm,
      }}
    >
      <p className="pk-text">{danger.clearText}</p>
      <label className="pk-text" htmlFor={field}>
        {danger.clearName(plugin.name)}
      </label>
      <input
        id={field}
        className="pk-input"
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
    </ModalDialog>
  );
}
