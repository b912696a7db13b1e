import type { Json } from '../protocol/json.ts';

/**
 * Key-value storage, apart for each plugin.
 * Keys and values are checked by the storage capability before they come here.
 * Methods throw `STORE_UNAVAILABLE` when the store does not answer; a resolved write is durable.
 */
export interface DocumentStore {
  /** The value, or `null` when there is none. */
  get(plugin: string, key: string): Promise<Json>;
  /** Writes the JSON text of a value. Concurrent writes of one key leave one of them, whole. */
  set(plugin: string, key: string, text: string): Promise<void>;
  /** Resolves to whether there was a value. */
  delete(plugin: string, key: string): Promise<boolean>;
  /** Keys that begin with the prefix, in code point order. */
  list(plugin: string, prefix: string): Promise<string[]>;
}
