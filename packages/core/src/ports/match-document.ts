import { isJsonObject } from '../manifest/json-object.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { DocumentFilter, DocumentPath } from './collection-store.ts';

/** The value at a path inside a document; `undefined` when there is none. */
export function valueAt(document: Json, path: DocumentPath): Json | undefined {
  let value: Json | undefined = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Array.isArray(value) ? entryAt(value, step) : Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

function entryAt(list: readonly Json[], step: string): Json | undefined {
  return /^\d+$/.test(step) ? list[Number(step)] : undefined;
}

/** The same text for values that are equal: members stand in one order. */
export function canonicalText(value: Json): string {
  return JSON.stringify(value, (_key, member: Json) => (isJsonObject(member) ? withSortedMembers(member) : member));
}

function withSortedMembers(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Whether two values are equal; the order of members does not matter. */
export function equalJson(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  return canonicalText(left) === canonicalText(right);
}

/** Below zero when the left text comes first. JavaScript compares UTF-16 units, which is another order beyond U+FFFF. */
export function compareTexts(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Makes a function that says whether a document is meant: what every store has to answer, one document at a time. */
export function documentMatcher(filter: DocumentFilter): (document: JsonObject) => boolean {
  switch (filter.kind) {
    case 'and': {
      const all = filter.filters.map(documentMatcher);
      return (document) => all.every((matches) => matches(document));
    }
    case 'or': {
      const any = filter.filters.map(documentMatcher);
      return (document) => any.some((matches) => matches(document));
    }
    case 'not': {
      const matches = documentMatcher(filter.filter);
      return (document) => !matches(document);
    }
    case 'exists':
      return (document) => (valueAt(document, filter.path) !== undefined) === filter.exists;
    default: {
      const matches = valueMatcher(filter);
      return (document) => matches(valueAt(document, filter.path));
    }
  }
}

type ValueFilter = Extract<DocumentFilter, { kind: 'equals' | 'in' | 'compare' | 'matches' }>;

function valueMatcher(filter: ValueFilter): (value: Json | undefined) => boolean {
  switch (filter.kind) {
    case 'equals':
      return (value) => equalsOrHas(value, filter.value);
    case 'in':
      return (value) => filter.values.some((wanted) => equalsOrHas(value, wanted));
    case 'compare':
      return (value) => compares(value, filter.operator, filter.value);
    case 'matches': {
      const pattern = new RegExp(filter.pattern, 'us');
      const found = (value: Json | undefined): boolean => typeof value === 'string' && pattern.test(value);
      return (value) => (Array.isArray(value) ? value.some(found) : found(value));
    }
  }
}

function equalsOrHas(value: Json | undefined, wanted: Json): boolean {
  if (value === undefined) return wanted === null;
  return equalJson(value, wanted) || (Array.isArray(value) && value.some((entry) => equalJson(entry, wanted)));
}

type Comparison = Extract<DocumentFilter, { kind: 'compare' }>['operator'];

function compares(value: Json | undefined, operator: Comparison, bound: number | string): boolean {
  const difference = differenceOf(value, bound);
  if (difference === undefined) return false;
  switch (operator) {
    case 'gt':
      return difference > 0;
    case 'gte':
      return difference >= 0;
    case 'lt':
      return difference < 0;
    case 'lte':
      return difference <= 0;
  }
}

function differenceOf(value: Json | undefined, bound: number | string): number | undefined {
  if (typeof value === 'number' && typeof bound === 'number') return value < bound ? -1 : value > bound ? 1 : 0;
  if (typeof value === 'string' && typeof bound === 'string') return compareTexts(value, bound);
  return undefined;
}
