'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { useMemo, type ReactElement } from 'react';
import { useHealthByName } from '../../use-plugin-health-summary.ts';
import { usePlugins } from '../../use-plugins.ts';
import { AdminLink } from '../admin-link.tsx';
import { useAdminNavigation } from '../admin-navigation.ts';
import { readAddress } from '../admin-routing.ts';
import { ConnectionStatus } from '../parts/connection-status.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { PageHeading } from '../parts/page-heading.tsx';
import { StaleNotice } from '../parts/stale-notice.tsx';
import { useMessages } from '../text/use-messages.ts';
import { BulkBar } from './bulk-bar.tsx';
import { EmptyList } from './empty-list.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { ListToolbar } from './list-toolbar.tsx';
import { addressOfList, fittingPlugins, readListQuery, type ListQuery } from './list-query.ts';
import { NeedsAttention } from './needs-attention.tsx';
import { PluginTable } from './plugin-table.tsx';
import { RescanButton } from './rescan-button.tsx';
import { useSelection } from './use-selection.ts';

/** All plugins: those that need somebody first, then those that the address asks for. */
export function PluginList(): ReactElement {
  const { plugins: title, observation } = useMessages();
  return (
    <>
      <header className="pk-page-header">
        <PageHeading title={title} />
        <ConnectionStatus />
        <AdminLink to="/graph">{observation.graph.title}</AdminLink>
        <AdminLink to="/audit">{observation.audit.title}</AdminLink>
        <RescanButton />
      </header>
      <ListBody />
    </>
  );
}

function ListBody(): ReactElement {
  const { errors } = useMessages();
  const { plugins, status, error, refresh } = usePlugins();
  if (plugins.length > 0) return <FilledList plugins={plugins} />;
  if (error)
    return (
      <ErrorNotice title={errors.loadTitle} error={error}>
        <button type="button" className="pk-button" data-kind="primary" onClick={() => void refresh()}>
          {errors.again}
        </button>
      </ErrorNotice>
    );
  if (status === 'loading') return <ListSkeleton />;
  return (
    <>
      <StaleNotice />
      <EmptyList />
    </>
  );
}

/** What is asked of the plugins is asked once there are some. */
function FilledList({ plugins }: { readonly plugins: readonly PluginSummary[] }): ReactElement {
  const { list } = useMessages();
  const health = useHealthByName();
  const { address, navigate } = useAdminNavigation();
  const query = useMemo(() => readListQuery(readAddress(address).query), [address]);
  const shown = useMemo(() => fittingPlugins(plugins, query, health), [plugins, query, health]);
  const selection = useSelection(shown);
  const show = (change: Partial<ListQuery>): void => {
    navigate(addressOfList({ ...query, ...change }), { replace: true });
  };
  return (
    <>
      <StaleNotice />
      <NeedsAttention plugins={plugins} health={health} />
      <ListToolbar plugins={plugins} health={health} query={query} onChange={show} />
      {shown.length > 0 ? (
        <PluginTable plugins={shown} selection={selection} />
      ) : (
        <div className="pk-empty" data-pk-part="no-match">
          <p className="pk-text">{list.noMatch}</p>
          <button type="button" className="pk-button" onClick={() => show({ text: '', filter: 'all' })}>
            {list.showAll}
          </button>
        </div>
      )}
      <BulkBar selection={selection} />
      <p className="pk-hidden" role="status">
        {list.shown(shown.length)}
      </p>
    </>
  );
}
