import { type DocumentStore, type Json, assertShallow, assertStorableKey } from '@catalyst-plugins/core';
import type { SqlStatements } from './prisma-store-client.ts';
import { translateErrors } from './store-error.ts';
import { Turns } from './turns.ts';

// Raw statements, because Prisma takes ten times as long for a large JSON value. The text goes to the database as it is.
const upsert = `
  INSERT INTO plugin_storage (plugin_name, key, value) VALUES ($1, $2, $3::text::jsonb)
  ON CONFLICT (plugin_name, key) DO UPDATE SET value = EXCLUDED.value`;
const select = 'SELECT value::text AS text FROM plugin_storage WHERE plugin_name = $1 AND key = $2';
const remove = 'DELETE FROM plugin_storage WHERE plugin_name = $1 AND key = $2';
const selectKeys = `
  SELECT key FROM plugin_storage WHERE plugin_name = $1 AND starts_with(key, $2) ORDER BY key COLLATE "C"`;

/** The key-value storage of plugins in the table `plugin_storage`. */
export class PrismaDocumentStore implements DocumentStore {
  readonly #client: SqlStatements;
  readonly #turns: Turns;

  constructor(client: SqlStatements, turns: Turns = new Turns()) {
    this.#client = client;
    this.#turns = turns;
  }

  async get(plugin: string, key: string): Promise<Json> {
    assertStorableKey(key);
    const rows = await this.#call(plugin, async () =>
      this.#client.$queryRawUnsafe<{ text: string }[]>(select, plugin, key),
    );
    const value: Json = JSON.parse(rows[0]?.text ?? 'null');
    return value;
  }

  async set(plugin: string, key: string, text: string): Promise<void> {
    assertStorableKey(key);
    assertShallow(text);
    await this.#call(plugin, async () => this.#client.$executeRawUnsafe(upsert, plugin, key, text));
  }

  async delete(plugin: string, key: string): Promise<boolean> {
    assertStorableKey(key);
    const count = await this.#call(plugin, async () => this.#client.$executeRawUnsafe(remove, plugin, key));
    return count > 0;
  }

  async list(plugin: string, prefix: string): Promise<string[]> {
    assertStorableKey(prefix);
    const rows = await this.#call(plugin, async () =>
      this.#client.$queryRawUnsafe<{ key: string }[]>(selectKeys, plugin, prefix),
    );
    return rows.map((row) => row.key);
  }
  #call<T>(plugin: string, call: () => Promise<T>): Promise<T> {
    return this.#turns.run(plugin, () => translateErrors(plugin, call));
  }
}
