'use client';

import type { ReactElement } from 'react';
import { ModalDialog } from '../parts/modal-dialog.tsx';
import { useMessages } from '../text/use-messages.ts';
import type { CommandDialogProps } from './command-answer.ts';
import { DependantList } from './dependant-list.tsx';

/** Asks whether plugins may go that a reload or a rollback would leave without what they need. */
export function CascadeDialog({ question, onClose, onAnswer }: CommandDialogProps<'cascade'>): ReactElement {
  const { commands } = useMessages();
  const { plugin, command, options, dependants } = question;
  return (
    <ModalDialog
      title={commands.cascadeTitle(plugin.displayName, command)}
      onClose={onClose}
      confirmation={{
        label: commands.names[command],
        kind: 'danger',
        onConfirm: () => onAnswer(command, { ...options, cascade: true }),
      }}
    >
      <p className="pk-text">{commands.cascadeText}</p>
      <DependantList dependants={dependants} />
    </ModalDialog>
  );
}
