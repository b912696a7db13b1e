import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectPostgres } from '../src/connect-postgres.ts';
import type { Database } from '../src/database.ts';
import { migrate } from '../src/migrate.ts';
import { type Migration, readMigrations } from '../src/migration-files.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';

const packageDirectory = fileURLToPath(new URL('..', import.meta.url));
const known = readMigrations();

function migration(name: string, sql: string): Migration {
  return { name: `20990101000000_catalyst_${name}`, sql, checksum: name.padEnd(64, '0') };
}

async function tables(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

function describeMigrations(title: string, open: () => Promise<Disposable<Database>>): void {
  describe(`${title}: migrations`, () => {
    let opened: Disposable<Database>;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.dispose());

    const openEmpty = async (): Promise<Pool> => {
      await opened.value.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      return opened.value.pool;
    };
    const openMigrated = async (): Promise<Pool> => {
      const pool = await openEmpty();
      await migrate(pool);
      return pool;
    };

    it('an empty database gets all tables; the next start changes nothing', async () => {
      const pool = await openEmpty();
      expect(await migrate(pool)).toEqual(known.map(({ name }) => name));
      const after = await tables(pool);
      expect(after).toEqual([
        '_catalyst_migrations',
        'plugin_config_revisions',
        'plugin_data_copies',
        'plugin_documents',
        'plugin_events',
        'plugin_metrics',
        'plugin_releases',
        'plugin_storage',
        'plugins',
      ]);
      expect(await migrate(pool)).toEqual([]);
      expect(await tables(pool)).toEqual(after);
    });

    it('the history is laid out as Prisma lays out its own', async () => {
      const pool = await openMigrated();
      const { rows } = await pool.query(`SELECT * FROM _catalyst_migrations`);
      expect(rows).toHaveLength(known.length);
      expect(rows[0]).toMatchObject({ migration_name: known[0]?.name, checksum: known[0]?.checksum, logs: null });
      expect(rows[0]).toMatchObject({ applied_steps_count: 1, rolled_back_at: null, finished_at: expect.any(Date) });
    });

    it('a migration of a later version is applied to what is there', async () => {
      const pool = await openMigrated();
      const next = migration('next', 'ALTER TABLE plugins ADD COLUMN colour text; CREATE TABLE later ()');
      expect(await migrate(pool, [...known, next])).toEqual([next.name]);
      expect(await tables(pool)).toContain('later');
    });

    it('a database that is newer than the program is refused with DATABASE_NEWER', async () => {
      const pool = await openMigrated();
      await migrate(pool, [...known, migration('next', 'CREATE TABLE later ()')]);
      await expect(migrate(pool)).rejects.toMatchObject({
        code: 'DATABASE_NEWER',
        message: expect.stringContaining('20990101000000_catalyst_next'),
      });
    });

    it('a migration that was edited after it was applied is refused with MIGRATION_EDITED', async () => {
      const pool = await openMigrated();
      const edited = known.map((each) => ({ ...each, checksum: 'f'.repeat(64) }));
      await expect(migrate(pool, edited)).rejects.toMatchObject({ code: 'MIGRATION_EDITED' });
    });

    it('a migration that fails leaves nothing behind, and those before it stay', async () => {
      const pool = await openMigrated();
      const before = await tables(pool);
      const good = migration('a_good', 'CREATE TABLE good ()');
      const broken = migration('b_broken', 'CREATE TABLE half (); INSERT INTO nowhere VALUES (1)');
      await expect(migrate(pool, [...known, good, broken])).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        message: expect.stringContaining(broken.name),
      });
      expect(await tables(pool)).toEqual([...before, 'good'].toSorted());
      const repaired = { ...broken, sql: 'CREATE TABLE half ()' };
      expect(await migrate(pool, [...known, good, repaired])).toEqual([broken.name]);
    });

    it('the migrations of an application in the same database are neither counted nor touched', async () => {
      const pool = await openEmpty();
      await pool.query(`CREATE TABLE _prisma_migrations (id text, checksum text, migration_name text, logs text,
        finished_at timestamptz, rolled_back_at timestamptz, started_at timestamptz DEFAULT now(), applied_steps_count int)`);
      await pool.query(`INSERT INTO _prisma_migrations VALUES ('1', 'x', '20250101000000_init', NULL, now())`);
      expect(await migrate(pool)).toEqual(known.map(({ name }) => name));
      const { rows } = await pool.query('SELECT migration_name FROM _prisma_migrations');
      expect(rows).toEqual([{ migration_name: '20250101000000_init' }]);
    });

    it('migrations of ours that the application applied with Prisma are not applied again', async () => {
      const pool = await openMigrated();
      await pool.query('ALTER TABLE _catalyst_migrations RENAME TO _prisma_migrations');
      expect(await migrate(pool)).toEqual([]);
      await pool.query('UPDATE _prisma_migrations SET finished_at = NULL');
      await expect(migrate(pool)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    });

    it('updated_at is kept by the database, whoever writes', async () => {
      const pool = await openMigrated();
      const old = '2001-01-01T00:00:00Z';
      await pool.query(
        `INSERT INTO plugins (name, version, manifest, source, updated_at) VALUES ('p', '1', '{}', 's', $1)`,
        [old],
      );
      await pool.query(`INSERT INTO plugin_storage (plugin_name, key, value, updated_at) VALUES ('p', 'k', '1', $1)`, [
        old,
      ]);
      await pool.query(
        `INSERT INTO plugin_documents (plugin_name, collection, id, data, updated_at) VALUES ('p', 'c', 'd', '{}', $1)`,
        [old],
      );
      for (const table of ['plugins', 'plugin_storage', 'plugin_documents']) {
        await pool.query(`UPDATE ${table} SET updated_at = '1999-01-01'`);
        const { rows } = await pool.query<{ age: number }>(
          `SELECT extract(epoch FROM clock_timestamp() - updated_at)::float AS age FROM ${table}`,
        );
        expect(rows[0]?.age).toBeLessThan(60);
      }
    });
  });
}

