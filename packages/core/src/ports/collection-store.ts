import type { CollectionIndexes } from '../manifest/plugin-manifest.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

/**
 * Steps to a value inside a document: names of members; a step of digits only also indexes a list.
 * `['address', 'city']` for `address.city`.
 */
export type DocumentPath = readonly string[];

/**
 * Which documents are meant, checked and taken apart by the collections capability. What each kind matches:
 *
 * - `equals`: the value at the path is equal to `value`, or is a list that has an entry equal to it; `null` also matches
 *   where there is no value. Objects are equal when they have the same members, in any order.
 * - `in`: `equals` one of the values.
 * - `compare`: a number compared with a number, or a text with a text by code points; nothing else matches.
 * - `exists`: whether there is a value, `null` included.
 * - `matches`: a text in which the pattern is found, or a list with such a text.
 * - `and`, `or`, `not`: no filters in `and` match everything, none in `or` match nothing; `not` matches all that its
 *   filter does not, also where there is no value.
 */
export type DocumentFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly DocumentFilter[] }
  | { readonly kind: 'not'; readonly filter: DocumentFilter }
  | { readonly kind: 'equals'; readonly path: DocumentPath; readonly value: Json }
  | { readonly kind: 'in'; readonly path: DocumentPath; readonly values: readonly Json[] }
  | {
      readonly kind: 'compare';
      readonly path: DocumentPath;
      readonly operator: 'gt' | 'gte' | 'lt' | 'lte';
      readonly value: number | string;
    }
  | { readonly kind: 'exists'; readonly path: DocumentPath; readonly exists: boolean }
  | {
      readonly kind: 'matches';
      readonly path: DocumentPath;
      /**
       * A regular expression that means the same to `new RegExp(pattern, 'us')` and to `~` of PostgreSQL, whatever its
       * locale. The capability writes it anew from what the plugin gave: classes like `\\w` are spelled out, letters
       * whose case is ignored stand as `[aA]`, groups do not capture.
       */
      readonly pattern: string;
    };

/**
 * By what documents are ordered: absent values and `null` first, then numbers, texts by code points, `false`, `true`, and
 * all else; what is equal stays in the order in which it was inserted. `descending` turns all of that round but the last.
 */
export interface DocumentOrder {
  readonly path: DocumentPath;
  readonly descending: boolean;
}

/** Which documents, in which order. */
export interface DocumentQuery {
  readonly filter: DocumentFilter;
  /** Without any, the order in which they were inserted. */
  readonly order: readonly DocumentOrder[];
  readonly skip: number;
  /** `undefined` for all. */
  readonly limit: number | undefined;
}

/** One collection of one plugin. */
export interface CollectionName {
  readonly plugin: string;
  readonly collection: string;
}

/** A document with its id, which also stands in its data as `_id`. */
export interface StoredDocument {
  readonly id: string;
  readonly data: JsonObject;
}

/**
 * Documents of plugins. Documents, filters and changes are checked by the collections capability before they come here.
 * Each method is atomic, and a resolved write is durable. Methods throw `STORE_UNAVAILABLE` when the store does not
 * answer; a plugin without a record has no documents.
 *
 * A unique index is about the values at its paths together: two documents contradict it when all of these are equal.
 * Documents where one of them is absent or `null` are not bound by it. Whether an update may pass through a state that
 * contradicts it on the way to one that does not is up to the store.
 */
export interface CollectionStore {
  find(name: CollectionName, query: DocumentQuery): Promise<JsonObject[]>;
  count(name: CollectionName, filter: DocumentFilter): Promise<number>;
  /**
   * All of them or none, in this order. Throws `DOCUMENT_DUPLICATE` for an id that is taken or a declared unique index,
   * with `details: { collection, fields }` (`['_id']` for the id), and `PLUGIN_NOT_FOUND` for a plugin without a record.
   */
  insert(name: CollectionName, documents: readonly StoredDocument[]): Promise<void>;
  /**
   * Replaces each document that matches by what `change` makes of it; the id stays. Nobody else changes a document
   * between its reading and its writing. `change` may throw; then nothing is changed, and the error is passed on. It owns
   * what it gets, and may be called again for a document that the store has to read again.
   * Resolves to how many matched. Throws `DOCUMENT_DUPLICATE`.
   */
  update(name: CollectionName, query: DocumentQuery, change: (document: JsonObject) => JsonObject): Promise<number>;
  /** Resolves to how many there were. */
  delete(name: CollectionName, query: DocumentQuery): Promise<number>;
  /**
   * Makes the indexes that a manifest declares, and drops those of the plugin that it does not declare any more.
   * Throws `INDEX_CONFLICT` when documents contradict a unique index, with `details: { collection, fields }`; the other
   * indexes are made all the same.
   */
  declare(plugin: string, collections: Readonly<Record<string, CollectionIndexes>>): Promise<void>;
}
