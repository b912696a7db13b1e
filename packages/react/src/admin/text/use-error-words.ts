'use client';

import type { JsonObject } from '@catalyst-plugins/core/protocol';
import { useCallback } from 'react';
import { useMessages } from './use-messages.ts';

/** What went wrong, as the server or the client said it. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
  /** Of the answer; 0 where there was none. */
  readonly status?: number | undefined;
  readonly details?: JsonObject | undefined;
}

/** What is said of an error: what its code means where that is for the panel to say, else what the server said. */
export function useErrorWords(): (error: ShownError) => Pick<ShownError, 'message' | 'hint'> {
  const { errors } = useMessages();
  return useCallback(
    ({ code, message, hint, status = 0, details }) => {
      if (code === 'NETWORK_FAILED') return { message: errors.unreachable, hint: errors.unreachableHint };
      if (code !== 'ANSWER_INVALID') return { message, hint };
      const said = details?.['said'];
      const what = errors.misunderstood(status);
      return { message: typeof said === 'string' ? `${what} ${said}` : what, hint: errors.misunderstoodHint };
    },
    [errors],
  );
}
