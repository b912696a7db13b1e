'use client';

import { useState, type ReactElement } from 'react';
import { ConfigDiff } from '../config/config-diff.tsx';
import { useMessages } from '../text/use-messages.ts';
import type { AuditedChange } from './audited-change.ts';
import { PluginAuditRestore } from './plugin-audit-restore.tsx';

export interface PluginAuditChangeProps {
  readonly plugin: string;
  readonly change: AuditedChange;
}

/** A change of settings in the audit log: what it did, and the way back to what was before it. */
export function PluginAuditChange({ plugin, change }: PluginAuditChangeProps): ReactElement {
  const { observation, config } = useMessages();
  const [isAsked, ask] = useState(false);
  const { revision, rows } = change;
  return (
    <>
      {rows.length > 0 && (
        <details>
          <summary className="pk-data-summary">{observation.audit.diff}</summary>
          <ConfigDiff fields={[]} rows={rows} isPast />
        </details>
      )}
      <button type="button" className="pk-button" data-kind="quiet" onClick={() => ask(true)}>
        {config.restore(revision - 1)}
      </button>
      {isAsked && <PluginAuditRestore plugin={plugin} revision={revision - 1} onEnd={() => ask(false)} />}
    </>
  );
}
