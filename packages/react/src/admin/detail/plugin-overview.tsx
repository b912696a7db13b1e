'use client';

import type { ReactElement } from 'react';
import { usePlugin } from '../../use-plugin.ts';
import { AttentionActions } from '../parts/attention-actions.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { useMessages } from '../text/use-messages.ts';
import type { DetailTabProps } from './detail-tab.ts';
import { FactList } from './fact-list.tsx';
import { FrontendNotice } from './frontend-notice.tsx';
import { PermissionCard } from './permission-card.tsx';
import { RegistrationList } from './registration-list.tsx';
import { RelationCards } from './relation-cards.tsx';

/** What a plugin is and does now, what it needs and who needs it, and what it may. */
export function PluginOverview({ plugin }: DetailTabProps): ReactElement {
  const { detail, locale } = useMessages();
  const { details, error } = usePlugin(plugin.name, { details: true });
  const { lastFailure, warnings, reason } = plugin;
  const number = new Intl.NumberFormat(locale);
  return (
    <>
      {error && <ErrorNotice error={error} alert={false} />}
      <FrontendNotice name={plugin.name} />
      <div className="pk-cards">
        <section className="pk-card">
          <h2 className="pk-heading">{detail.now}</h2>
          <FactList
            facts={[
              [detail.generation, plugin.generation === null ? '–' : number.format(plugin.generation)],
              [detail.runtime, plugin.runtime],
              [detail.inFlight, number.format(plugin.activeRequests)],
              [detail.registrations, details ? number.format(details.registrations.length) : '…'],
            ]}
          />
        </section>
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
