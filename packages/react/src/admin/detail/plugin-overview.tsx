'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePluginStore } from '../../plugin-store-context.ts';
import { usePluginFigures } from '../../use-plugin-figures.ts';
import type { PluginDetails } from '../../store/plugin-records.ts';
import { usePlugin } from '../../use-plugin.ts';
import { AttentionActions } from '../parts/attention-actions.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { DownloadButton } from '../tabs/download-button.tsx';
import { LoadState } from '../tabs/load-state.tsx';
import { jsonFile } from '../tabs/save-file.ts';
import { useFormats } from '../text/use-formats.ts';
import { useMessages } from '../text/use-messages.ts';
import type { DetailTabProps } from './detail-tab.ts';
import { FactList } from './fact-list.tsx';
import { FrontendNotice } from './frontend-notice.tsx';
import { PermissionCard } from './permission-card.tsx';
import { RegistrationList } from './registration-list.tsx';
import { RelationCards } from './relation-cards.tsx';

/** What a plugin is and does now, what it needs and who needs it, and what it may. */
export function PluginOverview({ plugin }: DetailTabProps): ReactElement {
  const { detail } = useMessages();
  const { details, ...load } = usePlugin(plugin.name, { details: true });
  const { lastFailure, warnings, reason } = plugin;
  return (
    <>
      {load.error && <LoadState {...load} hasData />}
      <FrontendNotice name={plugin.name} />
      <div className="pk-cards">
        <PresentCard plugin={plugin} details={details} />
        <RelationCards name={plugin.name} />
        <PermissionCard plugin={plugin} />
      </div>
      {lastFailure && (
        <ErrorNotice title={detail.lastFailure} error={lastFailure} alert={false}>
          {reason === null && <AttentionActions plugin={plugin} />}
        </ErrorNotice>
      )}
      {warnings.length > 0 && (
        <section className="pk-notice" data-tone="warning">
          <h2 className="pk-notice-title">{detail.warnings}</h2>
          <ul className="pk-names">
            {warnings.map(({ pointer, message }) => (
              <li key={`${pointer} ${message}`} className="pk-text">
                <code className="pk-code">{pointer}</code> {message}
              </li>
            ))}
          </ul>
        </section>
      )}
      {details && <RegistrationList details={details} />}
    </>
  );
}

interface PresentCardProps {
  readonly plugin: PluginSummary;
  readonly details: PluginDetails | undefined;
}

function PresentCard({ plugin, details }: PresentCardProps): ReactElement {
  const { detail, locale } = useMessages();
  const { client } = usePluginStore();
  const { inFlight } = usePluginFigures(plugin.name);
  const { moment } = useFormats();
  const isUp = plugin.state === 'active';
  const liveAt = details?.releases.find(({ current }) => current)?.liveAt;
  const number = new Intl.NumberFormat(locale);
  return (
    <section className="pk-card">
      <h2 className="pk-heading">{detail.now}</h2>
      <FactList
        facts={[
          [detail.since, isUp && liveAt !== undefined ? moment(liveAt) : '–'],
          [detail.generation, plugin.generation === null ? '–' : number.format(plugin.generation)],
          [detail.runtime, plugin.runtime],
          [detail.inFlight, number.format(inFlight ?? plugin.activeRequests)],
          [detail.registrations, details ? number.format(details.registrations.length) : '…'],
        ]}
      />
      <div className="pk-actions">
        <DownloadButton
          label={detail.diagnostics}
          fileName={`${plugin.name}-diagnostics.json`}
          load={async () => jsonFile(await client.diagnostics(plugin.name))}
        />
      </div>
    </section>
  );
}
