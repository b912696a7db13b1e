import { createHash } from 'node:crypto';
import { type CollectionIndexes, type Json, PluginError } from '@catalyst-plugins/core';
import { escapeLiteral } from 'pg';
import { orderKeys, valueAt } from './document-value.ts';
import type { SqlClient, SqlStatements } from './prisma-store-client.ts';
import { violatedIndex } from './store-error.ts';
import { indexBuildLimits } from './transaction-limits.ts';

/** What an index is for. It also is the comment of the index in the database, as JSON. */
export interface DocumentIndex {
  readonly plugin: string;
  readonly collection: string;
  readonly unique: boolean;
  /** Dotted paths, as in the manifest. */
  readonly fields: readonly string[];
}

const namePrefix = 'catalyst_doc_';
/** Each costs time with every write. */
const indexesAtMost = 30;
// Any number that nobody else takes: CREATE INDEX IF NOT EXISTS fails when two do it at once.
const lockForBuilding = "SELECT pg_advisory_xact_lock(hashtextextended('catalyst document indexes', 0))::text";
// An index on many documents takes longer than a statement usually may.
const noStatementLimit = 'SET LOCAL statement_timeout = 0';
const selectNames = `
  SELECT relname AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE indrelid = 'plugin_documents'::regclass AND starts_with(relname, $1)`;
const selectComment = `SELECT obj_description(to_regclass($1), 'pg_class') AS comment`;

/**
 * Makes the indexes that a plugin declares unless they are there, and drops its others. Throws `INDEX_CONFLICT` for the
 * first unique one that documents contradict, after all the others were made, and `MANIFEST_INVALID` for too many.
 */
export async function declareIndexes(
  client: SqlClient,
  plugin: string,
  collections: Readonly<Record<string, CollectionIndexes>>,
): Promise<void> {
  const declared = readDeclaration(plugin, collections);
  const names = await indexNames(client, plugin);
  const obsolete = [...names].filter((name) => !declared.has(name));
  const missing = [...declared].filter(([name]) => !names.has(name));
  if (obsolete.length > 0) await dropIndexes(client, obsolete);
  const conflicts: PluginError[] = [];
  for (const [name, index] of missing) {
    const conflict = await buildIndex(client, name, index);
    if (conflict !== undefined) conflicts.push(conflict);
  }
  // Without statistics of their own, new indexes are not always chosen.
  if (missing.length > 0) await client.$executeRawUnsafe('ANALYZE plugin_documents');
  if (conflicts[0] !== undefined) throw conflicts[0];
}

/** Reads what the index of that name is for; `undefined` for one that is no plugin's. */
export async function describeIndex(client: SqlStatements, name: string): Promise<DocumentIndex | undefined> {
  if (!name.startsWith(namePrefix)) return undefined;
  const rows = await client.$queryRawUnsafe<{ comment: string | null }[]>(selectComment, name);
  const comment = rows[0]?.comment;
  return typeof comment === 'string' ? (JSON.parse(comment) as DocumentIndex) : undefined;
}

function readDeclaration(
  plugin: string,
  collections: Readonly<Record<string, CollectionIndexes>>,
): ReadonlyMap<string, DocumentIndex> {
  const indexes = Object.entries(collections).flatMap(([collection, { indexes: plain = [], unique = [] }]) => [
    ...plain.map((fields) => ({ plugin, collection, unique: false, fields: [fields].flat() })),
    ...unique.map((fields) => ({ plugin, collection, unique: true, fields: [fields].flat() })),
  ]);
  const byName = new Map(indexes.map((index) => [indexName(index), index]));
  if (byName.size > indexesAtMost) {
    const message = `The plugin "${plugin}" declares ${byName.size} indexes; ${indexesAtMost} are allowed.`;
    throw new PluginError('MANIFEST_INVALID', message, { plugin });
  }
  return byName;
}

/** Short enough for PostgreSQL, and other than that of any index with another definition. */
function indexName({ plugin, collection, unique, fields }: DocumentIndex): string {
  return `${namePrefixOf(plugin)}${digest([collection, unique, [...fields]]).slice(0, 24)}`;
}

function namePrefixOf(plugin: string): string {
  return `${namePrefix}${digest(plugin).slice(0, 12)}_`;
}

function digest(value: Json): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

async function indexNames(client: SqlStatements, plugin: string): Promise<ReadonlySet<string>> {
  const rows = await client.$queryRawUnsafe<{ name: string }[]>(selectNames, namePrefixOf(plugin));
  return new Set(rows.map(({ name }) => name));
}

/** Drops all indexes of a plugin. */
export async function dropPluginIndexes(client: SqlClient, plugin: string): Promise<void> {
  const names = await indexNames(client, plugin);
  if (names.size > 0) await dropIndexes(client, [...names]);
}

async function dropIndexes(client: SqlClient, names: readonly string[]): Promise<void> {
  await client.$transaction(async (transaction) => {
    await transaction.$queryRawUnsafe(lockForBuilding);
    for (const name of names) await transaction.$executeRawUnsafe(`DROP INDEX IF EXISTS "${name}"`);
  }, indexBuildLimits);
}

async function buildIndex(client: SqlClient, name: string, index: DocumentIndex): Promise<PluginError | undefined> {
  try {
    await client.$transaction(async (transaction) => {
      await transaction.$executeRawUnsafe(noStatementLimit);
      await transaction.$queryRawUnsafe(lockForBuilding);
      await transaction.$executeRawUnsafe(definition(name, index));
      await transaction.$executeRawUnsafe(`COMMENT ON INDEX "${name}" IS ${escapeLiteral(JSON.stringify(index))}`);
    }, indexBuildLimits);
    return undefined;
  } catch (cause) {
    if (violatedIndex(cause) === undefined) throw cause;
    return conflictOf(index, cause);
  }
}

function conflictOf({ plugin, collection, fields }: DocumentIndex, cause: unknown): PluginError {
  const message = `Documents of "${plugin}" in "${collection}" have the same ${fields.join(', ')}, which is declared to be unique.`;
  return new PluginError('INDEX_CONFLICT', message, { plugin, details: { collection, fields: [...fields] }, cause });
}

function definition(name: string, { plugin, collection, unique, fields }: DocumentIndex): string {
  const values = fields.map((field) => valueAt(field.split('.'), pathLiteral));
  const documents = `plugin_name = ${escapeLiteral(plugin)} AND collection = ${escapeLiteral(collection)}`;
  if (unique) {
    // The text of a jsonb value is the same for equal values. Its digest fits into an index, however long the text is.
    const keys = values.map((value) => `md5((${value})::text)`);
    const bound = values.map((value) => ` AND jsonb_typeof(${value}) <> 'null'`).join('');
    return `CREATE UNIQUE INDEX IF NOT EXISTS "${name}" ON plugin_documents (${keys.join(', ')}) WHERE ${documents}${bound}`;
  }
  const keys = values.flatMap((value) => Object.values<string>({ ...orderKeys(value) }));
  return `CREATE INDEX IF NOT EXISTS "${name}" ON plugin_documents (${[...keys, 'seq'].join(', ')}) WHERE ${documents}`;
}

function pathLiteral(path: readonly string[]): string {
  const steps = path.map((step) => `"${step.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
  return `${escapeLiteral(`{${steps.join(',')}}`)}::text[]`;
}
