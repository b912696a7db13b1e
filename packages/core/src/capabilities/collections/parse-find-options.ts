import type { DocumentOrder } from '../../ports/collection-store.ts';
import { isPlainObject, type Refuse } from './checked-json.ts';
import type { FindOptions } from './collection-types.ts';
import { parsePath } from './parse-path.ts';
import { parseProjection, type Project } from './projection.ts';

/** Find options, taken apart. */
export interface ParsedOptions {
  readonly order: readonly DocumentOrder[];
  readonly skip: number;
  readonly limit: number | undefined;
  readonly project: Project;
}

/** Checks how documents are to be given. */
export function parseFindOptions(options: FindOptions | undefined | null, refuse: Refuse): ParsedOptions {
  const { sort, limit, skip, projection } = options ?? {};
  return {
    order: sort === undefined || sort === null ? [] : parseSort(sort, refuse),
    skip: parseNumber('skip', skip, refuse),
    limit: parseNumber('limit', limit, refuse) || undefined,
    project: parseProjection(projection, refuse),
  };
}

function parseNumber(name: string, value: unknown, refuse: Refuse): number {
  if (value === undefined || value === null) return 0;
  // plugins pass on what stands in the query of a request
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (name === 'limit' && number === Infinity) return 0;
  if (Number.isSafeInteger(number) && Number(number) >= 0) return Number(number);
  throw refuse(`${name} is not a whole number from 0`);
}

function parseSort(sort: unknown, refuse: Refuse): DocumentOrder[] {
  if (typeof sort === 'string') return [parseKey(sort, refuse)];
  if (isPlainObject(sort)) {
    const given = Object.entries(sort).filter(([, direction]) => direction !== undefined);
    return given.map((entry) => parseEntry(entry, refuse));
  }
  if (!Array.isArray(sort)) throw refuse('sort is neither a path, nor directions by path, nor a list');
  return sort.flatMap((entry: unknown): DocumentOrder[] => {
    if (Array.isArray(entry)) return [parseEntry(entry, refuse)];
    return isPlainObject(entry) ? parseSort(entry, refuse) : [parseKey(entry, refuse)];
  });
}

function parseKey(key: unknown, refuse: Refuse): DocumentOrder {
  const descending = typeof key === 'string' && key.startsWith('-');
  return { path: parsePath(descending ? key.slice(1) : key, refuse), descending };
}

const descents: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [1, false],
  [-1, true],
  ['asc', false],
  ['desc', true],
]);

function parseEntry([path, direction]: readonly unknown[], refuse: Refuse): DocumentOrder {
  const descending = descents.get(typeof direction === 'string' ? direction.toLowerCase() : direction);
  if (descending === undefined) throw refuse(`the direction of sort "${String(path)}" is none of 1, -1, "asc", "desc"`);
  return { path: parsePath(path, refuse), descending };
}
