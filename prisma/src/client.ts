import { PrismaPg } from '@prisma/adapter-pg';
import type { Database } from './database.ts';
// Not generated/client.ts, which sets globalThis.__dirname for the whole process.
import { getPrismaClientClass, type PrismaClient, type PrismaClientConstructor } from './generated/internal/class.ts';

export type { PrismaClient };

/**
 * Makes a typed Prisma client with the models of this package on a database that was opened by it, for hosts without a
 * Prisma schema of their own. On the embedded database there is one connection: within `$transaction(async (tx) => …)`
 * use `tx` only. Closing the database is what ends it; `$disconnect` leaves the pool open.
 */
export function createPrismaClient(database: Database): PrismaClient {
  const ModelClient: PrismaClientConstructor = getPrismaClientClass();
  return new ModelClient({ adapter: new PrismaPg(database.pool) });
}
