import type { PluginState, PluginSummary } from '@catalyst-plugins/core/protocol';
import { isUnwell, type HealthByName } from './unwell.ts';

/** The groups that the list can be narrowed to. */
export const listFilters = ['all', 'active', 'unwell', 'disabled', 'failed', 'waiting', 'changing'] as const;

export type ListFilter = (typeof listFilters)[number];

/** What the list is sorted by. */
export const listSorts = ['name', 'state'] as const;

export type ListSort = (typeof listSorts)[number];

/** What the list shows, as its address says. */
export interface ListQuery {
  readonly text: string;
  readonly filter: ListFilter;
  readonly sort: ListSort;
}

const filterOfState: Readonly<Record<PluginState, ListFilter>> = {
  active: 'active',
  disabled: 'disabled',
  failed: 'failed',
  quarantined: 'failed',
  blocked: 'waiting',
  retrying: 'waiting',
  loading: 'changing',
  reloading: 'changing',
  draining: 'changing',
  unloading: 'changing',
};
/** Those that somebody has to look at come first. */
const stateOrder: readonly ListFilter[] = ['failed', 'waiting', 'unwell', 'changing', 'active', 'disabled'];

/** Reads what an address asks the list for; what it does not know is as if it were not there. */
export function readListQuery(query: URLSearchParams): ListQuery {
  return {
    text: query.get('q') ?? '',
    filter: listFilters.find((filter) => filter === query.get('state')) ?? 'all',
    sort: listSorts.find((sort) => sort === query.get('sort')) ?? 'name',
  };
}

/** The address of the list that shows this. */
export function addressOfList({ text, filter, sort }: ListQuery): string {
  const query = new URLSearchParams();
  if (text !== '') query.set('q', text);
  if (filter !== 'all') query.set('state', filter);
  if (sort !== 'name') query.set('sort', sort);
  const search = query.toString();
  return search === '' ? '/' : `/?${search}`;
}

/** The plugins that fit, in order. */
export function fittingPlugins(
  plugins: readonly PluginSummary[],
  query: ListQuery,
  health: HealthByName,
): readonly PluginSummary[] {
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = plugins.filter(
    (plugin) => isIn(plugin, query.filter, health) && words.every((word) => textOf(plugin).includes(word)),
  );
  const byName = (a: PluginSummary, b: PluginSummary): number => a.displayName.localeCompare(b.displayName);
  const rank = (plugin: PluginSummary): number =>
    stateOrder.indexOf(isUnwell(plugin, health) ? 'unwell' : filterOfState[plugin.state]);
  return fitting.toSorted((a, b) => (query.sort === 'state' ? rank(a) - rank(b) : 0) || byName(a, b));
}

/** How many plugins each filter would show. */
export function countByFilter(
  plugins: readonly PluginSummary[],
  health: HealthByName,
): Readonly<Record<ListFilter, number>> {
  const count = (filter: ListFilter): number => plugins.filter((plugin) => isIn(plugin, filter, health)).length;
  return Object.fromEntries(listFilters.map((filter) => [filter, count(filter)])) as Record<ListFilter, number>;
}

/** A plugin that is not well is among those that run too. */
function isIn(plugin: PluginSummary, filter: ListFilter, health: HealthByName): boolean {
  if (filter === 'unwell') return isUnwell(plugin, health);
  return filter === 'all' || filterOfState[plugin.state] === filter;
}

function textOf({ name, displayName, description, author }: PluginSummary): string {
  return `${name} ${displayName} ${description} ${author ?? ''}`.toLowerCase();
}
