'use client';

import type { ReactElement } from 'react';
import { usePlugin } from '../../use-plugin.ts';
import { LatePart } from '../late/late-part.tsx';
import { BackLink } from '../parts/back-link.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { PageHeading } from '../parts/page-heading.tsx';
import { StaleNotice } from '../parts/stale-notice.tsx';
import { useMessages } from '../text/use-messages.ts';
import { DetailHeader } from './detail-header.tsx';
import { detailTabs, tabOf } from './detail-tabs.ts';
import { useFrontendTabs } from './frontend-tabs.tsx';
import { TabList } from './tab-list.tsx';

export interface PluginDetailPageProps {
  readonly name: string;
  /** Id of the tab; the first one when absent or unknown. */
  readonly tab: string | undefined;
}

/** Everything about one plugin, in tabs. */
export function PluginDetailPage({ name, tab }: PluginDetailPageProps): ReactElement {
  const { detail, errors } = useMessages();
  const { plugin, status, error, refresh } = usePlugin(name);
  const added = useFrontendTabs(name);
  if (!plugin) {
    const isLoading = !error && status === 'loading';
    return (
      <>
        <BackLink />
        <PageHeading title={error || isLoading ? name : detail.missing(name)} />
        {error && (
          <ErrorNotice error={error} title={errors.loadTitle}>
            <button type="button" className="pk-button" onClick={() => void refresh()}>
              {errors.again}
            </button>
          </ErrorNotice>
        )}
        {!error && (
          <p className="pk-text" role="status" data-pk-part={isLoading ? 'loading' : 'missing'}>
            {isLoading ? detail.loading : detail.missingText}
          </p>
        )}
      </>
    );
  }
  // what ends a plugin stays at the end
  const tabs = [...detailTabs.slice(0, -1), ...added, ...detailTabs.slice(-1)];
  const current = added.find(({ id }) => id === tab) ?? tabOf(tab);
  return (
    <>
      <BackLink />
      <StaleNotice />
      <DetailHeader plugin={plugin} />
      <TabList name={name} tabs={tabs} current={current.id} />
      <div
        className="pk-tab-panel"
        role="tabpanel"
        id="pk-tab-panel"
        aria-labelledby={`pk-tab-${current.id}`}
        data-pk-part={`tab-${current.id}`}
      >
        {'load' in current ? <LatePart key={current.id} load={current.load} given={{ plugin }} /> : <current.Content />}
      </div>
    </>
  );
}
