import type { AuditLog } from '../../ports/audit-log.ts';
import { systemClock, type Clock } from '../../ports/clock.ts';
import type { CollectionStore } from '../../ports/collection-store.ts';
import type { DataTransactions } from '../../ports/data-transaction.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { MetricsStore } from '../../ports/metrics-store.ts';
import type { PluginStore } from '../../ports/plugin-store.ts';
import { MemoryAuditLog } from './memory-audit-log.ts';
import { MemoryCollectionStore } from './memory-collection-store.ts';
import { MemoryDataTransactions } from './memory-data-transactions.ts';
import { MemoryDocumentStore } from './memory-document-store.ts';
import { MemoryMetricsStore } from './memory-metrics-store.ts';
import { MemoryPluginStore } from './memory-plugin-store.ts';
import { emptyState } from './memory-state.ts';

/** The stores of a host that keeps nothing across restarts. */
export interface MemoryStores {
  readonly plugins: PluginStore;
  readonly documents: DocumentStore;
  readonly collections: CollectionStore;
  readonly transactions: DataTransactions;
  readonly audit: AuditLog;
  readonly metrics: MetricsStore;
}

/**
 * Makes the stores of a test, or of a host that need not remember. They share one state, so that a change of a plugin
 * and its audit entries are atomic, and removing a plugin removes its data.
 */
export function createMemoryStores(clock: Clock = systemClock): MemoryStores {
  const state = emptyState();
  return {
    plugins: new MemoryPluginStore(state, clock),
    documents: new MemoryDocumentStore(state),
    collections: new MemoryCollectionStore(state),
    transactions: new MemoryDataTransactions(state, clock),
    audit: new MemoryAuditLog(state),
    metrics: new MemoryMetricsStore(state),
  };
}
