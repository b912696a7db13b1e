'use client';

import type { PluginConfigRevision } from '@catalyst-plugins/core/protocol';
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { asPluginApiError, PluginApiError } from '../../client/plugin-api-error.ts';
import { readFormFields } from '../../form/read-form-fields.ts';
import { usePluginConfig, type PluginConfigView } from '../../use-plugin-config.ts';
import { RestoreDialog } from '../config/restore-dialog.tsx';
import { useRestoreConfig } from '../config/use-restore-config.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { useMessages } from '../text/use-messages.ts';

export interface PluginAuditRestoreProps {
  readonly plugin: string;
  readonly revision: number;
  /** Called when it is answered, or given up. */
  readonly onEnd: () => void;
}

/** Asks whether the settings are to be as they were at a revision, with what that would change. */
export function PluginAuditRestore({ plugin, revision, onEnd }: PluginAuditRestoreProps): ReactElement | null {
  const { config: words } = useMessages();
  const config = usePluginConfig(plugin);
  const { failure, restore } = useRestoreConfig(plugin, config);
  const { found, error } = useRevision(config.loadRevisions, revision);
  const [isAnswered, setAnswered] = useState(false);
  const { state } = config;
  const fields = useMemo(() => (state ? readFormFields(state.schema, state.fields) : []), [state]);
  const problem = failure ?? error ?? config.error;
  if (problem) return <ErrorNotice error={problem} onDismiss={onEnd} />;
  if (!found || !state || isAnswered) return null;
  return (
    <RestoreDialog
      state={state}
      fields={fields}
      revision={found}
      onClose={onEnd}
      onRestore={() => {
        setAnswered(true);
        void restore(revision, words.restored(revision)).then((isDone) => isDone && onEnd());
      }}
    />
  );
}

interface FoundRevision {
  readonly found?: PluginConfigRevision | undefined;
  readonly error?: PluginApiError;
}

/** What there was before anything was saved. */
const beginning: PluginConfigRevision = { revision: 0, actor: '', savedAt: '', keys: [], config: {} };

function useRevision(load: PluginConfigView['loadRevisions'], revision: number): FoundRevision {
  const { config: words } = useMessages();
  const gone = words.revisionGone(revision);
  const [loaded, setLoaded] = useState<FoundRevision>({});
  useEffect(() => {
    if (revision === 0) return undefined;
    let isOver = false;
    const tell = (found: FoundRevision): void => {
      if (!isOver) setLoaded(found);
    };
    load({ before: revision + 1, limit: 1 }).then(
      ([one]) => tell(one?.revision === revision ? { found: one } : { error: missing(gone) }),
      (error: unknown) => tell({ error: asPluginApiError(error) }),
    );
    return () => {
      isOver = true;
    };
  }, [load, revision, gone]);
  return revision === 0 ? { found: beginning } : loaded;
}

function missing(message: string): PluginApiError {
  return new PluginApiError(message, { code: 'CONFIG_REVISION_NOT_FOUND', status: 404 });
}
