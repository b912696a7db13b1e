import type { Logger } from '@catalyst-plugins/core';
import type { Pool } from 'pg';

/**
 * Does regularly what the background processes of a PostgreSQL server do and the embedded one has not: CHECKPOINT, so
 * that the log does not grow for ever, and VACUUM with fresh statistics. The returned function stops it.
 */
export function scheduleUpkeep(pool: Pool, everyMs: number, logger: Pick<Logger, 'warn'> | undefined): () => void {
  const timer = setInterval(() => {
    runUpkeep(pool).catch((error: unknown) => {
      logger?.warn({ err: error }, 'Upkeep of the embedded database failed; it is tried again.');
    });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function runUpkeep(pool: Pool): Promise<void> {
  // Neither may run within a transaction, so each is a statement of its own.
  await pool.query('VACUUM (ANALYZE)');
  await pool.query('CHECKPOINT');
}
