import type { DataTransactions } from '@catalyst-plugins/core';
import { auditEntry, newPlugin, uniquePluginName } from '@catalyst-plugins/core/testing/contracts';
import { inspect } from 'node:util';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectPostgres } from '../src/connect-postgres.ts';
import { createPrismaStores, type PrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { migrate } from '../src/migrate.ts';
import {
  createPostgresDatabase,
  type Disposable,
  openEmbedded,
  openPostgres,
  postgresTitle,
  serverUrl,
} from './support/databases.ts';
import { everything } from './support/document-cases.ts';

async function readInTransaction(transactions: DataTransactions, plugin: string): Promise<void> {
  const transaction = await transactions.begin(plugin, 60_000);
  try {
    await transaction.documents.get(plugin, 'key');
  } finally {
    await transaction.rollback();
  }
}

/** Every method of the stores, as a call that should fail. */
function everyCall(
  { plugins, documents, collections, transactions, audit }: PrismaStores,
  plugin: string,
): Promise<unknown>[] {
  const name = { plugin, collection: 'notes' };
  return [
    plugins.list(),
    plugins.get(plugin),
    plugins.add(newPlugin(plugin), []),
    plugins.update(plugin, { enabled: true }, []),
    plugins.saveConfig(plugin, { expectedRevision: 0, config: {}, actor: 'ada' }, []),
    plugins.remove(plugin, []),
    documents.get(plugin, 'key'),
    documents.set(plugin, 'key', '1'),
    documents.delete(plugin, 'key'),
    documents.list(plugin, ''),
    collections.find(name, everything),
    collections.count(name, everything.filter),
    collections.insert(name, [{ id: 'a', data: { _id: 'a' } }]),
    collections.update(name, everything, (document) => document),
    collections.delete(name, everything),
    collections.delete(name, { ...everything, limit: 1 }),
    collections.declare(plugin, { notes: { indexes: ['a'] } }),
    readInTransaction(transactions, plugin),
    audit.append([auditEntry(plugin, 'plugin:enabled')]),
    audit.query({}),
  ];
}

async function expectEveryCall(calls: Promise<unknown>[], code: string): Promise<void> {
  for (const result of await Promise.allSettled(calls)) {
    expect(result).toMatchObject({ status: 'rejected', reason: { name: 'PluginError', code } });
  }
}

function describeFailures(title: string, open: () => Promise<Disposable<Database>>): void {
  describe(`${title}: a database that fails`, () => {
    let opened: Disposable<Database>;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.dispose());

    it('an audit entry that the database refuses undoes the change that it belongs to', async () => {
      const { plugins, documents, audit } = createPrismaStores(opened.value);
      const plugin = uniquePluginName();
      const other = uniquePluginName();
      const record = await plugins.add(newPlugin(plugin), []);
      await documents.set(plugin, 'key', '"kept"');
      await opened.value.pool.query(
        `ALTER TABLE plugin_events ADD CONSTRAINT full_disk CHECK (event_type <> 'refused')`,
      );
      const entries = [auditEntry(plugin, 'accepted'), auditEntry(plugin, 'refused')];
      const save = { expectedRevision: 0, config: { lost: true }, actor: 'ada' };
      await expectEveryCall(
        [
          plugins.add(newPlugin(other), entries),
          plugins.update(plugin, { enabled: true }, entries),
          plugins.saveConfig(plugin, save, entries),
          plugins.remove(plugin, entries),
          audit.append(entries),
        ],
        'STORE_UNAVAILABLE',
      );
      await opened.value.pool.query('ALTER TABLE plugin_events DROP CONSTRAINT full_disk');
      expect(await plugins.get(plugin)).toEqual(record);
      expect(await plugins.get(other)).toBeUndefined();
      expect(await documents.get(plugin, 'key')).toBe('kept');
      expect(await audit.query({ plugin })).toEqual([]);
      expect((await opened.value.pool.query('SELECT * FROM plugin_config_revisions')).rows).toEqual([]);
    });

    it('each saved configuration is kept under its revision, with who saved it', async () => {
      const { plugins } = createPrismaStores(opened.value);
      const plugin = uniquePluginName();
      await plugins.add(newPlugin(plugin), []);
      await plugins.saveConfig(plugin, { expectedRevision: 0, config: { n: 1 }, actor: 'ada' }, []);
      await plugins.saveConfig(plugin, { expectedRevision: 1, config: { n: 2 }, actor: 'bob' }, []);
      const { rows } = await opened.value.pool.query(
        'SELECT revision, config, actor FROM plugin_config_revisions WHERE plugin_name = $1 ORDER BY revision',
        [plugin],
      );
      expect(rows).toEqual([
        { revision: 1, config: { n: 1 }, actor: 'ada' },
        { revision: 2, config: { n: 2 }, actor: 'bob' },
      ]);
    });

    it('a database without the tables is DATABASE_INCOMPATIBLE, whatever is asked', async () => {
      await opened.value.pool.query('ALTER SCHEMA public RENAME TO hidden; CREATE SCHEMA public');
      await expectEveryCall(everyCall(createPrismaStores(opened.value), 'any'), 'DATABASE_INCOMPATIBLE');
      await opened.value.pool.query('DROP SCHEMA public CASCADE; ALTER SCHEMA hidden RENAME TO public');
    });

    it('a database that was closed is STORE_UNAVAILABLE, whatever is asked', async () => {
      const stores = createPrismaStores(opened.value);
      await opened.value.close();
      await expectEveryCall(everyCall(stores, 'any'), 'STORE_UNAVAILABLE');
      await expect(migrate(opened.value.pool)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });
  });
}

describeFailures('embedded', openEmbedded);

describe.skipIf(serverUrl === undefined)(postgresTitle, () => {
  describeFailures('postgres', openPostgres);

  it('a server that is not there is STORE_UNAVAILABLE, whatever is asked, and no error shows the password', async () => {
    const url = 'postgresql://someone:geheim@127.0.0.1:1/nothing';
    const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 500 });
    const stores = createPrismaStores({ kind: 'postgres', pool, ready: Promise.resolve(), close: () => pool.end() });
    await expectEveryCall(everyCall(stores, 'any'), 'STORE_UNAVAILABLE');
    const errors: unknown[] = await Promise.all([
      stores.plugins.list().catch((error: unknown) => error),
      connectPostgres({ url }).catch((error: unknown) => error),
      migrate(pool).catch((error: unknown) => error),
    ]);
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', cause: expect.anything() });
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('geheim');
    }
    await pool.end();
  });

  it('a login that fails and a text that is no address are told apart, without repeating them', async () => {
    const url = new URL(serverUrl ?? '');
    url.password = 'geheim';
    url.pathname = '/no_such_database';
    const missing: unknown = await connectPostgres({ url: url.href }).catch((error: unknown) => error);
    expect(missing).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    for (const text of ['mysql://a:geheim@h/d', 'geheim', 'postgresql//a:geheim@h/d']) {
      const invalid: unknown = await connectPostgres({ url: text }).catch((error: unknown) => error);
      expect(invalid).toMatchObject({ code: 'OPTIONS_INVALID' });
      expect(inspect([missing, invalid], { depth: 20, showHidden: true })).not.toContain('geheim');
    }
  });

  it('a statement that waits longer than the limit is cancelled, and nothing was changed', async () => {
    const url = await createPostgresDatabase();
    const database = await connectPostgres({ url: url.value, statementTimeoutMs: 200 });
    const blocker = await connectPostgres({ url: url.value });
    try {
      const stores = createPrismaStores(database);
      const record = await stores.plugins.add(newPlugin('waiting'), []);
      const client = await blocker.pool.connect();
      await client.query('BEGIN; LOCK TABLE plugin_events');
      const entry = auditEntry('waiting', 'plugin:enabled');
      await expect(stores.plugins.update('waiting', { enabled: true }, [entry])).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
      });
      await client.query('ROLLBACK');
      client.release();
      expect(await stores.plugins.get('waiting')).toEqual(record);
    } finally {
      await Promise.all([database.close(), blocker.close()]);
      await url.dispose();
    }
  });

  it('when the server ends the connections, the host stays up and the next calls connect anew', async () => {
    const url = await createPostgresDatabase();
    const database = await connectPostgres({ url: url.value });
    const server = await connectPostgres({ url: url.value });
    try {
      const { plugins } = createPrismaStores(database);
      await plugins.add(newPlugin('here'), []);
      await server.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      // One call may still meet a connection whose end has not arrived yet.
      await plugins.get('here').catch(() => undefined);
      expect((await plugins.get('here'))?.name).toBe('here');
    } finally {
      await Promise.all([database.close(), server.close()]);
      await url.dispose();
    }
  });
});
