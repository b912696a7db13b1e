// For host authors: a database for the host, and the stores on it.
export { openDatabase, type DatabaseOptions } from './open-database.ts';
export { openEmbeddedDatabase, type EmbeddedDatabaseOptions } from './open-embedded-database.ts';
export { connectPostgres, type PostgresOptions } from './connect-postgres.ts';
export type { Database } from './database.ts';
export { createPrismaStores, type PrismaStores } from './create-prisma-stores.ts';

// For hosts with a Prisma client of their own.
export { migrate } from './migrate.ts';
export { readMigrations, type Migration } from './migration-files.ts';
export type {
  PluginColumns,
  PluginConfigRevisionDelegate,
  PluginCreation,
  PluginDelegate,
  PluginRow,
  PrismaStoreClient,
  PrismaStoreTransaction,
  SqlStatements,
  TransactionLimits,
} from './prisma-store-client.ts';
