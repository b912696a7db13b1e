'use client';

import type { ReactElement } from 'react';
import { useFormats } from '../text/use-formats.ts';
import { useMessages } from '../text/use-messages.ts';
import type { ConfigPartProps } from './config-part.ts';
import { useConfigRevision } from './use-config-revision.ts';

/** Which revision of the settings counts now, and who has saved it when. */
export function PresentRevision({ config, state }: Pick<ConfigPartProps, 'config' | 'state'>): ReactElement {
  const { config: words } = useMessages();
  const { moment } = useFormats();
  const { found } = useConfigRevision(config.loadRevisions, state.revision);
  return (
    <p className="pk-text pk-muted">
      {words.revision(state.revision)}
      {found && found.revision > 0 && ` · ${words.savedBy(found.actor, moment(found.savedAt))}`}
    </p>
  );
}
