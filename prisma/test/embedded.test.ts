import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { embeddedPostgresMajor } from '../src/cluster-directory.ts';
import type { Database } from '../src/database.ts';
import { DurableFileSystem } from '../src/durable-file-system.ts';
import { openDatabase } from '../src/open-database.ts';
import { openEmbeddedDatabase } from '../src/open-embedded-database.ts';
import { startPostgres } from '../src/start-postgres.ts';
import { copyEmbeddedTemplate, type Disposable, openEmbedded } from './support/databases.ts';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

async function count(database: Database): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM plugin_events');
  return rows[0]?.n ?? -1;
}

const insertEvent = `INSERT INTO plugin_events (plugin_name, event_type) VALUES ('p', 't')`;

describe('opening', () => {
  it('a directory that does not exist becomes a migrated database, past the remains of an interrupted attempt', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'catalyst-new-'));
    const directory = path.join(folder, 'deep', 'data');
    await mkdir(path.join(directory, 'cluster-unfinished-x'), { recursive: true });
    try {
      const database = await openDatabase({ directory, url: '' });
      expect(database.kind).toBe('embedded');
      expect(await count(database)).toBe(0);
      await database.close();
      expect(await readdir(directory)).toEqual(['cluster']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('without an address and a directory it is refused with OPTIONS_INVALID', async () => {
    await expect(openDatabase({})).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });

  it('what was written is there after closing and opening, and closing twice is fine', async () => {
    const directory = await copyEmbeddedTemplate();
    try {
      const first = await openEmbeddedDatabase({ directory: directory.value });
      await first.pool.query(insertEvent);
      await Promise.all([first.close(), first.close()]);
      await expect(first.pool.query('SELECT 1')).rejects.toThrow();
      const second = await openEmbeddedDatabase({ directory: directory.value });
      expect(await count(second)).toBe(1);
      await second.close();
    } finally {
      await directory.dispose();
    }
  });

  it('closing waits for queries that run, and not for ever for a client that nobody gives back', async () => {
    const directory = await copyEmbeddedTemplate();
    try {
      const first = await openEmbeddedDatabase({ directory: directory.value });
      const queries = Array.from({ length: 20 }, () => first.pool.query(insertEvent));
      await Promise.all([...queries, first.close()]);
      const second = await openEmbeddedDatabase({ directory: directory.value });
      expect(await count(second)).toBe(20);
      const kept = await second.pool.connect();
      kept.on('error', () => {});
      await kept.query('BEGIN');
      await kept.query(insertEvent);
      await second.close();
      await expect(kept.query('COMMIT')).rejects.toThrow();
      const third = await openEmbeddedDatabase({ directory: directory.value });
      expect(await count(third)).toBe(20);
      await third.close();
    } finally {
      await directory.dispose();
    }
  });

  it('environment variables meant for a server are ignored', async () => {
    const directory = await copyEmbeddedTemplate();
    vi.stubEnv('PGSSLMODE', 'require');
    vi.stubEnv('PGUSER', 'nobody');
    vi.stubEnv('PGDATABASE', 'nothing');
    try {
      const database = await openEmbeddedDatabase({ directory: directory.value });
      expect(await count(database)).toBe(0);
      await database.close();
    } finally {
      vi.unstubAllEnvs();
      await directory.dispose();
    }
  });

  it('a database from the future is refused with DATABASE_VERSION_MISMATCH, and not locked by that', async () => {
    const directory = await copyEmbeddedTemplate();
    const version = path.join(directory.value, 'cluster', 'PG_VERSION');
    try {
      await writeFile(version, '19\n');
      for (let attempt = 0; attempt < 2; attempt += 1) {
        await expect(openEmbeddedDatabase({ directory: directory.value })).rejects.toMatchObject({
          code: 'DATABASE_VERSION_MISMATCH',
          message: expect.stringContaining('PostgreSQL 19'),
        });
      }
      expect(await readFile(version, 'utf8')).toBe('19\n');
      await writeFile(version, `${embeddedPostgresMajor}\n`);
      const database = await openEmbeddedDatabase({ directory: directory.value });
      await database.close();
    } finally {
      await directory.dispose();
    }
  });

  it('files that are damaged are refused with STORE_UNAVAILABLE, and not locked by that', async () => {
    const directory = await copyEmbeddedTemplate();
    try {
      await writeFile(path.join(directory.value, 'cluster', 'global', 'pg_control'), 'nonsense');
      await expect(openEmbeddedDatabase({ directory: directory.value })).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
      });
      expect((await readdir(directory.value)).filter((name) => name.startsWith('lock-'))).toEqual([]);
    } finally {
      await directory.dispose();
    }
  });
});

