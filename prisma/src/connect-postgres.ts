import { type Logger, PluginError } from '@catalyst-plugins/core';
import type { Database } from './database.ts';
import { GatedPool } from './gated-pool.ts';
import { limitedClient } from './limited-client.ts';

/** How a PostgreSQL server is reached. */
export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database`; tables live in the first schema of its search path. */
  readonly url: string;
  /** Connections at most; 10 by default. */
  readonly max?: number | undefined;
  /**
   * Milliseconds that one statement may take; 5 000 by default. The server is told to cancel it a little sooner; where
   * there is no answer at all the connection is given up. Making indexes, migrating and copying data take their own time.
   */
  readonly statementTimeoutMs?: number | undefined;
  /** Hears about connections that broke while they were idle; nobody by default. */
  readonly logger?: Pick<Logger, 'warn'> | undefined;
}

/**
 * Connects to a PostgreSQL server (12 or later) and makes sure that it answers.
 * Throws `OPTIONS_INVALID` for an address that is none and `STORE_UNAVAILABLE` when nobody answers within 5 seconds or
 * the login fails; no message holds the address. Does not run migrations; `openDatabase` does.
 */
export async function connectPostgres(options: PostgresOptions): Promise<Database> {
  const pool = createPostgresPool(options);
  const close = closing(pool);
  try {
    await pool.query('SELECT 1');
  } catch (cause) {
    await close();
    throw new PluginError('STORE_UNAVAILABLE', 'PostgreSQL does not answer at the configured address.', {
      hint: 'Check that the server runs, and host, port, user, password and database name in the address.',
      cause,
    });
  }
  return { kind: 'postgres', pool, ready: Promise.resolve(), close };
}

/** A pool of connections that nobody has tried yet. Throws `OPTIONS_INVALID`. */
export function createPostgresPool(options: PostgresOptions): GatedPool {
  assertPostgresUrl(options.url);
  const { statementTimeoutMs = 5_000 } = options;
  const pool = new GatedPool({
    connectionString: options.url,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5000,
    // the server's own words say more than a connection that is given up
    statement_timeout: Math.ceil(statementTimeoutMs * 0.9),
    application_name: 'catalyst-plugins',
    keepAlive: true,
    Client: limitedClient(statementTimeoutMs),
  });
  // Without a listener, a server that restarts would end this process. The pool replaces the connection by itself.
  pool.on('error', (error) => options.logger?.warn({ err: error }, 'An idle connection to PostgreSQL broke.'));
  return pool;
}

/** Ends a pool once, however often it is called. */
export function closing(pool: GatedPool): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => (closed ??= pool.end());
}

function assertPostgresUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol === 'postgresql:' || protocol === 'postgres:') return;
  throw new PluginError('OPTIONS_INVALID', 'The address of the database is not a postgresql:// address.', {
    hint: 'Use postgresql://user:password@host:5432/database; percent-encode special characters in the password.',
  });
}