describeMigrations('embedded', openEmbedded);

describe.skipIf(serverUrl === undefined)(postgresTitle, () => {
  describeMigrations('postgres', openPostgres);

  it('of several hosts that start at once exactly one applies a migration, and all go on', async () => {
    const opened = await openPostgres();
    const pool = opened.value.pool;
    await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    const { rows } = await pool.query<{ name: string }>('SELECT current_database() AS name');
    const url = new URL(serverUrl ?? '');
    url.pathname = `/${rows[0]?.name}`;
    const slow = migration('slow', 'SELECT pg_sleep(0.3)');
    const hosts = await Promise.all(Array.from({ length: 6 }, () => connectPostgres({ url: url.href, max: 1 })));
    try {
      const results = await Promise.all(hosts.map((host) => migrate(host.pool, [...known, slow])));
      expect(results.flat().toSorted()).toEqual([...known.map(({ name }) => name), slow.name].toSorted());
    } finally {
      await Promise.all(hosts.map((host) => host.close()));
      await opened.dispose();
    }
  });
});

describe('authoring', () => {
  it('the drift gate is content with the models as they are, and fails with exit code 2 when one gets a column', async () => {
    const check = promisify(execFile);
    const script = path.join(packageDirectory, 'scripts/make-migration.mjs');
    const { stdout } = await check(process.execPath, [script, '--check']);
    expect(stdout).toContain('exactly the models');

    const folder = await mkdtemp(path.join(os.tmpdir(), 'catalyst-schema-'));
    try {
      await cp(path.join(packageDirectory, 'schema'), folder, { recursive: true });
      const models = path.join(folder, 'catalyst-plugins.prisma');
      const text = await readFile(models, 'utf8');
      await writeFile(models, text.replace('model Plugin {', 'model Plugin {\n  colour String?'));
      await expect(check(process.execPath, [script, '--check', '--schema', folder])).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringContaining('ADD COLUMN     "colour" TEXT'),
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
