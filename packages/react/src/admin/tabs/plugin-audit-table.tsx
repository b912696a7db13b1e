'use client';

import type { AuditLogEntry } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { AdminLink } from '../admin-link.tsx';
import { addressOfPlugin } from '../admin-routing.ts';
import { useMessages } from '../text/use-messages.ts';
import { changeIn } from './audited-change.ts';
import { PluginAuditChange } from './plugin-audit-change.tsx';
import { useFormats } from '../text/use-formats.ts';

export interface PluginAuditTableProps {
  readonly entries: readonly AuditLogEntry[];
  /** Whether they are of several plugins. */
  readonly hasPlugins: boolean;
}

/** Entries of the audit log, the latest first. */
export function PluginAuditTable({ entries, hasPlugins }: PluginAuditTableProps): ReactElement {
  const { observation } = useMessages();
  const { columns, title } = observation.audit;
  return (
    <div className="pk-scroll" role="region" aria-label={title} tabIndex={0}>
      <table className="pk-data-table" data-pk-part="audit">
        <thead className="pk-data-head">
          <tr>
            <Head text={columns.when} />
            {hasPlugins && <Head text={columns.plugin} />}
            <Head text={columns.who} />
            <Head text={columns.what} />
            <Head text={columns.result} />
            <Head text={columns.details} />
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} hasPlugins={hasPlugins} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ text }: { readonly text: string }): ReactElement {
  return (
    <th scope="col" className="pk-data-cell">
      {text}
    </th>
  );
}

function Row({ entry, hasPlugins }: { readonly entry: AuditLogEntry; readonly hasPlugins: boolean }): ReactElement {
  const { observation } = useMessages();
  const { results, data: dataWord } = observation.audit;
  const { moment } = useFormats();
  const { plugin, type, actor, result, reason, at, data } = entry;
  const change = changeIn(entry);
  return (
    <tr className="pk-data-row" data-result={result}>
      <td className="pk-data-cell">
        <time dateTime={at} className="pk-data-time">
          {moment(at)}
        </time>
      </td>
      {hasPlugins && (
        <td className="pk-data-cell">
          {plugin.startsWith('(') ? plugin : <AdminLink to={addressOfPlugin(plugin)}>{plugin}</AdminLink>}
        </td>
      )}
      <td className="pk-data-cell">{actor}</td>
      <td className="pk-data-cell" data-column="type">
        <code className="pk-code">{type}</code>
      </td>
      <td className="pk-data-cell" data-result={result}>
        <span aria-hidden="true">{result === 'ok' ? '✓' : '✕'}</span> {results[result]}
      </td>
      <td className="pk-data-cell">
        {reason}
        {change && <PluginAuditChange plugin={plugin} change={change} />}
        {Object.keys(data).length > 0 && (
          <details>
            <summary className="pk-data-summary">{dataWord}</summary>
            <pre className="pk-pre" tabIndex={0}>
              {JSON.stringify(data, undefined, 2)}
            </pre>
          </details>
        )}
      </td>
    </tr>
  );
}