describe('durability', () => {
  it('every commit is synced to disk before it is acknowledged', async () => {
    const directory = await copyEmbeddedTemplate();
    const { backend, files } = await startPostgres(path.join(directory.value, 'cluster'), undefined);
    for (let commit = 0; commit < 10; commit += 1) {
      const before = files.syncs;
      await backend.query(insertEvent);
      expect(files.syncs).toBeGreaterThan(before);
    }
    await backend.close();
    await directory.dispose();
  });

  it('a PGlite whose files cannot be synced is told by a warning, and works', async () => {
    const directory = await copyEmbeddedTemplate();
    const warnings: unknown[] = [];
    const init = vi.spyOn(DurableFileSystem.prototype, 'init');
    init.mockImplementation(function (this: NodeFS, ...parameters) {
      return NodeFS.prototype.init.apply(this, parameters);
    });
    const logger = { warn: (message: unknown) => void warnings.push(message) };
    const database = await openEmbeddedDatabase({ directory: directory.value, logger });
    init.mockRestore();
    expect(warnings).toEqual([expect.stringContaining('cannot sync to disk')]);
    await database.pool.query(insertEvent);
    await database.close();
    await directory.dispose();
  });
});

describe('an open embedded database', () => {
  let opened: Disposable<Database>;
  let database: Database;
  beforeAll(async () => {
    opened = await openEmbedded();
    database = opened.value;
  });
  afterAll(() => opened?.dispose());

  it('is the PostgreSQL that the version check expects', async () => {
    const { rows } = await database.pool.query<{ server_version: string }>('SHOW server_version');
    expect(rows[0]?.server_version.split('.')[0]).toBe(embeddedPostgresMajor);
  });

  it('goes on after an error, in the same connection and in a transaction', async () => {
    await expect(database.pool.query(`SELECT $1::jsonb`, ['"\\u0000"'])).rejects.toMatchObject({ code: '22P05' });
    await expect(database.pool.query('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await expect(client.query('SELECT $1::int', ['x'])).rejects.toMatchObject({ code: '22P02' });
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
    await client.query('ROLLBACK');
    client.release();
    for (let value = 0; value < 5; value += 1) {
      expect((await database.pool.query('SELECT $1::int AS value', [value])).rows).toEqual([{ value }]);
    }
  });

  it('a commit that fails is an error and not a success', async () => {
    await database.pool.query('CREATE TABLE parent (id int PRIMARY KEY)');
    await database.pool.query('CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)');
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO child VALUES (1)');
    await expect(client.query('COMMIT')).rejects.toMatchObject({ code: '23503' });
    client.release();
    expect((await database.pool.query('SELECT * FROM child')).rows).toEqual([]);
  });

  it('a connection that is thrown away takes its transaction, locks and prepared statements with it', async () => {
    const before = await count(database);
    const client = await database.pool.connect();
    await client.query({ name: 'kept', text: 'SELECT 1' });
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_lock(7)');
    await client.query(insertEvent);
    client.release(true);
    expect(await count(database)).toBe(before);
    const { rows } = await database.pool.query(`SELECT (SELECT count(*)::int FROM pg_prepared_statements) AS statements,
      (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks`);
    expect(rows).toEqual([{ statements: 0, locks: 0 }]);
    await database.pool.query({ name: 'kept', text: 'SELECT 2' });
  });

  it('values of several megabytes go in and come out', async () => {
    const text = 'äöü'.repeat(1_500_000);
    const { rows } = await database.pool.query<{ text: string }>('SELECT $1::text AS text', [text]);
    expect(rows[0]?.text === text).toBe(true);
  });

  it('gives everybody else their turn between two queries', async () => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    turn();
    await Promise.all(Array.from({ length: 200 }, () => database.pool.query('SELECT 1')));
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(200);
  });

  it('keeps nothing of the answers that it gave', async () => {
    const megabyte = 'x'.repeat(1_000_000);
    const ask = async (times: number): Promise<number> => {
      for (let time = 0; time < times; time += 1) await database.pool.query('SELECT $1::text AS text', [megabyte]);
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await ask(5);
    expect((await ask(40)) - before).toBeLessThan(10_000_000);
  });

  it('queries that are asked at once are answered each with its own answer', async () => {
    const values = Array.from({ length: 200 }, (_, value) => value);
    const answers = await Promise.all(
      values.map((value) => database.pool.query<{ value: number }>('SELECT $1::int AS value', [value])),
    );
    expect(answers.map((answer) => answer.rows[0]?.value)).toEqual(values);
  });
});

describe('upkeep', () => {
  it('checkpoints and vacuums from time to time, and stops when the database is closed', async () => {
    const directory = await copyEmbeddedTemplate();
    const warnings: unknown[] = [];
    const logger = { warn: (...values: unknown[]) => void warnings.push(values) };
    const database = await openEmbeddedDatabase({ directory: directory.value, upkeepMs: 100, logger });
    const checkpoint = async (): Promise<unknown> =>
      (await database.pool.query('SELECT checkpoint_lsn FROM pg_control_checkpoint()')).rows;
    const before = await checkpoint();
    await database.pool.query(insertEvent);
    await expect.poll(checkpoint).not.toEqual(before);
    await database.close();
    await sleep(300);
    expect(warnings).toEqual([]);
    await directory.dispose();
  });
});
