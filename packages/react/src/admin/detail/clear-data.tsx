'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useId, useState, type ReactElement } from 'react';
import { usePluginActions } from '../../use-plugin-actions.ts';
import { useAnnounce } from '../announcer.tsx';
import { ModalDialog } from '../parts/modal-dialog.tsx';
import { useErrorWords } from '../text/use-error-words.ts';
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
  const actions = usePluginActions(plugin.name);
  const announce = useAnnounce();
  const wordsOf = useErrorWords();
  const [typed, setTyped] = useState('');
  const field = useId();
  const confirm = async (): Promise<void> => {
    onClose();
    const result = await actions.clearData();
    const { done, failed } = commands;
    const name = plugin.displayName;
    announce(result.ok ? done(name, 'clear-data') : failed(name, 'clear-data', wordsOf(result.error).message));
  };
  return (
    <ModalDialog
      title={danger.clearTitle(plugin.displayName)}
      onClose={onClose}
      confirmation={{
        label: commands.names['clear-data'],
        kind: 'danger',
        disabled: typed !== plugin.name,
        onConfirm: () => void confirm(),
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
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </ModalDialog>
  );
}
