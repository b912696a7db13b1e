import type { CheckedAuditQuery } from '@catalyst-plugins/core';
import type { SqlParameters } from './sql-parameters.ts';

/** What a query asks of rows of `plugin_events`, as a WHERE clause; empty for all rows. */
export function auditConditions(query: CheckedAuditQuery, parameters: SqlParameters): string {
  const { plugin, actor, result, since, until, text, before } = query;
  const conditions = [
    plugin === undefined ? undefined : `plugin_name = ${parameters.add(plugin, 'text')}`,
    actor === undefined ? undefined : `actor = ${parameters.add(actor, 'text')}`,
    result === undefined ? undefined : `result = ${parameters.add(result, 'text')}`,
    before === undefined ? undefined : `id < ${parameters.add(before, 'bigint')}`,
    since && `"timestamp" >= ${parameters.add(since, 'timestamptz')}`,
    until && `"timestamp" < ${parameters.add(until, 'timestamptz')}`,
    ofTypes(query, parameters),
    text === undefined ? undefined : withText(text, parameters.add(text, 'text')),
  ].filter((condition) => condition !== undefined);
  return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
}

function ofTypes({ types, prefixes }: CheckedAuditQuery, parameters: SqlParameters): string | undefined {
  const isOneOf = `event_type = ANY(${types.length > 0 ? parameters.add(types, 'text[]') : ''})`;
  const beginnings = prefixes.map((prefix) => `starts_with(event_type, ${parameters.add(prefix, 'text')})`);
  const ways = [...(types.length > 0 ? [isOneOf] : []), ...beginnings];
  return ways.length > 0 ? `(${ways.join(' OR ')})` : undefined;
}

function withText(text: string, parameter: string): string {
  const columns = ['plugin_name', 'event_type', 'actor', "coalesce(reason, '')"];
  const inColumn = columns.map((column) => has(column, parameter)).join(' OR ');
  // what JSON writes as it is can only be in a text of the data if it is in all of them as one, which is found ten times as fast
  const inData = /^[^"\\\p{Cc}]*$/u.test(text) ? `${has('data::text', parameter)} AND` : '';
  return `(${inColumn} OR (${inData} EXISTS (
    SELECT FROM jsonb_path_query(data, 'strict $.**') AS part(value)
    WHERE jsonb_typeof(part.value) = 'string' AND ${has("(part.value #>> '{}')", parameter)})))`;
}

/** In the collation "C", lower() changes A to Z only, whatever the language of the database. */
function has(column: string, parameter: string): string {
  return `strpos(lower((${column}) COLLATE "C"), ${parameter}) > 0`;
}
