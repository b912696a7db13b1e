import type { JsonObject } from '../../protocol/json.ts';

/**
 * Which documents are meant: values and conditions by path (`address.city`), and `$and`, `$or`, `$not`.
 * Conditions: `$eq $ne $gt $gte $lt $lte $in $nin $exists $regex` (with `$options`) `$not`.
 */
export type Filter = { readonly [pathOrOperator: string]: unknown };

/** What becomes of a document: new values by path, and `$set $unset $inc $push $pull`. */
export type Change = { readonly [pathOrOperator: string]: unknown };

/** By what documents are ordered: `'name'`, `'-name'`, `{ name: 1, age: -1 }`, or a list of `[path, 'asc' | 'desc']`. */
export type Sort =
  | string
  | { readonly [path: string]: 1 | -1 | 'asc' | 'desc' }
  | readonly (string | readonly [path: string, direction: 1 | -1 | 'asc' | 'desc'])[];

/** The members to have: `['name']` or `{ name: 1 }`, or those to leave out: `{ secret: 0 }`; `_id` is there unless left out. */
export type Projection = readonly string[] | { readonly [path: string]: 0 | 1 | boolean };

/** How found documents are given. */
export interface FindOptions {
  /** Default: the order in which they were inserted. */
  readonly sort?: Sort | undefined;
  /** At most this many; default, and 0: all. */
  readonly limit?: number | undefined;
  /** Leaves out this many at the beginning. */
  readonly skip?: number | undefined;
  /** Default: whole documents. */
  readonly projection?: Projection | undefined;
}

/** A document as it is stored. */
export type Stored<Doc extends object> = Doc & {
  /** Given, or made by the host. */
  readonly _id: string;
  /** ISO 8601, by the clock of the host. */
  readonly _createdAt: string;
  readonly _updatedAt: string;
};

/**
 * JSON documents of a plugin that can be searched. What it gives are copies. Each call is atomic.
 * Throws `FILTER_INVALID`, `STORE_UNAVAILABLE`.
 */
export interface Collection<Doc extends object = JsonObject> {
  find(filter?: Filter | null, options?: FindOptions): Promise<Stored<Doc>[]>;
  /** The first, or `null`. */
  findOne(filter?: Filter | null, options?: Omit<FindOptions, 'limit'>): Promise<Stored<Doc> | null>;
  count(filter?: Filter | null): Promise<number>;
  /** Resolves to the stored document. Throws `DOCUMENT_INVALID`, `DOCUMENT_TOO_LARGE`, `DOCUMENT_DUPLICATE`. */
  insert(document: Doc): Promise<Stored<Doc>>;
  /** All of them or none. Throws like `insert`. */
  insertMany(documents: readonly Doc[]): Promise<Stored<Doc>[]>;
  /** Changes all that match; resolves to how many. Throws `UPDATE_INVALID` and like `insert`; then nothing is changed. */
  update(filter: Filter, change: Change): Promise<number>;
  /** Changes the first that matches, in the order in which they were inserted; resolves to 0 or 1. Throws like `update`. */
  updateOne(filter: Filter, change: Change): Promise<number>;
  /** Deletes all that match; resolves to how many. */
  delete(filter: Filter): Promise<number>;
  /** The same as `delete`. */
  deleteMany(filter: Filter): Promise<number>;
  /** Deletes the first that matches, in the order in which they were inserted; resolves to 0 or 1. */
  deleteOne(filter: Filter): Promise<number>;
}
