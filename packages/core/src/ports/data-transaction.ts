import type { CollectionStore } from './collection-store.ts';
import type { DocumentStore } from './document-store.ts';

/** What plugins keep: values under keys, and documents in collections. */
export interface PluginData {
  readonly documents: DocumentStore;
  readonly collections: CollectionStore;
}

/**
 * The data of one plugin as a transaction sees it. What is written through it is seen by others when it is committed, all
 * of it at once, or never. Others who write the same data meanwhile wait; on an embedded database, all others wait.
 */
export interface DataTransaction extends PluginData {
  /** Keeps a copy of what the plugin has at this moment, in place of an earlier one; it is there once this is committed. */
  keepCopy(): Promise<void>;
  /** With `dataVersion`, the record of the plugin says so from then on. Throws `STORE_UNAVAILABLE`; then nothing was written. */
  commit(dataVersion?: string): Promise<void>;
  /** Forgets what was written; never fails, and does nothing after `commit`. */
  rollback(): Promise<void>;
}

/** Opens transactions. */
export interface DataTransactions {
  /**
   * Waits until no other transaction of the plugin is open. `timeoutMs` is how long it may stay open before it is rolled
   * back by itself; what is asked of it after its end throws `STORE_UNAVAILABLE`.
   */
  begin(plugin: string, timeoutMs: number): Promise<DataTransaction>;
  /** Puts the copy that was kept in the place of what the plugin has, its version too; does nothing without one. */
  restore(plugin: string): Promise<void>;
  /** Lets go of the copy. */
  forgetCopy(plugin: string): Promise<void>;
}
