'use client';

import type { ReactElement } from 'react';
import { usePlugin } from '../../use-plugin.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { useMessages } from '../text/use-messages.ts';
import type { DetailTabProps } from './detail-tab.ts';
import { ClearData } from './clear-data.tsx';
import { ReleaseList } from './release-list.tsx';
import { ResetConfiguration } from './reset-configuration.tsx';

/** What cannot be taken back as easily as it is done. */
export function DangerZone({ plugin }: DetailTabProps): ReactElement {
  const { danger, detail } = useMessages();
  const { details, error } = usePlugin(plugin.name, { details: true });
  return (
    <>
      {error && <ErrorNotice error={error} alert={false} />}
      <section className="pk-card" data-tone="danger">
        <h2 className="pk-heading">{danger.releases}</h2>
        <p className="pk-text pk-muted">{danger.releasesText}</p>
        {details ? (
          <ReleaseList plugin={plugin} releases={details.releases} />
        ) : (
          <p className="pk-text">{detail.loading}</p>
        )}
      </section>
      <ResetConfiguration plugin={plugin} />
      <ClearData plugin={plugin} />
    </>
  );
}
