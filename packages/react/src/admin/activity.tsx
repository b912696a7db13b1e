'use client';

import type { ReactElement } from 'react';
import { BackLink } from './parts/back-link.tsx';
import { ConnectionStatus } from './parts/connection-status.tsx';
import { PageHeading } from './parts/page-heading.tsx';
import { StaleNotice } from './parts/stale-notice.tsx';
import { PluginAuditLog } from './tabs/plugin-audit-log.tsx';
import { useMessages } from './text/use-messages.ts';

/** What happened to all plugins, and to the host: the audit log. */
export function Activity(): ReactElement {
  const { observation } = useMessages();
  return (
    <>
      <BackLink />
      <header className="pk-page-header">
        <PageHeading title={observation.audit.title} />
        <ConnectionStatus />
      </header>
      <StaleNotice />
      <div className="pk-stack">
        <PluginAuditLog />
      </div>
    </>
  );
}
