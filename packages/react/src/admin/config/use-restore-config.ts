'use client';

import { useState } from 'react';
import type { PluginApiError } from '../../client/plugin-api-error.ts';
import { usePluginActions } from '../../use-plugin-actions.ts';
import type { PluginConfigView } from '../../use-plugin-config.ts';
import { useAnnounce } from '../announcer.tsx';
import { useErrorWords } from '../text/use-error-words.ts';

/** A way back to earlier settings, and why it came to nothing. */
export interface RestoreConfig {
  /** Saves a revision again, and says a sentence when that is done; resolves to whether it is. */
  readonly restore: (revision: number, done: string) => Promise<boolean>;
  readonly failure: PluginApiError | undefined;
  readonly forget: () => void;
}

/** Takes the settings of a plugin back to earlier ones. A failure is told where this is used, and nowhere else. */
export function useRestoreConfig(name: string, config: PluginConfigView): RestoreConfig {
  const announce = useAnnounce();
  const wordsOf = useErrorWords();
  const { dismiss } = usePluginActions(name);
  const [failure, setFailure] = useState<PluginApiError>();
  return {
    failure,
    forget: () => setFailure(undefined),
    restore: async (revision, done) => {
      const result = await config.restore(revision);
      setFailure(result.ok ? undefined : result.error);
      if (!result.ok) dismiss();
      announce(result.ok ? done : wordsOf(result.error).message);
      return result.ok;
    },
  };
}
