'use client';

import { useState, type ReactElement } from 'react';
import { ModalDialog } from '../parts/modal-dialog.tsx';
import { useMessages } from '../text/use-messages.ts';
import type { CommandDialogProps } from './command-answer.ts';
import { DependantList } from './dependant-list.tsx';

/** Asks what is to become of the calls that run, and of the plugins that need this one. */
export function DisableDialog({ question, onClose, onAnswer }: CommandDialogProps<'disable'>): ReactElement {
  const { commands } = useMessages();
  const { plugin, dependants } = question;
  const [isForced, setForced] = useState(false);
  const [cascade, setCascade] = useState(false);
  const needsCascade = dependants.length > 0;
  return (
    <ModalDialog
      title={commands.disableTitle(plugin.displayName)}
      onClose={onClose}
      confirmation={{
        label: commands.names.disable,
        kind: 'danger',
        disabled: needsCascade && !cascade,
        onConfirm: () => onAnswer('disable', { ...(needsCascade && { cascade }), ...(isForced && { force: true }) }),
      }}
    >
      {plugin.activeRequests > 0 && <p className="pk-text">{commands.disableCalls(plugin.activeRequests)}</p>}
      <fieldset className="pk-choices">
        <legend className="pk-hidden">{commands.names.disable}</legend>
        <Choice checked={!isForced} onChoose={() => setForced(false)} label={commands.waitForCalls}>
          {commands.waitForCallsHint}
        </Choice>
        <Choice checked={isForced} onChoose={() => setForced(true)} label={commands.stopNow}>
          {commands.stopNowHint}
        </Choice>
      </fieldset>
      {needsCascade && (
        <>
          <p className="pk-text">{commands.disableDependants(dependants.length)}</p>
          <DependantList dependants={dependants} />
          <label className="pk-choice">
            <input
              type="checkbox"
              className="pk-check"
              checked={cascade}
              onChange={({ target }) => setCascade(target.checked)}
            />
            <span>{commands.alsoDisable}</span>
          </label>
        </>
      )}
    </ModalDialog>
  );
}

interface ChoiceProps {
  readonly checked: boolean;
  readonly onChoose: () => void;
  readonly label: string;
  readonly children: string;
}

function Choice({ checked, onChoose, label, children }: ChoiceProps): ReactElement {
  return (
    <label className="pk-choice">
      <input type="radio" className="pk-check" name="pk-drain-choice" checked={checked} onChange={onChoose} />
      <span>
        {label}
        <span className="pk-choice-hint">{children}</span>
      </span>
    </label>
  );
}
