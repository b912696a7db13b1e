import type { TransactionLimits } from './prisma-store-client.ts';

// On the embedded database everybody waits while one transaction is open. On a server, the pool gives up far earlier.
const maxWait = 120_000;

/** For a change of one record. */
export const recordChangeLimits: TransactionLimits = { maxWait, timeout: 20_000 };

/** For a change of documents, of which there may be many. */
export const documentChangeLimits: TransactionLimits = { maxWait, timeout: 300_000 };

/** For building an index, which reads all documents. */
export const indexBuildLimits: TransactionLimits = { maxWait, timeout: 3_600_000 };

/** For a transaction of a plugin, which has a limit of its own that comes before. */
export function dataTransactionLimits(timeoutMs: number): TransactionLimits {
  return { maxWait, timeout: timeoutMs + 60_000 };
}
