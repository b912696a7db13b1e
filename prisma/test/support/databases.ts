import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import { connectPostgres } from '../../src/connect-postgres.ts';
import type { Database } from '../../src/database.ts';
import { openEmbeddedDatabase } from '../../src/open-embedded-database.ts';

/** Something of a test that has to be cleaned up. */
export interface Disposable<T> {
  readonly value: T;
  dispose(): Promise<void>;
}

/** The test server, when there is one. */
export const serverUrl: string | undefined = process.env['TEST_DATABASE_URL'];

/** The name of a group of tests that needs the server, so that skipping them is seen. */
export const postgresTitle: string =
  serverUrl === undefined ? 'PostgreSQL (SKIPPED: run with scripts/with-postgres.mjs)' : 'PostgreSQL';

/** The directory of a migrated embedded database that is closed. */
export async function copyEmbeddedTemplate(): Promise<Disposable<string>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'catalyst-embedded-'));
  await cp(inject('embeddedTemplate'), folder, { recursive: true });
  return { value: folder, dispose: () => rm(folder, { recursive: true, force: true }) };
}

/** An open, migrated embedded database. */
export async function openEmbedded(): Promise<Disposable<Database>> {
  const directory = await copyEmbeddedTemplate();
  const database = await openEmbeddedDatabase({ directory: directory.value });
  return {
    value: database,
    dispose: async () => {
      await database.close();
      await directory.dispose();
    },
  };
}

/** The address of a migrated database on the test server that belongs to the caller alone. */
export async function createPostgresDatabase(): Promise<Disposable<string>> {
  const name = `catalyst_test_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE "${name}" TEMPLATE "${inject('postgresTemplate')}"`);
  const url = new URL(serverUrl ?? '');
  url.pathname = `/${name}`;
  return { value: url.href, dispose: () => administer(`DROP DATABASE "${name}" WITH (FORCE)`) };
}

/** An open, migrated database on the test server. */
export async function openPostgres(): Promise<Disposable<Database>> {
  const url = await createPostgresDatabase();
  const database = await connectPostgres({ url: url.value });
  return {
    value: database,
    dispose: async () => {
      await database.close();
      await url.dispose();
    },
  };
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
