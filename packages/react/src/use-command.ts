'use client';

import { useCallback, useState } from 'react';
import { asPluginApiError, type PluginApiError } from './client/plugin-api-error.ts';
import type { ActionResult } from './store/action-result.ts';

/** A command that runs, or how the last one failed. */
export interface CommandState {
  /** What it is about; absent while nothing runs. */
  readonly running: string | undefined;
  /** Why the last one failed, until the next. */
  readonly error: PluginApiError | undefined;
}

const idle: CommandState = { running: undefined, error: undefined };

/** Gives commands for one component, and keeps how they go. The function never throws and never changes. */
export function useCommand(): readonly [
  CommandState,
  (what: string, send: () => Promise<void>) => Promise<ActionResult>,
] {
  const [state, setState] = useState(idle);
  const run = useCallback(async (what: string, send: () => Promise<void>): Promise<ActionResult> => {
    setState({ running: what, error: undefined });
    try {
      await send();
      setState(idle);
      return { ok: true };
    } catch (caught) {
      const error = asPluginApiError(caught);
      setState({ running: undefined, error });
      return { ok: false, error };
    }
  }, []);
  return [state, run];
}
