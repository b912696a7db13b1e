import { type DataTransaction, PluginError } from '@catalyst-plugins/core';
import { keepCopy, writeDataVersion } from './data-copies.ts';
import { PrismaCollectionStore } from './prisma-collection-store.ts';
import { PrismaDocumentStore } from './prisma-document-store.ts';
import type { SqlClient, SqlStatements } from './prisma-store-client.ts';
import { SavepointClient } from './savepoint-client.ts';
import { translateErrors } from './store-error.ts';
import { dataTransactionLimits } from './transaction-limits.ts';

/** Keeps others from the data of a plugin until the transaction ends; other hosts on the same database wait too. */
export const lockPlugin = `SELECT pg_advisory_xact_lock(hashtextextended('catalyst data of ' || $1::text, 0))::text`;

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Opens a transaction of Prisma and keeps it open until it is committed, rolled back, or open for too long. `onEnd` is
 * called in each case, and when it cannot be opened.
 */
export async function openDataTransaction(
  client: SqlClient,
  plugin: string,
  timeoutMs: number,
  onEnd: () => void,
): Promise<DataTransaction> {
  const opened = deferred<SqlStatements>();
  const decision = deferred<void>();
  const run = async (transaction: SqlStatements): Promise<void> => {
    await transaction.$executeRawUnsafe(`SET LOCAL statement_timeout = ${Math.ceil(timeoutMs)}`);
    await transaction.$queryRawUnsafe(lockPlugin, plugin);
    opened.resolve(transaction);
    await decision.promise;
  };
  const finished = translateErrors(plugin, () => client.$transaction(run, dataTransactionLimits(timeoutMs)));
  finished.catch(opened.reject).finally(onEnd);
  const calls = new SavepointClient(await opened.promise);
  const ended = (how: string): PluginError =>
    new PluginError('STORE_UNAVAILABLE', `The transaction ${how}.`, { plugin });
  const late = ended(`was open for more than ${timeoutMs} ms`);
  const timer = setTimeout(() => decision.reject(late), timeoutMs);
  finished.catch(() => {}).finally(() => clearTimeout(timer));
  let committed = false;
  return {
    documents: new PrismaDocumentStore(calls),
    collections: new PrismaCollectionStore(calls),
    keepCopy: () => calls.$transaction((transaction) => keepCopy(transaction, plugin)),
    commit: async (dataVersion) => {
      if (committed) throw ended('was committed before');
      committed = true;
      await calls.settled();
      if (dataVersion !== undefined)
        await calls.$transaction((statements) => writeDataVersion(statements, plugin, dataVersion));
      decision.resolve();
      await finished;
    },
    rollback: async () => {
      decision.reject(ended('was rolled back'));
      await finished.catch(() => {});
    },
  };
}

function deferred<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever needs the outcome awaits it; nobody may be there yet.
  promise.catch(() => {});
  return { promise, ...settle! };
}
