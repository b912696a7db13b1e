import type { SqlClient, SqlStatements } from './prisma-store-client.ts';

/**
 * Lets stores work within a transaction as they do on a database: what fails is undone by itself, and the transaction
 * goes on. Calls take turns, because savepoints of several would lie within each other.
 */
export class SavepointClient implements SqlClient {
  readonly #transaction: SqlStatements;
  #last: Promise<unknown> = Promise.resolve();

  constructor(transaction: SqlStatements) {
    this.#transaction = transaction;
  }

  $queryRawUnsafe<T>(sql: string, ...values: unknown[]): Promise<T> {
    return this.$transaction(async (transaction) => transaction.$queryRawUnsafe<T>(sql, ...values));
  }

  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number> {
    return this.$transaction(async (transaction) => transaction.$executeRawUnsafe(sql, ...values));
  }

  $transaction<R>(run: (transaction: SqlStatements) => Promise<R>): Promise<R> {
    const turn = this.#last.then(() => this.#guarded(run));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves when all that was asked before has ended. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #guarded<R>(run: (transaction: SqlStatements) => Promise<R>): Promise<R> {
    await this.#transaction.$executeRawUnsafe('SAVEPOINT store_call');
    try {
      const result = await run(this.#transaction);
      await this.#transaction.$executeRawUnsafe('RELEASE SAVEPOINT store_call');
      return result;
    } catch (error) {
      await this.#transaction.$executeRawUnsafe('ROLLBACK TO SAVEPOINT store_call');
      throw error;
    }
  }
}
