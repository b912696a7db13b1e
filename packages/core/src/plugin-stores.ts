import type { AuditLog } from './ports/audit-log.ts';
import type { CollectionStore } from './ports/collection-store.ts';
import type { DataTransactions } from './ports/data-transaction.ts';
import type { DocumentStore } from './ports/document-store.ts';
import type { MetricsStore } from './ports/metrics-store.ts';
import type { PluginStore } from './ports/plugin-store.ts';

/** Where a host keeps what must survive a restart. */
export interface PluginStores {
  readonly plugins: PluginStore;
  readonly documents: DocumentStore;
  readonly collections: CollectionStore;
  readonly transactions: DataTransactions;
  readonly audit: AuditLog;
  /** What plugins did over time; stores without it leave that to memory. */
  readonly metrics?: MetricsStore;
}
