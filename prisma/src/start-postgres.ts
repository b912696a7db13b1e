import { type Logger, PluginError } from '@catalyst-plugins/core';
import { PGlite } from '@electric-sql/pglite';
import { DurableFileSystem } from './durable-file-system.ts';

/** A PostgreSQL that runs in this process. */
export interface StartedPostgres {
  readonly backend: PGlite;
  readonly files: DurableFileSystem;
}

/**
 * Starts PostgreSQL on its files, with commits that are synced to disk. Warns when they are not, which can only be after
 * a change of PGlite. Throws `STORE_UNAVAILABLE`.
 */
export async function startPostgres(
  cluster: string,
  logger: Pick<Logger, 'warn'> | undefined,
): Promise<StartedPostgres> {
  const files = new DurableFileSystem(cluster);
  // -F would switch fsync off. Of the ways to sync the log, PGlite has a door for fsync() only.
  const startParams = PGlite.defaultStartParams.filter((parameter) => parameter !== '-F');
  startParams.push('-c', 'wal_sync_method=fsync', '-c', 'shared_buffers=8MB');
  let backend: PGlite;
  try {
    backend = await PGlite.create({ fs: files, startParams });
  } catch (cause) {
    throw new PluginError('STORE_UNAVAILABLE', `The embedded database in ${cluster} does not start.`, {
      hint: 'Read the cause; if the files are damaged, restore a backup or choose another directory.',
      cause,
    });
  }
  const syncsBefore = files.syncs;
  // Writes one record to the log and waits until it is on disk.
  await backend.query(`SELECT pg_logical_emit_message(true, 'catalyst', 'durability check', true)`);
  if (files.syncs === syncsBefore) {
    logger?.warn(
      'The embedded database cannot sync to disk: a power failure may lose the last writes (a crash may not).',
    );
  }
  return { backend, files };
}
