'use client';

import type { ReactElement } from 'react';
import type { CommandDialogProps } from './command-answer.ts';
import { CascadeDialog } from './cascade-dialog.tsx';
import { ConsentDialog } from './consent-dialog.tsx';
import { DisableDialog } from './disable-dialog.tsx';

/** Asks what has to be known before a command. */
export function CommandDialog({ question, onClose, onAnswer }: CommandDialogProps): ReactElement {
  switch (question.kind) {
    case 'disable':
      return <DisableDialog question={question} onClose={onClose} onAnswer={onAnswer} />;
    case 'cascade':
      return <CascadeDialog question={question} onClose={onClose} onAnswer={onAnswer} />;
    case 'consent':
      return <ConsentDialog question={question} onClose={onClose} onAnswer={onAnswer} />;
  }
}
