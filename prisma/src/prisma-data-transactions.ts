import type { DataTransaction, DataTransactions } from '@catalyst-plugins/core';
import { forgetCopy, restoreCopy } from './data-copies.ts';
import { lockPlugin, openDataTransaction } from './prisma-data-transaction.ts';
import type { SqlClient, SqlStatements } from './prisma-store-client.ts';
import { translateErrors } from './store-error.ts';
import { documentChangeLimits } from './transaction-limits.ts';

/** Transactions over the stored values and documents of plugins: one of a plugin at a time. */
export class PrismaDataTransactions implements DataTransactions {
  readonly #client: SqlClient;
  /** When the last transaction of each plugin ends that has one open or waiting. */
  readonly #ends = new Map<string, Promise<void>>();

  constructor(client: SqlClient) {
    this.#client = client;
  }

  async begin(plugin: string, timeoutMs: number): Promise<DataTransaction> {
    const before = this.#ends.get(plugin);
    let onEnd = (): void => {};
    const end = new Promise<void>((resolve) => {
      onEnd = () => {
        resolve();
        if (this.#ends.get(plugin) === end) this.#ends.delete(plugin);
      };
    });
    this.#ends.set(plugin, end);
    // Who waits here takes no connection from others.
    await before;
    return openDataTransaction(this.#client, plugin, timeoutMs, onEnd);
  }

  restore(plugin: string): Promise<void> {
    return this.#locked(plugin, (transaction) => restoreCopy(transaction, plugin));
  }

  forgetCopy(plugin: string): Promise<void> {
    return this.#locked(plugin, (transaction) => forgetCopy(transaction, plugin));
  }

  async #locked(plugin: string, change: (transaction: SqlStatements) => Promise<void>): Promise<void> {
    await translateErrors(plugin, () =>
      this.#client.$transaction(async (transaction) => {
        // copying all that a plugin has takes longer than a statement usually may
        await transaction.$executeRawUnsafe(`SET LOCAL statement_timeout = ${documentChangeLimits.timeout}`);
        await transaction.$queryRawUnsafe(lockPlugin, plugin);
        await change(transaction);
      }, documentChangeLimits),
    );
  }
}
