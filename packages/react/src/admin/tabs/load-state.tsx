'use client';

import type { ReactElement, ReactNode } from 'react';
import type { PluginApiError } from '../../client/plugin-api-error.ts';
import type { LoadStatus } from '../../store/plugin-store-state.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { useMessages } from '../text/use-messages.ts';

export interface LoadStateProps {
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  /** Whether there is something to show, even if it is old. */
  readonly hasData: boolean;
  /** Asks again. */
  readonly refresh: () => Promise<void>;
  readonly children?: ReactNode;
}

/** Shows what was loaded; says that it is being loaded, or why it could not be. */
export function LoadState({ status, error, hasData, refresh, children }: LoadStateProps): ReactElement {
  const { observation } = useMessages();
  return (
    <>
      {error && (
        <ErrorNotice error={error}>
          <button type="button" className="pk-button" onClick={() => void refresh()}>
            {observation.again}
          </button>
        </ErrorNotice>
      )}
      {hasData && children}
      {!hasData && status === 'loading' && (
        <p className="pk-text pk-muted" role="status" data-pk-part="loading">
          {observation.loading}
        </p>
      )}
    </>
  );
}
