import type { DocumentFilter, DocumentPath, Json } from '@catalyst-plugins/core';
import { orderedTextLength, orderKeys, valueAt } from './document-value.ts';
import type { SqlParameters } from './sql-parameters.ts';

type Comparison = Extract<DocumentFilter, { kind: 'compare' }>;

const operators: Readonly<Record<Comparison['operator'], string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/**
 * A filter as the condition of a statement on `plugin_documents`. It is NULL where SQL cannot tell, which counts as not
 * matching; `not` sees to that itself.
 */
export function compileFilter(filter: DocumentFilter, parameters: SqlParameters): string {
  switch (filter.kind) {
    case 'and':
      return compileAll(filter.filters, ' AND ', parameters) ?? 'TRUE';
    case 'or':
      return compileAll(filter.filters, ' OR ', parameters) ?? 'FALSE';
    case 'not':
      return `((${compileFilter(filter.filter, parameters)}) IS NOT TRUE)`;
    case 'equals':
      return equalsOneOf(filter.path, [filter.value], parameters);
    case 'in':
      return equalsOneOf(filter.path, filter.values, parameters);
    case 'compare':
      return compares(filter, parameters);
    case 'exists':
      return `${queriedValue(filter.path, parameters)} IS ${filter.exists ? 'NOT NULL' : 'NULL'}`;
    case 'matches':
      return matches(filter.path, filter.pattern, parameters);
  }
}

/** The value at a path, with the path as a parameter. */
export function queriedValue(path: DocumentPath, parameters: SqlParameters): string {
  return valueAt(path, (steps) => parameters.add(steps, 'text[]'));
}

function compileAll(
  filters: readonly DocumentFilter[],
  operator: string,
  parameters: SqlParameters,
): string | undefined {
  if (filters.length === 0) return undefined;
  return `(${filters.map((filter) => compileFilter(filter, parameters)).join(operator)})`;
}

function equalsOneOf(path: DocumentPath, values: readonly Json[], parameters: SqlParameters): string {
  if (path.length === 1 && path[0] === '_id') return hasIdOf(values, parameters);
  const conditions: string[] = [];
  const scalars = values.filter(isScalar);
  const others = values.filter((value) => !isScalar(value));
  if (scalars.length > 0) conditions.push(containsOneOf(path, scalars, parameters));
  if (scalars.includes(null)) conditions.push(`${queriedValue(path, parameters)} IS NULL`);
  for (const value of others) {
    // Containing is less than being equal, but an index can find it.
    const conditionsOfValue = [equals(path, value, parameters)];
    if (!mayEnterLists(path)) conditionsOfValue.unshift(containsOneOf(path, [value], parameters));
    conditions.push(`(${conditionsOfValue.join(' AND ')})`);
  }
  return conditions.length === 0 ? 'FALSE' : `(${conditions.join(' OR ')})`;
}

/** The id is also a column, which the primary key finds. */
function hasIdOf(values: readonly Json[], parameters: SqlParameters): string {
  const ids = values.filter((value) => typeof value === 'string');
  return ids.length === 0 ? 'FALSE' : `id = ANY(${parameters.add(ids, 'text[]')})`;
}

/** For scalars this is all that `equals` asks for but the absence of a value. */
function containsOneOf(path: DocumentPath, values: readonly Json[], parameters: SqlParameters): string {
  if (mayEnterLists(path)) {
    const texts = values.map((value) => JSON.stringify(value));
    return `${queriedValue(path, parameters)} @> ANY(${parameters.add(texts, 'text[]')}::jsonb[])`;
  }
  const texts = values.flatMap((value) => [documentWith(path, value), documentWith(path, [value])]);
  return `data @> ANY(${parameters.add(texts, 'text[]')}::jsonb[])`;
}

function equals(path: DocumentPath, value: Json, parameters: SqlParameters): string {
  const found = queriedValue(path, parameters);
  const sought = `${parameters.add(JSON.stringify(value), 'text')}::jsonb`;
  const list = `CASE WHEN jsonb_typeof(${found}) = 'array' THEN ${found} ELSE '[]' END`;
  return `(${found} = ${sought} OR EXISTS (SELECT FROM jsonb_array_elements(${list}) AS list (entry) WHERE entry = ${sought}))`;
}

function compares({ path, operator, value }: Comparison, parameters: SqlParameters): string {
  const found = queriedValue(path, parameters);
  const keys = orderKeys(found);
  const comparison = operators[operator];
  if (typeof value === 'number') {
    const bound = `${parameters.add(String(value), 'text')}::float8`;
    // Numbers lie between the keys of null and of texts.
    const end = operator.startsWith('g') ? `< 'Infinity'` : `> '-Infinity'`;
    return `(${keys.kindAndNumber} ${comparison} ${bound} AND ${keys.kindAndNumber} ${end})`;
  }
  const isText = `${keys.kindAndNumber} = 'Infinity'`;
  const characters = Array.from(value);
  const bound = parameters.add(characters.slice(0, orderedTextLength).join(''), 'text');
  if (characters.length < orderedTextLength) return `(${isText} AND ${keys.text} ${comparison} ${bound})`;
  // The keys of longer texts may be equal to that of the bound: the index finds these too, and the texts decide.
  const whole = `(${found} #>> '{}') COLLATE "C" ${comparison} ${parameters.add(value, 'text')}`;
  return `(${isText} AND ${keys.text} ${comparison.charAt(0)}= ${bound} AND ${whole})`;
}

function matches(path: DocumentPath, pattern: string, parameters: SqlParameters): string {
  const found = queriedValue(path, parameters);
  const expression = parameters.add(pattern, 'text');
  const matching = (value: string): string => `(${value} #>> '{}') COLLATE "C" ~ ${expression}`;
  const entries = `jsonb_array_elements(${found}) AS list (entry) WHERE jsonb_typeof(entry) = 'string'`;
  return `(CASE jsonb_typeof(${found})
    WHEN 'string' THEN ${matching(found)}
    WHEN 'array' THEN EXISTS (SELECT FROM ${entries} AND ${matching('entry')})
    ELSE FALSE END)`;
}

/** Whether a step of the path may mean a position in a list, which containment does not know. */
function mayEnterLists(path: DocumentPath): boolean {
  return path.some((step, depth) => depth > 0 && /^\d+$/.test(step));
}

function documentWith(path: DocumentPath, value: Json): string {
  return JSON.stringify(path.reduceRight<Json>((inner, step) => ({ [step]: inner }), value));
}

function isScalar(value: Json): value is string | number | boolean | null {
  return typeof value !== 'object' || value === null;
}
