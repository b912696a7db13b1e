import { type Logger, PluginError } from '@catalyst-plugins/core';
import { connectPostgres } from './connect-postgres.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { openEmbeddedDatabase } from './open-embedded-database.ts';
import { openPostgresLater } from './open-postgres-later.ts';

/** Which database to open. */
export interface DatabaseOptions {
  /** Address of a PostgreSQL server; wins over `directory`. An empty text counts as absent. */
  readonly url?: string | undefined;
  /** Where an embedded database lives when there is no `url`. */
  readonly directory?: string | undefined;
  /**
   * `false` opens a PostgreSQL that does not answer: everything that is asked of it fails with `STORE_UNAVAILABLE` until it
   * does, and its tables are brought up to date then. Default `true`.
   */
  readonly wait?: boolean | undefined;
  readonly logger?: Pick<Logger, 'warn'> | undefined;
}

/**
 * Opens the database of a host and brings its tables up to date: PostgreSQL when there is an address, else embedded.
 * Throws what `connectPostgres`, `openEmbeddedDatabase` and `migrate` throw, and `OPTIONS_INVALID` when both options
 * are missing.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, wait = true, logger } = options;
  if (!wait && url !== undefined && url !== '') return openPostgresLater({ url, logger });
  const database = await open(options);
  try {
    await migrate(database.pool);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function open({ url, directory, logger }: DatabaseOptions): Promise<Database> {
  if (url !== undefined && url !== '') return connectPostgres({ url, logger });
  if (directory !== undefined && directory !== '') return openEmbeddedDatabase({ directory, logger });
  throw new PluginError('OPTIONS_INVALID', 'A database needs a url or a directory.');
}
