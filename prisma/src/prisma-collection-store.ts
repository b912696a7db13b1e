import {
  type CollectionIndexes,
  type CollectionName,
  type CollectionStore,
  type DocumentFilter,
  type DocumentQuery,
  type JsonObject,
  PluginError,
  type StoredDocument,
} from '@catalyst-plugins/core';
import { compileFilter } from './document-filter-sql.ts';
import { declareIndexes, describeIndex } from './document-indexes.ts';
import { selectDocuments } from './document-selection.ts';
import type { SqlClient, SqlStatements } from './prisma-store-client.ts';
import { retryConflicts } from './retry-conflicts.ts';
import { SqlParameters } from './sql-parameters.ts';
import { translateErrors, violatedIndex } from './store-error.ts';
import { documentChangeLimits } from './transaction-limits.ts';
import { Turns } from './turns.ts';

// One parameter for any number of documents. Ordinality makes `seq` follow their order.
const insertDocuments = `
  INSERT INTO plugin_documents (plugin_name, collection, id, data)
  SELECT $1::text, $2::text, id, data
  FROM ROWS FROM (jsonb_to_recordset($3::text::jsonb) AS (id text, data jsonb))
    WITH ORDINALITY AS document (id, data, position)
  ORDER BY position`;
const updateDocuments = `
  UPDATE plugin_documents AS stored SET data = document.data
  FROM jsonb_to_recordset($3::text::jsonb) AS document (id text, data jsonb)
  WHERE stored.plugin_name = $1 AND stored.collection = $2 AND stored.id = document.id`;
const deleteDocuments = 'DELETE FROM plugin_documents WHERE plugin_name = $1 AND collection = $2';

/** What one statement takes: rows, and characters of JSON. */
const batchRows = 5_000;
const batchCharacters = 8_000_000;

/** The documents of plugins in the table `plugin_documents`. */
export class PrismaCollectionStore implements CollectionStore {
  readonly #client: SqlClient;
  readonly #turns: Turns;

  constructor(client: SqlClient, turns: Turns = new Turns()) {
    this.#client = client;
    this.#turns = turns;
  }

  async find(name: CollectionName, query: DocumentQuery): Promise<JsonObject[]> {
    const documents = await this.#call(name.plugin, () => selectDocuments(this.#client, name, query, 'read'));
    return documents.map(({ text }): JsonObject => JSON.parse(text));
  }

  async count(name: CollectionName, filter: DocumentFilter): Promise<number> {
    const parameters = new SqlParameters(name.plugin, name.collection);
    const condition = compileFilter(filter, parameters);
    const sql = `
      SELECT count(*)::float8 AS count FROM plugin_documents
      WHERE plugin_name = $1 AND collection = $2 AND ${condition}`;
    const rows = await this.#call(name.plugin, async () =>
      this.#client.$queryRawUnsafe<{ count: number }[]>(sql, ...parameters.values),
    );
    return rows[0]?.count ?? 0;
  }

  async insert(name: CollectionName, documents: readonly StoredDocument[]): Promise<void> {
    const batches = inBatches(documents);
    const [first] = batches;
    if (first === undefined) return;
    await this.#write(name, async () => {
      if (batches.length === 1) return writeBatch(this.#client, insertDocuments, name, first);
      return this.#client.$transaction(
        (transaction) => writeBatches(transaction, insertDocuments, name, batches),
        documentChangeLimits,
      );
    });
  }

  async update(
    name: CollectionName,
    query: DocumentQuery,
    change: (document: JsonObject) => JsonObject,
  ): Promise<number> {
    let refusal: { readonly error: unknown } | undefined;
    const changed = (text: string): JsonObject => {
      try {
        return change(JSON.parse(text));
      } catch (error) {
        refusal = { error };
        throw error;
      }
    };
    const update = async (transaction: SqlStatements): Promise<number> => {
      const found = await selectDocuments(transaction, name, query, 'lock');
      const documents = found.map(({ id, text }) => ({ id, data: changed(text) }));
      await writeBatches(transaction, updateDocuments, name, inBatches(documents));
      return found.length;
    };
    try {
      return await this.#write(name, () => this.#client.$transaction(update, documentChangeLimits));
    } catch (error) {
      throw refusal === undefined ? error : refusal.error;
    }
  }

  async delete(name: CollectionName, query: DocumentQuery): Promise<number> {
    const all = query.limit === undefined && query.skip === 0;
    return this.#write(name, () => (all ? this.#deleteAll(name, query.filter) : this.#deletePicked(name, query)));
  }

  async declare(plugin: string, collections: Readonly<Record<string, CollectionIndexes>>): Promise<void> {
    await this.#call(plugin, () => retryConflicts(() => declareIndexes(this.#client, plugin, collections)));
  }

  async #deleteAll({ plugin, collection }: CollectionName, filter: DocumentFilter): Promise<number> {
    const parameters = new SqlParameters(plugin, collection);
    const condition = compileFilter(filter, parameters);
    return this.#client.$executeRawUnsafe(`${deleteDocuments} AND ${condition}`, ...parameters.values);
  }

  #deletePicked(name: CollectionName, query: DocumentQuery): Promise<number> {
    return this.#client.$transaction(async (transaction) => {
      const found = await selectDocuments(transaction, name, query, 'lock');
      const ids = found.map(({ id }) => id);
      if (ids.length === 0) return 0;
      const sql = `${deleteDocuments} AND id = ANY($3::text[])`;
      return transaction.$executeRawUnsafe(sql, name.plugin, name.collection, ids);
    }, documentChangeLimits);
  }

  #call<T>(plugin: string, call: () => Promise<T>): Promise<T> {
    return this.#turns.run(plugin, () => translateErrors(plugin, call));
  }

  #write<T>(name: CollectionName, change: () => Promise<T>): Promise<T> {
    return this.#call(name.plugin, async () => {
      try {
        return await retryConflicts(change);
      } catch (error) {
        const index = violatedIndex(error);
        throw index === undefined ? error : await this.#duplicate(name, index, error);
      }
    });
  }

  async #duplicate({ plugin, collection }: CollectionName, index: string, cause: unknown): Promise<PluginError> {
    const description = await describeIndex(this.#client, index);
    const fields = [...(description?.fields ?? ['_id'])];
    const message = `There is a document with the same ${fields.join(', ')} in "${collection}" of "${plugin}".`;
    return new PluginError('DOCUMENT_DUPLICATE', message, { plugin, details: { collection, fields }, cause });
  }
}

/** Takes documents apart into JSON lists that one statement each can write. */
function inBatches(documents: readonly StoredDocument[]): string[] {
  const batches: string[] = [];
  let rows: string[] = [];
  let characters = 0;
  const finish = (): void => {
    if (rows.length > 0) batches.push(`[${rows.join(',')}]`);
    rows = [];
    characters = 0;
  };
  for (const { id, data } of documents) {
    const row = JSON.stringify({ id, data });
    if (rows.length === batchRows || characters + row.length > batchCharacters) finish();
    rows.push(row);
    characters += row.length;
  }
  finish();
  return batches;
}

async function writeBatches(
  client: SqlStatements,
  statement: string,
  name: CollectionName,
  batches: readonly string[],
): Promise<void> {
  for (const batch of batches) await writeBatch(client, statement, name, batch);
}

async function writeBatch(
  client: SqlStatements,
  statement: string,
  { plugin, collection }: CollectionName,
  batch: string,
): Promise<void> {
  await client.$executeRawUnsafe(statement, plugin, collection, batch);
}
