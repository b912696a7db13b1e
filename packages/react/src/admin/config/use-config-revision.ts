'use client';

import type { PluginConfigRevision } from '@catalyst-plugins/core/protocol';
import { useEffect, useState } from 'react';
import { asPluginApiError, PluginApiError } from '../../client/plugin-api-error.ts';
import type { PluginConfigView } from '../../use-plugin-config.ts';
import { useMessages } from '../text/use-messages.ts';

/** A revision of settings, or why there is none; neither while it is loading. */
export interface FoundRevision {
  readonly found?: PluginConfigRevision;
  readonly error?: PluginApiError;
}

/** What there was before anything was saved. */
const beginning: PluginConfigRevision = { revision: 0, actor: '', savedAt: '', keys: [], config: {} };

/** Loads one revision of settings. */
export function useConfigRevision(load: PluginConfigView['loadRevisions'], revision: number): FoundRevision {
  const { config: words } = useMessages();
  const gone = words.revisionGone(revision);
  const [loaded, setLoaded] = useState<FoundRevision & { readonly of?: number }>({});
  useEffect(() => {
    if (revision === 0) return undefined;
    let isOver = false;
    const tell = (found: FoundRevision): void => {
      if (!isOver) setLoaded({ ...found, of: revision });
    };
    load({ before: revision + 1, limit: 1 }).then(
      ([one]) => tell(one?.revision === revision ? { found: one } : { error: missing(gone) }),
      (error: unknown) => tell({ error: asPluginApiError(error) }),
    );
    return () => {
      isOver = true;
    };
  }, [load, revision, gone]);
  if (revision === 0) return { found: beginning };
  return loaded.of === revision ? loaded : {};
}

function missing(message: string): PluginApiError {
  return new PluginApiError(message, { code: 'CONFIG_REVISION_NOT_FOUND', status: 404 });
}
