import {
  describeAuditLog,
  describeCollectionProperties,
  describeCollectionStore,
  describeDataTransactions,
  describeDocumentStore,
  describeMetricsStore,
  describePluginStore,
} from '@catalyst-plugins/core/testing/contracts';
import type { OpenedStores } from '@catalyst-plugins/core/testing/contracts';
import { describe } from 'vitest';
import { createPrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';

function describeStores(name: string, open: () => Promise<Disposable<Database>>): void {
  const openStores = async (): Promise<OpenedStores> => {
    const database = await open();
    return { stores: createPrismaStores(database.value), close: () => database.dispose() };
  };
  describePluginStore(name, openStores);
  describeDocumentStore(name, openStores);
  describeCollectionStore(name, openStores);
  describeCollectionProperties(name, openStores, { runs: 100 });
  describeDataTransactions(name, openStores);
  describeAuditLog(name, openStores);
  describeMetricsStore(name, openStores);
}

describeStores('embedded', openEmbedded);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeStores('postgres', openPostgres));
