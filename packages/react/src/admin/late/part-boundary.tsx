'use client';

import type { ReactElement, ReactNode } from 'react';
import { ErrorCatcher } from '../../frontends/error-catcher.tsx';
import { reasonOf } from '../../frontends/frontend-error.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import type { ShownError } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';

/** Keeps what a view of the panel throws inside of its place, and says what it was. */
export function PartBoundary({ children }: { readonly children: ReactNode }): ReactElement {
  const { errors } = useMessages();
  return (
    <ErrorCatcher
      instead={(error, reset) => (
        <PartNotice
          title={errors.brokenTitle}
          error={{ code: 'PART_FAILED', message: errors.brokenText, hint: reasonOf(error) }}
          retry={reset}
        />
      )}
    >
      {children}
    </ErrorCatcher>
  );
}

export interface PartNoticeProps {
  readonly title: string;
  readonly error: ShownError;
  readonly retry: () => void;
}

/** Stands where a part of the panel cannot be shown: why, and what may help. */
export function PartNotice({ title, error, retry }: PartNoticeProps): ReactElement {
  const { errors } = useMessages();
  return (
    <div className="pk-late" data-pk-part="missing-part">
      <ErrorNotice title={title} error={error}>
        <button type="button" className="pk-button" onClick={retry}>
          {errors.again}
        </button>
        <button type="button" className="pk-button" onClick={() => window.location.reload()}>
          {errors.reloadPage}
        </button>
      </ErrorNotice>
    </div>
  );
}
