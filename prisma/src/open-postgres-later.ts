import { PluginError } from '@catalyst-plugins/core';
import { closing, createPostgresPool, type PostgresOptions } from './connect-postgres.ts';
import type { Database } from './database.ts';
import type { GatedPool } from './gated-pool.ts';
import { migrate } from './migrate.ts';

/** How long is waited between two tries to reach a server, in milliseconds. */
const pauseMs = 1_000;

/**
 * Opens a database on a server that need not answer yet: it is tried again and again, and its tables are brought up to date
 * as soon as it does. Until then everything that is asked of it fails at once with `STORE_UNAVAILABLE`. A database that
 * answers and cannot be used is refused: at once, or by `ready`.
 */
export async function openPostgresLater(options: PostgresOptions): Promise<Database> {
  const pool = createPostgresPool(options);
  const end = closing(pool);
  try {
    await prepare(pool);
    return { kind: 'postgres', pool, ready: Promise.resolve(), close: end };
  } catch (error) {
    if (!isAway(error)) {
      await end();
      throw error;
    }
    options.logger?.warn({ err: error }, 'PostgreSQL does not answer; the host goes on without it until it does.');
  }
  const closed = new AbortController();
  const ready = keepTrying(pool, closed.signal);
  // who does not look at it learns of it from every query
  ready.catch(() => {});
  const close = async (): Promise<void> => {
    closed.abort();
    await end();
  };
  return { kind: 'postgres', pool, ready, close };
}

async function keepTrying(pool: GatedPool, closed: AbortSignal): Promise<void> {
  for (;;) {
    await pause(closed);
    if (closed.aborted) throw new PluginError('STORE_UNAVAILABLE', 'The database was closed before it answered.');
    try {
      return await prepare(pool);
    } catch (error) {
      if (isAway(error)) continue;
      pool.refuse(error as PluginError);
      throw error;
    }
  }
}

async function prepare(pool: GatedPool): Promise<void> {
  pool.refuse(new PluginError('STORE_UNAVAILABLE', 'PostgreSQL has not answered yet.'));
  await migrate({ connect: () => pool.reach() });
  pool.open();
}

function isAway(error: unknown): boolean {
  return error instanceof PluginError && error.code === 'STORE_UNAVAILABLE';
}

function pause(closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    timer.unref();
    closed.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
