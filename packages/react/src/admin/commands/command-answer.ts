import type { AskedCommand, CommandOptions, CommandQuestion } from './command-question.ts';

/** What a dialog is asked with, and whom it tells the answer. */
export interface CommandDialogProps<Kind extends CommandQuestion['kind'] = CommandQuestion['kind']> {
  readonly question: Extract<CommandQuestion, { kind: Kind }>;
  readonly onClose: () => void;
  /** Called with the command that the answer makes. */
  readonly onAnswer: (command: AskedCommand, options: CommandOptions) => void;
}
