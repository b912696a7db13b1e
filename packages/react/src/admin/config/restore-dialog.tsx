'use client';

import type { PluginConfigRevision } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { isSame } from '../../store/same-json.ts';
import { ModalDialog } from '../parts/modal-dialog.tsx';
import { useMessages } from '../text/use-messages.ts';
import { ConfigDiff, type ConfigDiffProps } from './config-diff.tsx';
import type { ConfigPartProps } from './config-part.ts';

export interface RestoreDialogProps extends Pick<ConfigPartProps, 'state' | 'fields'> {
  readonly revision: PluginConfigRevision;
  readonly onRestore: () => void;
  readonly onClose: () => void;
}

/** Asks before an earlier revision is saved again, and shows what that changes. */
export function RestoreDialog(props: RestoreDialogProps): ReactElement {
  const { state, fields, revision, onRestore, onClose } = props;
  const { config: words } = useMessages();
  const rows = rowsOf(props);
  return (
    <ModalDialog
      title={words.restoreTitle(revision.revision)}
      onClose={onClose}
      confirmation={{ label: words.restoreConfirm, kind: 'primary', onConfirm: onRestore }}
    >
      {rows.length === 0 ? <p className="pk-text">{words.noDifference}</p> : <ConfigDiff fields={fields} rows={rows} />}
      <p className="pk-text pk-muted">{words.restoreText}</p>
      <p className="pk-text pk-muted">{words.effects[state.effect]}</p>
    </ModalDialog>
  );
}

function rowsOf({ state, fields, revision }: RestoreDialogProps): ConfigDiffProps['rows'] {
  const keys = new Set([...state.stored, ...Object.keys(revision.config)]);
  const rows = [...keys].map((key) => {
    const byDefault = fields.find((field) => field.key === key)?.default;
    return { key, before: state.config[key] ?? null, after: revision.config[key] ?? byDefault ?? null };
  });
  return rows.filter(({ before, after }) => !isSame(before, after));
}
