import type { DataTransaction, DataTransactions, PluginData } from '../../ports/data-transaction.ts';
import type { CollectionStore } from '../../ports/collection-store.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import { CachedDocumentStore } from './cached-document-store.ts';

export interface HostDataOptions extends PluginData {
  readonly transactions: DataTransactions;
  /** What the cache of values may take, in bytes; 0 for none. */
  readonly cacheBytes: number;
}

/** The data of all plugins of a host: values are read from memory where that is right, transactions go past it. */
export class HostData implements PluginData, DataTransactions {
  readonly documents: DocumentStore;
  readonly collections: CollectionStore;
  readonly #transactions: DataTransactions;
  readonly #cache: CachedDocumentStore | undefined;

  constructor({ documents, collections, transactions, cacheBytes }: HostDataOptions) {
    this.#cache = cacheBytes > 0 ? new CachedDocumentStore(documents, cacheBytes) : undefined;
    this.documents = this.#cache ?? documents;
    this.collections = collections;
    this.#transactions = transactions;
  }

  async begin(plugin: string, timeoutMs: number): Promise<DataTransaction> {
    const transaction = await this.#transactions.begin(plugin, timeoutMs);
    const { documents, collections } = transaction;
    // a commit that failed may have come through all the same
    const commit = (): Promise<void> => transaction.commit().finally(() => this.forget(plugin));
    return { documents, collections, commit, rollback: () => transaction.rollback() };
  }

  /** Lets go of what is in memory of a plugin. */
  forget(plugin: string): void {
    this.#cache?.forget(plugin);
  }
}
