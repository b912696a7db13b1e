'use client';

import type { PluginConfigRevision } from '@catalyst-plugins/core/protocol';
import { useEffect, useState } from 'react';
import { asPluginApiError, type PluginApiError } from '../../client/plugin-api-error.ts';
import type { ConfigPartProps } from './config-part.ts';

const pageSize = 50;

/** The history of settings as far as it was looked at. */
export interface ConfigRevisions {
  readonly revisions: readonly PluginConfigRevision[] | undefined;
  readonly error: PluginApiError | undefined;
  readonly hasOlder: boolean;
  readonly loadOlder: () => void;
}

/** Loads the history of settings, and again whenever something was saved. */
export function useConfigRevisions({ config, state }: ConfigPartProps): ConfigRevisions {
  const { loadRevisions } = config;
  const [pages, setPages] = useState(1);
  const [loaded, setLoaded] = useState<Pick<ConfigRevisions, 'revisions' | 'error'>>({
    revisions: undefined,
    error: undefined,
  });
  const limit = pages * pageSize;
  useEffect(() => {
    let isOver = false;
    loadRevisions({ limit: Math.min(limit, 200) }).then(
      (revisions) => {
        if (!isOver) setLoaded({ revisions, error: undefined });
      },
      (error: unknown) => {
        if (!isOver) setLoaded(({ revisions }) => ({ revisions, error: asPluginApiError(error) }));
      },
    );
    return () => {
      isOver = true;
    };
  }, [loadRevisions, limit, state.revision]);
  const { revisions, error } = loaded;
  return {
    revisions,
    error,
    hasOlder: revisions !== undefined && revisions.length === limit && limit < 200,
    loadOlder: () => setPages((count) => count + 1),
  };
}
