import { createMemoryStores, type PluginStores } from '@catalyst-plugins/core';
import { createPrismaStores } from '../../src/create-prisma-stores.ts';
import type { Database } from '../../src/database.ts';
import type { Disposable } from './databases.ts';

/** Stores that hosts run on, and what really lies in them. */
export interface StoreUnderTest {
  readonly stores: PluginStores;
  /** All that is stored about a plugin, as text. */
  rowsOf(plugin: string): Promise<string>;
}

export type OpenStore = () => Promise<Disposable<StoreUnderTest>>;

/** Stores in memory. */
export async function openMemoryStore(): Promise<Disposable<StoreUnderTest>> {
  const stores = createMemoryStores();
  const rowsOf = async (plugin: string): Promise<string> => {
    const record = await stores.plugins.get(plugin);
    const revisions = await stores.plugins.configRevisions(plugin, { limit: 1_000 });
    return JSON.stringify([record, revisions, await stores.audit.query({ plugin, limit: 1_000 })]);
  };
  return { value: { stores, rowsOf }, dispose: async () => {} };
}

/** Stores on a database of their own. */
export async function openDatabaseStore(
  open: () => Promise<Disposable<Database>>,
): Promise<Disposable<StoreUnderTest>> {
  const { value: database, dispose } = await open();
  return { value: { stores: createPrismaStores(database), rowsOf: (plugin) => dump(database, plugin) }, dispose };
}

/** Every row of every table in which the name of the plugin occurs. */
async function dump({ pool }: Database, plugin: string): Promise<string> {
  const tables = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const texts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ text: string }>(
      `SELECT to_jsonb(t)::text AS text FROM "${name}" t WHERE strpos(to_jsonb(t)::text, $1) > 0`,
      [plugin],
    );
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}
