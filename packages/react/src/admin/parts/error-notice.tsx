'use client';

import type { ReactElement, ReactNode } from 'react';
import { useErrorWords, type ShownError } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';
import { CopyButton } from './copy-button.tsx';

export interface ErrorNoticeProps {
  readonly error: ShownError;
  /** A heading over the sentence. */
  readonly title?: string | undefined;
  /** Whether it came up by something that the user did, and is told at once; default `true`. */
  readonly alert?: boolean | undefined;
  readonly onDismiss?: (() => void) | undefined;
  /** Further buttons. */
  readonly children?: ReactNode;
}

/** Says what went wrong, what to do about it, and lets it be copied for whoever helps. */
export function ErrorNotice({ error, title, alert = true, onDismiss, children }: ErrorNoticeProps): ReactElement {
  const { errors } = useMessages();
  const { message, hint } = useErrorWords()(error);
  return (
    <div className="pk-notice" data-tone="error" role={alert ? 'alert' : undefined} data-pk-part="error">
      {title !== undefined && <p className="pk-notice-title">{title}</p>}
      <p className="pk-text">
        <code className="pk-code">{error.code}</code> {message}
      </p>
      {hint !== undefined && hint !== '' && <p className="pk-text pk-muted">{hint}</p>}
      <div className="pk-actions">
        {children}
        <CopyButton text={errorText(error)} label={errors.copy} />
        {onDismiss && (
          <button type="button" className="pk-button" data-kind="quiet" onClick={onDismiss}>
            {errors.dismiss}
          </button>
        )}
      </div>
    </div>
  );
}

/** An error as it is copied for whoever helps. */
export function errorText({ code, message, hint, requestId }: ShownError): string {
  return [`${code}: ${message}`, hint, requestId && `requestId: ${requestId}`].filter(Boolean).join('\n');
}
