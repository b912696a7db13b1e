import type { DocumentPath, DocumentQuery } from '../../ports/collection-store.ts';
import { canonicalText, documentMatcher, valueAt } from '../../ports/match-document.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { documentComparison } from './order-documents.ts';

/** A document as it is kept: never changed, only replaced. */
export interface KeptDocument {
  readonly id: string;
  readonly data: JsonObject;
  /** The JSON text of `data`, for copies. */
  readonly text: string;
}

interface UniqueIndex {
  /** As the manifest names them. */
  readonly fields: readonly string[];
  readonly paths: readonly DocumentPath[];
  /** Ids by the values at the paths. */
  readonly ids: Map<string, string>;
}

/** The documents of one collection and its unique indexes. */
export class MemoryCollection {
  readonly #documents: Map<string, KeptDocument>;
  #unique: readonly UniqueIndex[] = [];

  constructor(documents: Iterable<KeptDocument> = []) {
    this.#documents = new Map(Array.from(documents, (document) => [document.id, document]));
  }

  /** Another collection with the same documents and indexes. */
  copy(): MemoryCollection {
    const copy = new MemoryCollection(this.#documents.values());
    copy.#unique = this.#unique.map((index) => ({ ...index, ids: new Map(index.ids) }));
    return copy;
  }

  /** What a query means, in its order. */
  select({ filter, order, skip, limit }: DocumentQuery): KeptDocument[] {
    const matches = documentMatcher(filter);
    const found = this.#candidates(filter).filter(({ data }) => matches(data));
    const compare = documentComparison(order);
    const ordered = order.length === 0 ? found : found.toSorted((left, right) => compare(left.data, right.data));
    return ordered.slice(skip, limit === undefined ? undefined : skip + limit);
  }

  /** The fields whose values are taken, should some documents be replaced by others; `undefined` when all is well. */
  conflict(before: readonly KeptDocument[], after: readonly KeptDocument[]): readonly string[] | undefined {
    const leaving = new Set(before.map(({ id }) => id));
    const ids = after.map(({ id }) => id);
    if (new Set(ids).size < ids.length || ids.some((id) => this.#documents.has(id) && !leaving.has(id))) return ['_id'];
    return this.#unique.find((index) => contradicts(index, leaving, after))?.fields;
  }

  /** Puts documents in the place of others; those that keep their id keep their place. */
  replace(before: readonly KeptDocument[], after: readonly KeptDocument[]): void {
    const staying = new Set(after.map(({ id }) => id));
    for (const { id } of before) if (!staying.has(id)) this.#documents.delete(id);
    for (const document of after) this.#documents.set(document.id, document);
    for (const { paths, ids } of this.#unique) {
      for (const document of before) deleteKey(ids, keyOf(document.data, paths));
      for (const document of after) setKey(ids, keyOf(document.data, paths), document.id);
    }
  }

  /** Has exactly these unique indexes from now on; returns the fields of those that documents contradict, which it leaves out. */
  declare(unique: readonly (readonly string[])[]): (readonly string[])[] {
    const documents = [...this.#documents.values()];
    const empty = unique.map((fields): UniqueIndex => {
      return { fields, paths: fields.map((field) => field.split('.')), ids: new Map() };
    });
    const [sound, contradicted] = [
      empty.filter((index) => !contradicts(index, new Set(), documents)),
      empty.filter((index) => contradicts(index, new Set(), documents)),
    ];
    for (const { paths, ids } of sound) for (const { id, data } of documents) setKey(ids, keyOf(data, paths), id);
    this.#unique = sound;
    return contradicted.map(({ fields }) => fields);
  }

  #candidates(filter: DocumentQuery['filter']): KeptDocument[] {
    const id = idOf(filter);
    if (id === undefined) return [...this.#documents.values()];
    const document = this.#documents.get(id);
    return document ? [document] : [];
  }
}

/** The one id that a filter lets through, when it says so. */
function idOf(filter: DocumentQuery['filter']): string | undefined {
  if (filter.kind === 'and') return filter.filters.map(idOf).find((id) => id !== undefined);
  const isId = filter.kind === 'equals' && filter.path.length === 1 && filter.path[0] === '_id';
  return isId && typeof filter.value === 'string' ? filter.value : undefined;
}

function contradicts(
  { paths, ids }: UniqueIndex,
  leaving: ReadonlySet<string>,
  after: readonly KeptDocument[],
): boolean {
  const taken = new Set<string>();
  for (const { data } of after) {
    const key = keyOf(data, paths);
    if (key === undefined) continue;
    const holder = ids.get(key);
    if (taken.has(key) || (holder !== undefined && !leaving.has(holder))) return true;
    taken.add(key);
  }
  return false;
}

/** `undefined` for documents that the index does not bind. */
function keyOf(data: JsonObject, paths: readonly DocumentPath[]): string | undefined {
  const values = paths.map((path) => valueAt(data, path) ?? null);
  return values.includes(null) ? undefined : canonicalText(values);
}

function deleteKey(ids: Map<string, string>, key: string | undefined): void {
  if (key !== undefined) ids.delete(key);
}

function setKey(ids: Map<string, string>, key: string | undefined, id: string): void {
  if (key !== undefined) ids.set(key, id);
}
