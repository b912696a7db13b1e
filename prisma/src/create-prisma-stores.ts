import type {
  AuditLog,
  CollectionStore,
  DataTransactions,
  DocumentStore,
  MetricsStore,
  PluginStore,
} from '@catalyst-plugins/core';
import { createPrismaClient } from './client.ts';
import type { Database } from './database.ts';
import { PrismaAuditLog } from './prisma-audit-log.ts';
import { PrismaCollectionStore } from './prisma-collection-store.ts';
import { PrismaDataTransactions } from './prisma-data-transactions.ts';
import { PrismaDocumentStore } from './prisma-document-store.ts';
import { PrismaMetricsStore } from './prisma-metrics-store.ts';
import { PrismaPluginStore } from './prisma-plugin-store.ts';
import { Turns } from './turns.ts';
import { assertStoreClient, type PrismaStoreClient } from './prisma-store-client.ts';

/** The stores of a host, on one database. */
export interface PrismaStores {
  readonly plugins: PluginStore;
  readonly documents: DocumentStore;
  readonly collections: CollectionStore;
  readonly transactions: DataTransactions;
  readonly audit: AuditLog;
  readonly metrics: MetricsStore;
}

/**
 * Makes the stores of a host: from its own generated Prisma client, or from a database that `openDatabase` opened.
 * With a client of its own, the host runs `migrate` first. Throws `DATABASE_INCOMPATIBLE` for a client without our models.
 */
export function createPrismaStores(source: Database | PrismaStoreClient): PrismaStores {
  const client: PrismaStoreClient = 'pool' in source ? createPrismaClient(source) : source;
  assertStoreClient(client);
  const turns = new Turns();
  return {
    plugins: new PrismaPluginStore(client),
    documents: new PrismaDocumentStore(client, turns),
    collections: new PrismaCollectionStore(client, turns),
    transactions: new PrismaDataTransactions(client),
    audit: new PrismaAuditLog(client),
    metrics: new PrismaMetricsStore(client),
  };
}
