'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { useMessages } from '../text/use-messages.ts';
import { countByFilter, listFilters, listSorts, type ListQuery, type ListSort } from './list-query.ts';
import type { HealthByName } from './unwell.ts';

export interface ListToolbarProps {
  readonly plugins: readonly PluginSummary[];
  readonly health: HealthByName;
  readonly query: ListQuery;
  readonly onChange: (change: Partial<ListQuery>) => void;
}

/** Narrows the list: by words, by state, in which order. */
export function ListToolbar({ plugins, health, query, onChange }: ListToolbarProps): ReactElement {
  const { list } = useMessages();
  const counts = countByFilter(plugins, health);
  const offered = listFilters.filter((filter) => filter === 'all' || filter === query.filter || counts[filter] > 0);
  return (
    <div className="pk-toolbar" role="search" data-pk-part="toolbar">
      <input
        type="search"
        className="pk-input"
        data-kind="search"
        aria-label={list.search}
        placeholder={list.search}
        value={query.text}
        onChange={({ target }) => onChange({ text: target.value })}
      />
      <div className="pk-filters" role="group" aria-label={list.filter}>
        {offered.map((filter) => (
          <button
            key={filter}
            type="button"
            className="pk-filter"
            aria-pressed={query.filter === filter}
            onClick={() => onChange({ filter })}
          >
            {list.filters[filter]} <span className="pk-count">{counts[filter]}</span>
          </button>
        ))}
      </div>
      <label className="pk-sort">
        {list.sort}
        <select
          className="pk-input"
          value={query.sort}
          onChange={({ target }) => onChange({ sort: target.value as ListSort })}
        >
          {listSorts.map((sort) => (
            <option key={sort} value={sort}>
              {list.sorts[sort]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
