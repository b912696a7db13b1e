import type { Pool } from 'pg';

/** An open database with the tables of the framework: on a PostgreSQL server, or embedded in this process. */
export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /** For queries and for `new PrismaPg(pool)`. The embedded database has exactly one connection in it. */
  readonly pool: Pool;
  /**
   * Resolves when the database answers and, where `openDatabase` opened it, its tables are up to date; rejects when they
   * cannot be used.
   */
  readonly ready: Promise<void>;
  /** Waits for running queries, then lets go of the database. Calling it again does nothing. */
  close(): Promise<void>;
}
