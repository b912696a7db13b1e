import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@catalyst-plugins/core';
import type { PGlite } from '@electric-sql/pglite';
import { Pool } from 'pg';
import { prepareCluster } from './cluster-directory.ts';
import type { Database } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { PGliteStream } from './pglite-stream.ts';
import { startPostgres } from './start-postgres.ts';
import { scheduleUpkeep } from './upkeep.ts';

/** How an embedded database is opened. */
export interface EmbeddedDatabaseOptions {
  /** Where it lives; made when it is missing. Back it up as a whole, while it is closed. */
  readonly directory: string;
  /** Hears about upkeep that failed and about missing durability; nobody by default. */
  readonly logger?: Pick<Logger, 'warn'> | undefined;
  /** Milliseconds between two rounds of CHECKPOINT and VACUUM; one hour by default. */
  readonly upkeepMs?: number | undefined;
}

const upkeepEveryHour = 3_600_000;
/** How long closing waits for clients that are in use; then their queries fail. */
const closeGraceMs = 5_000;

/**
 * Opens a PostgreSQL that runs in this process and needs no server. A resolved write has been synced to disk.
 * Throws `DATABASE_LOCKED` while another process uses the directory, `DATABASE_VERSION_MISMATCH` when another major
 * version wrote it, `STORE_UNAVAILABLE` when it cannot be started. Does not run migrations; `openDatabase` does.
 */
export async function openEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<Database> {
  const directory = path.resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const lock = await lockDirectory(directory);
  try {
    const { backend } = await startPostgres(await prepareCluster(directory), options.logger);
    const sessions = new Set<PGliteStream>();
    const pool = createPool(backend, sessions, options.logger);
    const stopUpkeep = scheduleUpkeep(pool, options.upkeepMs ?? upkeepEveryHour, options.logger);
    const close = async (): Promise<void> => {
      stopUpkeep();
      await endSessions(pool, sessions);
      await backend.close();
      await lock.release();
    };
    let closing: Promise<void> | undefined;
    return { kind: 'embedded', pool, ready: Promise.resolve(), close: () => (closing ??= close()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Waits for all queries that were asked before, and ends the sessions. PGlite must be closed after the last message of
 * a session: one that comes later it answers with errors in an endless loop.
 */
async function endSessions(pool: Pool, sessions: ReadonlySet<PGliteStream>): Promise<void> {
  const deadline = sleep(closeGraceMs, undefined, { ref: false });
  // A pool that ends forgets who waits for a client, so we wait behind them for the last turn.
  const lastTurn = pool.connect().then(
    (client) => client.release(),
    () => {},
  );
  await Promise.race([lastTurn, deadline]);
  await Promise.race([pool.end(), deadline]);
  await Promise.all([...sessions].map((session) => once(session.destroy(), 'close')));
}

function createPool(backend: PGlite, sessions: Set<PGliteStream>, logger: EmbeddedDatabaseOptions['logger']): Pool {
  const pool = new Pool({
    stream: () => {
      const session = new PGliteStream(backend);
      sessions.add(session);
      return session.once('close', () => sessions.delete(session));
    },
    // PGlite is one session. Explicit settings keep PGHOST, PGSSLMODE and the like from reaching it.
    max: 1,
    host: 'embedded',
    user: 'postgres',
    database: 'postgres',
    password: '',
    ssl: false,
    idleTimeoutMillis: 0,
    // Longer than a transaction of a plugin may keep the only connection.
    connectionTimeoutMillis: 120_000,
  });
  pool.on('error', (error) => logger?.warn({ err: error }, 'The connection to the embedded database broke.'));
  return pool;
}
