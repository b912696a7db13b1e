'use client';

import { useId, useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react';

export interface ModalDialogProps {
  readonly title: string;
  /** Called when it is over, by whatever key or button. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** The buttons. */
  readonly actions: ReactNode;
}

/** A question that has to be answered first; the browser keeps the focus inside and gives it back. */
export function ModalDialog({ title, onClose, children, actions }: ModalDialogProps): ReactElement {
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
        {actions}
      </div>
    </dialog>
  );
}
