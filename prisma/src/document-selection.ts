import type { CollectionName, DocumentOrder, DocumentQuery } from '@catalyst-plugins/core';
import { compileFilter, queriedValue } from './document-filter-sql.ts';
import { orderedTextLength, orderKeys } from './document-value.ts';
import type { SqlClient } from './prisma-store-client.ts';
import { SqlParameters } from './sql-parameters.ts';

/** A document as it comes from the database. */
export interface SelectedDocument {
  readonly id: string;
  /** The JSON text of its data. */
  readonly text: string;
}

/** A row with whether its place in the order was decided by a part of a text only. */
interface SelectedRow extends SelectedDocument {
  readonly cut: boolean;
}

/** What is done with the documents: they are read, or locked against changes by others until the transaction ends. */
export type SelectionPurpose = 'read' | 'lock';

/** Selects documents, in their order. */
export async function selectDocuments(
  client: Pick<SqlClient, '$queryRawUnsafe'>,
  name: CollectionName,
  query: DocumentQuery,
  purpose: SelectionPurpose,
): Promise<SelectedDocument[]> {
  const select = (exact: boolean): PromiseLike<SelectedRow[]> => {
    const { sql, values } = selectStatement(name, query, { purpose, exact });
    return client.$queryRawUnsafe<SelectedRow[]>(sql, ...values);
  };
  // An index can order texts by their beginnings only. That decides nearly always; where it did not, whole texts do.
  const mayUseIndex = query.order.length > 0 && query.limit !== undefined;
  if (!mayUseIndex) return select(true);
  const rows = await select(false);
  return rows.some((row) => row.cut) ? select(true) : rows;
}

/** The statement of a selection, with its values. */
export function selectStatement(
  { plugin, collection }: CollectionName,
  { filter, order, skip, limit }: DocumentQuery,
  { purpose, exact }: { readonly purpose: SelectionPurpose; readonly exact: boolean },
): { sql: string; values: unknown[] } {
  const parameters = new SqlParameters(plugin, collection);
  const condition = compileFilter(filter, parameters);
  const sorted = order.map((entry) => compileOrder(entry, exact, parameters));
  const cut = exact ? [] : sorted.map(({ text }) => `length(${text}) = ${orderedTextLength}`);
  const picks = limit !== undefined || skip > 0;
  // Who locks all documents locks them in the same order as others do, lest two of them wait for each other.
  const last = purpose === 'lock' && !picks ? ['id'] : ['seq'];
  const clauses = [
    `SELECT id, data::text AS text, ${cut.length === 0 ? 'FALSE' : `(${cut.join(' OR ')})`} AS cut FROM plugin_documents`,
    `WHERE plugin_name = $1 AND collection = $2 AND ${condition}`,
    `ORDER BY ${[...sorted.map(({ sql }) => sql), ...last].join(', ')}`,
  ];
  if (limit !== undefined) clauses.push(`LIMIT ${parameters.add(String(limit), 'text')}::bigint`);
  if (skip > 0) clauses.push(`OFFSET ${parameters.add(String(skip), 'text')}::bigint`);
  if (purpose === 'lock') clauses.push('FOR UPDATE');
  return { sql: clauses.join('\n'), values: parameters.values };
}

function compileOrder(
  { path, descending }: DocumentOrder,
  exact: boolean,
  parameters: SqlParameters,
): { sql: string; text: string } {
  const value = queriedValue(path, parameters);
  const { kindAndNumber, text } = orderKeys(value);
  const keys = [kindAndNumber, text];
  if (exact) keys.push(`(CASE jsonb_typeof(${value}) WHEN 'string' THEN ${value} #>> '{}' END) COLLATE "C"`);
  const direction = descending ? ' DESC' : '';
  return { sql: keys.map((key) => `${key}${direction}`).join(', '), text };
}
