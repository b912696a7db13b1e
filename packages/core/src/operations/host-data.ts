import { CachedDocumentStore } from '../capabilities/storage/cached-document-store.ts';
import { DeclaredIndexes } from '../lifecycle/declared-indexes.ts';
import type { CollectionStore } from '../ports/collection-store.ts';
import type { DataTransaction, DataTransactions, PluginData } from '../ports/data-transaction.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { Logger } from '../ports/logger.ts';

export interface HostDataOptions {
  readonly stores: PluginData & { readonly transactions: DataTransactions };
  /** What the cache of values may take, in bytes; 0 for none. */
  readonly cacheBytes: number;
  readonly logger: Logger;
}

/** The data of all plugins of a host: values are read from memory where that is right, transactions go past it. */
export class HostData implements PluginData, DataTransactions {
  readonly documents: DocumentStore;
  readonly collections: CollectionStore;
  /** Those that the releases of plugins declare. */
  readonly indexes: DeclaredIndexes;
  readonly #transactions: DataTransactions;
  readonly #cache: CachedDocumentStore | undefined;

  constructor({ stores, cacheBytes, logger }: HostDataOptions) {
    const { documents, collections, transactions } = stores;
    this.#cache = cacheBytes > 0 ? new CachedDocumentStore(documents, cacheBytes) : undefined;
    this.documents = this.#cache ?? documents;
    this.collections = collections;
    this.indexes = new DeclaredIndexes(collections, logger);
    this.#transactions = transactions;
  }

  async begin(plugin: string, timeoutMs: number): Promise<DataTransaction> {
    const transaction = await this.#transactions.begin(plugin, timeoutMs);
    const { documents, collections } = transaction;
    // a commit that failed may have come through all the same
    const commit = (dataVersion?: string): Promise<void> =>
      transaction.commit(dataVersion).finally(() => this.#cache?.forget(plugin));
    const keepCopy = (): Promise<void> => transaction.keepCopy();
    return { documents, collections, keepCopy, commit, rollback: () => transaction.rollback() };
  }

  restore(plugin: string): Promise<void> {
    return this.#transactions.restore(plugin).finally(() => this.#cache?.forget(plugin));
  }

  forgetCopy(plugin: string): Promise<void> {
    return this.#transactions.forgetCopy(plugin);
  }

  /** Lets go of what is in memory of a plugin. */
  forget(plugin: string): void {
    this.#cache?.forget(plugin);
    this.indexes.forget(plugin);
  }
}
