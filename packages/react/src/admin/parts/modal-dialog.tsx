'use client';

import { useId, useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { useMessages } from '../text/use-messages.ts';

/** The button that does what the dialog asks about. */
export interface Confirmation {
  readonly label: string;
  /** `danger` where something is taken away. */
  readonly kind: 'primary' | 'danger';
  readonly onConfirm: () => void;
  readonly disabled?: boolean;
  /** Whether it is being done; the button keeps the focus and does nothing more. */
  readonly isBusy?: boolean;
}

export interface ModalDialogProps {
  readonly title: string;
  /** Called when it is over, by whatever key or button. */
  readonly onClose: () => void;
  /** What the button says that leaves everything as it is; "Cancel" by default. */
  readonly closeLabel?: string;
  readonly confirmation: Confirmation;
  readonly children: ReactNode;
}

/** A question that has to be answered first; the browser keeps the focus inside and gives it back. */
export function ModalDialog(props: ModalDialogProps): ReactElement {
  const { title, onClose, closeLabel, confirmation, children } = props;
  const { label, kind, onConfirm, disabled, isBusy } = confirmation;
  const { commands } = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // before it leaves the page, so that the browser gives the focus back
  useLayoutEffect(() => {
    const element = dialog.current;
    // StrictMode runs this twice
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="pk-dialog"
      aria-labelledby={heading}
      data-pk-part="dialog"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 className="pk-heading" id={heading}>
        {title}
      </h2>
      <div className="pk-dialog-body">{children}</div>
      <div className="pk-actions" data-align="end">
        <button type="button" className="pk-button" onClick={onClose}>
          {closeLabel ?? commands.cancel}
        </button>
        <button
          type="button"
          className="pk-button"
          data-kind={kind}
          disabled={disabled}
          aria-disabled={isBusy}
          onClick={() => {
            if (isBusy !== true) onConfirm();
          }}
        >
          {label}
        </button>
      </div>
    </dialog>
  );
}
