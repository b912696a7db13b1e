import { randomUUID } from 'node:crypto';
import { PluginError } from '@catalyst-plugins/core';
import type { PoolClient } from 'pg';
import { type Migration, migrationNameInfix, readMigrations } from './migration-files.ts';

/** A migration that the database has, or began. */
interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

// Prisma's own lock, so that `prisma migrate` and we never work at the same time.
const prismaMigrationLock = 72_707_369;

// The layout of Prisma's _prisma_migrations under a name of our own: `prisma migrate dev` of an application in the same
// database would take rows that it does not know for a reason to reset everything.
const createHistory = `
  CREATE TABLE IF NOT EXISTS "_catalyst_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`;

/**
 * Brings the tables to the version of this package; resolves to the names of the migrations that were applied.
 * Safe to call at every start and from several processes at once. Each migration is one transaction.
 * Also counts migrations of ours that `prisma migrate deploy` applied from a copy.
 * Throws `MIGRATION_FAILED` (nothing of that migration stays), `MIGRATION_EDITED`, `DATABASE_NEWER`, or
 * `STORE_UNAVAILABLE` when the database does not answer or another process migrates for more than a minute.
 */
export async function migrate(
  pool: { connect(): Promise<PoolClient> },
  migrations: readonly Migration[] = readMigrations(),
): Promise<string[]> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw new PluginError('STORE_UNAVAILABLE', 'The database cannot be reached to migrate it.', { cause });
  });
  let broken = true;
  try {
    const applied: string[] = [];
    for (;;) {
      const name = await applyNext(client, migrations);
      if (name === undefined) break;
      applied.push(name);
    }
    broken = false;
    return applied;
  } finally {
    // A connection that failed half-way may still be in a transaction.
    client.release(broken);
  }
}

/** One transaction: takes the lock, reads what is there, and applies the first migration that is missing. */
async function applyNext(client: PoolClient, migrations: readonly Migration[]): Promise<string | undefined> {
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0`);
    await client.query('SELECT pg_advisory_xact_lock($1)', [prismaMigrationLock]);
    await client.query(createHistory);
    const next = findNext(await readHistory(client), migrations);
    if (next !== undefined) await apply(client, next);
    await client.query('COMMIT');
    return next?.name;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    if (error instanceof PluginError) throw error;
    throw new PluginError('STORE_UNAVAILABLE', 'The state of the database could not be read.', { cause: error });
  }
}

async function readHistory(client: PoolClient): Promise<AppliedMigration[]> {
  const select = (table: string): string => `
    SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM "${table}"
    WHERE rolled_back_at IS NULL AND strpos(migration_name, '${migrationNameInfix}') > 0`;
  const prisma = await client.query<{ present: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`,
  );
  const own = await client.query<AppliedMigration>(select('_catalyst_migrations'));
  if (prisma.rows[0]?.present !== true) return own.rows;
  return [...own.rows, ...(await client.query<AppliedMigration>(select('_prisma_migrations'))).rows];
}

function findNext(history: readonly AppliedMigration[], migrations: readonly Migration[]): Migration | undefined {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const applied of history) {
    const name = applied.migration_name;
    const migration = known.get(name);
    if (migration === undefined) {
      throw new PluginError(
        'DATABASE_NEWER',
        `The database has the migration ${name}, which this program does not know.`,
      );
    }
    if (!applied.finished) {
      throw new PluginError('MIGRATION_FAILED', `The migration ${name} was begun with Prisma and did not finish.`, {
        hint: 'Repair it with `prisma migrate resolve`, then start again.',
      });
    }
    if (migration.checksum !== applied.checksum) {
      throw new PluginError('MIGRATION_EDITED', `The migration ${name} was edited after it had been applied.`);
    }
  }
  const done = new Set(history.map((applied) => applied.migration_name));
  return migrations.find((migration) => !done.has(migration.name));
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query(migration.sql);
  } catch (cause) {
    throw new PluginError('MIGRATION_FAILED', `The migration ${migration.name} failed and was rolled back.`, { cause });
  }
  await client.query(
    `INSERT INTO "_catalyst_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), migration.checksum, migration.name],
  );
}
