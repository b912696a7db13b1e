'use client';

import { useMemo, useState, type ReactElement } from 'react';
import { readFormFields } from '../../form/read-form-fields.ts';
import { usePluginConfig } from '../../use-plugin-config.ts';
import { RestoreDialog } from '../config/restore-dialog.tsx';
import { useConfigRevision } from '../config/use-config-revision.ts';
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
  const { found, error } = useConfigRevision(config.loadRevisions, revision);
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
