'use client';

import type { ReactElement } from 'react';
import { ModalDialog } from '../parts/modal-dialog.tsx';
import { useMessages } from '../text/use-messages.ts';
import { ConfigDiff } from './config-diff.tsx';
import type { ConfigPartProps } from './config-part.ts';

export interface ConfigReviewProps extends ConfigPartProps {
  readonly onSave: () => void;
  readonly onClose: () => void;
}

/** Shows what would change before it does. */
export function ConfigReview({ plugin, config, state, fields, onSave, onClose }: ConfigReviewProps): ReactElement {
  const { config: words, commands } = useMessages();
  const { isSaving, changes, values, tested } = config;
  const rows = changes.map((key) => ({ key, before: state.config[key] ?? null, after: values[key] ?? null }));
  return (
    <ModalDialog
      title={words.reviewTitle(plugin.displayName)}
      onClose={onClose}
      closeLabel={words.back}
      confirmation={{
        label: isSaving ? commands.busy['update-config'] : commands.names['update-config'],
        kind: 'primary',
        isBusy: isSaving,
        onConfirm: onSave,
      }}
    >
      <ConfigDiff fields={fields} rows={rows} />
      {tested?.messages.map((message) => (
        <p key={message} className="pk-text">
          {message}
        </p>
      ))}
      <p className="pk-text pk-muted">{words.effects[state.effect]}</p>
    </ModalDialog>
  );
}
