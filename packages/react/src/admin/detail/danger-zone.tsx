'use client';

import type { ReactElement } from 'react';
import { usePlugin } from '../../use-plugin.ts';
import { LoadState } from '../tabs/load-state.tsx';
import { useMessages } from '../text/use-messages.ts';
import type { DetailTabProps } from './detail-tab.ts';
import { ClearData } from './clear-data.tsx';
import { ReleaseList } from './release-list.tsx';
import { ResetConfiguration } from './reset-configuration.tsx';

/** What cannot be taken back as easily as it is done. */
export function DangerZone({ plugin }: DetailTabProps): ReactElement {
  const { danger } = useMessages();
  const { details, ...load } = usePlugin(plugin.name, { details: true });
  return (
    <>
      <section className="pk-card" data-tone="danger">
        <h2 className="pk-heading">{danger.releases}</h2>
        <p className="pk-text pk-muted">{danger.releasesText}</p>
        <LoadState {...load} hasData={details !== undefined}>
          <ReleaseList plugin={plugin} releases={details?.releases ?? []} />
        </LoadState>
      </section>
      <ResetConfiguration plugin={plugin} />
      <ClearData plugin={plugin} />
    </>
  );
}
