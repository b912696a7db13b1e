'use client';

import type { ReactElement } from 'react';
import { usePluginStore } from '../../plugin-store-context.ts';
import type { AuditPagesQuery } from '../../store/audit-pages.ts';
import { usePluginAudit } from '../../use-plugin-audit.ts';
import type { AuditGroup } from '../text/observation-messages.ts';
import { useMessages } from '../text/use-messages.ts';
import { DownloadButton } from './download-button.tsx';
import { LoadState } from './load-state.tsx';
import { PluginAuditFilters } from './plugin-audit-filters.tsx';
import { PluginAuditTable } from './plugin-audit-table.tsx';
import { useTabQuery } from './use-tab-query.ts';

const typesOf: Readonly<Record<AuditGroup, readonly string[] | undefined>> = {
  all: undefined,
  commands: ['plugin:enable*', 'plugin:disable*', 'plugin:reload*', 'plugin:roll*', 'plugin:drain-*', 'plugin:wanted'],
  settings: ['plugin:config*'],
  permissions: ['plugin:grant*', 'plugin:revoked', 'plugin:permission-denied', 'plugin:blocked'],
  health: [
    'plugin:health',
    'plugin:error',
    'plugin:crashed',
    'plugin:stalled',
    'plugin:retrying',
    'plugin:quarantined',
    'plugin:left-behind',
  ],
  tasks: ['plugin:task*'],
};

/** Entries of the audit log, of one plugin or of all, with filters that stand in the address, and ways to export them. */
export function PluginAuditLog({ plugin }: { readonly plugin?: string | undefined }): ReactElement {
  const { observation } = useMessages();
  const words = observation.audit;
  const { client } = usePluginStore();
  const [query, setQuery] = useTabQuery();
  const wanted = auditQueryOf(query, plugin);
  const audit = usePluginAudit(wanted);
  return (
    <>
      <PluginAuditFilters query={query} setQuery={setQuery} />
      <LoadState {...audit} hasData={audit.status === 'ready' || audit.entries.length > 0}>
        {audit.entries.length === 0 && <p className="pk-text pk-muted">{words.empty}</p>}
        {audit.entries.length > 0 && <PluginAuditTable entries={audit.entries} hasPlugins={plugin === undefined} />}
      </LoadState>
      <div className="pk-actions">
        {audit.hasMore && (
          <button
            type="button"
            className="pk-button"
            aria-disabled={audit.isLoadingMore}
            onClick={() => void audit.loadMore()}
          >
            {words.more}
          </button>
        )}
        {(['csv', 'ndjson'] as const).map((format) => (
          <DownloadButton
            key={format}
            label={words.exportAs(format.toUpperCase())}
            fileName={`${plugin ?? 'audit'}.${format}`}
            load={() => client.exportAudit(format, wanted)}
          />
        ))}
      </div>
    </>
  );
}

function auditQueryOf(query: URLSearchParams, plugin: string | undefined): AuditPagesQuery {
  const given = (key: string): string | undefined => query.get(key) ?? undefined;
  const result = (['ok', 'failed', 'denied'] as const).find((one) => one === query.get('result'));
  return {
    plugin,
    type: typesOf[(query.get('kind') ?? 'all') as AuditGroup],
    actor: given('actor'),
    result,
    since: momentOf(given('since')),
    until: momentOf(given('until')),
    text: given('q'),
  };
}

/** What a field for a moment has, in the time of the browser, as ISO 8601. */
function momentOf(local: string | undefined): string | undefined {
  const at = new Date(local ?? '');
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
