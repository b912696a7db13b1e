import type { DocumentOrder } from '../../ports/collection-store.ts';
import { compareTexts, valueAt } from '../../ports/match-document.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** Makes a comparison of documents, for a sort that leaves equal ones in their order. */
export function documentComparison(orders: readonly DocumentOrder[]): (left: JsonObject, right: JsonObject) => number {
  return (left, right) => {
    for (const { path, descending } of orders) {
      const difference = compareValues(valueAt(left, path), valueAt(right, path));
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  };
}

function compareValues(left: Json | undefined, right: Json | undefined): number {
  const byKind = rankOf(left) - rankOf(right);
  if (byKind !== 0) return byKind;
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  return 0;
}

function rankOf(value: Json | undefined): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'string') return 2;
  if (typeof value === 'boolean') return value ? 4 : 3;
  return 5;
}
