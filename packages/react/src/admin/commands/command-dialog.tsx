'use client';

import type { ReactElement } from 'react';
import type { AskedCommand, CommandOptions, CommandQuestion } from './command-question.ts';
import { CascadeDialog } from './cascade-dialog.tsx';
import { ConsentDialog } from './consent-dialog.tsx';
import { DisableDialog } from './disable-dialog.tsx';

export interface CommandDialogProps {
  readonly question: CommandQuestion;
  readonly onClose: () => void;
  /** Called with the command that the answer makes, and whether its drain is to be cut short. */
  readonly onAnswer: (command: AskedCommand, options: CommandOptions, isForced: boolean) => void;
}

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
