'use client';

import type { PluginConfigRevision } from '@catalyst-plugins/core/protocol';
import { useState, type ReactElement } from 'react';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { useFormats } from '../text/use-formats.ts';
import { useMessages } from '../text/use-messages.ts';
import type { ConfigPartProps } from './config-part.ts';
import { RestoreDialog } from './restore-dialog.tsx';
import { useConfigRevisions } from './use-config-revisions.ts';
import { useRestoreConfig } from './use-restore-config.ts';

/** What was saved, by whom and when, each to be saved again. */
export function ConfigHistory(props: ConfigPartProps): ReactElement {
  const { plugin, config, state } = props;
  const { config: words, detail } = useMessages();
  const { revisions, error, hasOlder, loadOlder } = useConfigRevisions(props);
  const { failure, restore } = useRestoreConfig(plugin.name, config);
  const [asked, ask] = useState<PluginConfigRevision>();
  const failed = failure ?? error;
  return (
    <div className="pk-form" data-pk-part="config-history">
      {failed && <ErrorNotice error={failed} />}
      {!revisions && !error && <p className="pk-text">{detail.loading}</p>}
      {revisions?.length === 0 && <p className="pk-text">{words.noHistory}</p>}
      <ol className="pk-permissions">
        {revisions?.map((one) => (
          <RevisionItem
            key={one.revision}
            revision={one}
            isPresent={one.revision === state.revision}
            onAsk={() => ask(one)}
          />
        ))}
      </ol>
      {hasOlder && (
        <div className="pk-actions">
          <button type="button" className="pk-button" onClick={loadOlder}>
            {words.older}
          </button>
        </div>
      )}
      {asked && (
        <RestoreDialog
          {...props}
          revision={asked}
          onClose={() => ask(undefined)}
          onRestore={() => {
            ask(undefined);
            void restore(asked.revision, words.restored(asked.revision));
          }}
        />
      )}
    </div>
  );
}

interface RevisionItemProps {
  readonly revision: PluginConfigRevision;
  readonly isPresent: boolean;
  readonly onAsk: () => void;
}

function RevisionItem({ revision, isPresent, onAsk }: RevisionItemProps): ReactElement {
  const { config: words } = useMessages();
  const { moment } = useFormats();
  const { actor, savedAt, keys } = revision;
  return (
    <li className="pk-permission">
      <span className="pk-text">
        <strong>{words.revision(revision.revision)}</strong>{' '}
        <span className="pk-muted">
          {actor} · <time dateTime={savedAt}>{moment(savedAt)}</time>
        </span>
        <br />
        {keys.map((key) => (
          <span key={key}>
            <code className="pk-code">{key}</code>{' '}
          </span>
        ))}
      </span>
      {isPresent ? (
        <span className="pk-text pk-muted">{words.presentRevision}</span>
      ) : (
        <button type="button" className="pk-button" onClick={onAsk}>
          {words.restore(revision.revision)}
        </button>
      )}
    </li>
  );
}
