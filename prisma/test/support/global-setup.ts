import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/open-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated embedded database that is closed; tests copy it, which is faster than initialising one each. */
    embeddedTemplate: string;
    /** A migrated database on the test server; tests copy it. Empty without a server. */
    postgresTemplate: string;
  }
}

/** Makes the databases that tests copy, once for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'catalyst-prisma-'));
  const embeddedTemplate = path.join(folder, 'template');
  const embedded = await openDatabase({ directory: embeddedTemplate });
  await embedded.close();
  project.provide('embeddedTemplate', embeddedTemplate);

  const server = process.env['TEST_DATABASE_URL'];
  const postgresTemplate = server === undefined ? '' : `catalyst_template_${process.pid}`;
  if (server !== undefined) await makeTemplate(server, postgresTemplate);
  project.provide('postgresTemplate', postgresTemplate);

  return async () => {
    await rm(folder, { recursive: true, force: true });
    if (server !== undefined) await administer(server, `DROP DATABASE "${postgresTemplate}"`);
  };
}

async function makeTemplate(server: string, name: string): Promise<void> {
  await administer(server, `CREATE DATABASE "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase({ url: url.href });
  await database.close();
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(statement);
  await client.end();
}
