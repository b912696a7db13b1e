'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { useMessages } from '../text/use-messages.ts';
import { PluginRow } from './plugin-row.tsx';
import type { PluginSelection } from './use-selection.ts';

export interface PluginTableProps {
  readonly plugins: readonly PluginSummary[];
  /** Of those that are shown. */
  readonly selection: PluginSelection;
}

/** A row for each plugin, each of which can be chosen. */
export function PluginTable({ plugins, selection }: PluginTableProps): ReactElement {
  const { list, plugins: caption } = useMessages();
  const isAll = selection.chosen.length === plugins.length;
  return (
    <table className="pk-table" data-pk-part="table">
      <caption className="pk-hidden">{caption}</caption>
      <thead className="pk-table-head">
        <tr>
          <th scope="col" className="pk-cell" data-column="select">
            <input
              type="checkbox"
              className="pk-check"
              aria-label={list.selectAll}
              checked={isAll}
              ref={(box) => {
                if (box) box.indeterminate = !isAll && selection.chosen.length > 0;
              }}
              onChange={() => selection.setAll(!isAll)}
            />
          </th>
          {(['plugin', 'state', 'figures', 'health', 'actions'] as const).map((column) => (
            <th key={column} scope="col" className="pk-cell" data-column={column}>
              {list.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="pk-table-body">
        {plugins.map((plugin) => (
          <PluginRow
            key={plugin.name}
            plugin={plugin}
            isChosen={selection.has(plugin.name)}
            onChoose={() => selection.toggle(plugin.name)}
          />
        ))}
      </tbody>
    </table>
  );
}
