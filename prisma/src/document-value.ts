import type { DocumentPath } from '@catalyst-plugins/core';

/** How many characters of a text count in `catalyst_order_text`; a migration has made it so. */
export const orderedTextLength = 120;

/** The SQL of a path as an array: a parameter in queries, a literal in the definition of an index. */
export type PathToSql = (path: DocumentPath) => string;

/** The value at a path as jsonb; no value is an SQL NULL, unlike JSON's `null`. */
export function valueAt(path: DocumentPath, toSql: PathToSql): string {
  const value = `(data #> ${toSql(path)})`;
  // PostgreSQL also takes `-1`, `+1` and ` 1` for positions in a list, where they are names that a list does not have.
  const parents = path.flatMap((step, depth) =>
    depth > 0 && /^\s*[-+]?\d+$/.test(step) && !/^\d/.test(step) ? [depth] : [],
  );
  if (parents.length === 0) return value;
  const noList = parents.map((depth) => `jsonb_typeof(data #> ${toSql(path.slice(0, depth))}) <> 'array'`);
  return `(CASE WHEN ${noList.join(' AND ')} THEN ${value} END)`;
}

/** The two keys by which values are ordered, as an index has them. */
export interface OrderKeys {
  readonly kindAndNumber: string;
  readonly text: string;
}

/** The order keys of a value. Indexes and queries must write them alike, or the index is not used. */
export function orderKeys(value: string): OrderKeys {
  return { kindAndNumber: `catalyst_order_number(${value})`, text: `catalyst_order_text(${value}) COLLATE "C"` };
}
