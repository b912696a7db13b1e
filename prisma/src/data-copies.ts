import type { SqlStatements } from './prisma-store-client.ts';

const removeCopies = 'DELETE FROM plugin_data_copies WHERE plugin_name = $1';
const copyValues = `
  INSERT INTO plugin_data_copies (plugin_name, collection, key, data, created_at, updated_at)
  SELECT plugin_name, '', key, value, created_at, updated_at FROM plugin_storage WHERE plugin_name = $1`;
const copyDocuments = `
  INSERT INTO plugin_data_copies (plugin_name, collection, key, seq, data, created_at, updated_at)
  SELECT plugin_name, collection, id, seq, data, created_at, updated_at FROM plugin_documents WHERE plugin_name = $1`;
const noteCopy = `
  UPDATE plugins SET copied_data_version = data_version, revision = revision + 1 WHERE name = $1`;

/** Keeps what a plugin has at this moment. */
export async function keepCopy(transaction: SqlStatements, plugin: string): Promise<void> {
  for (const statement of [removeCopies, copyValues, copyDocuments, noteCopy])
    await transaction.$executeRawUnsafe(statement, plugin);
}

const selectCopied = 'SELECT copied_data_version AS version FROM plugins WHERE name = $1 FOR UPDATE';
const removeValues = 'DELETE FROM plugin_storage WHERE plugin_name = $1';
const removeDocuments = 'DELETE FROM plugin_documents WHERE plugin_name = $1';
const restoreValues = `
  INSERT INTO plugin_storage (plugin_name, key, value, created_at, updated_at)
  SELECT plugin_name, key, data, created_at, updated_at FROM plugin_data_copies
  WHERE plugin_name = $1 AND collection = ''`;
const restoreDocuments = `
  INSERT INTO plugin_documents (plugin_name, collection, id, seq, data, created_at, updated_at)
  SELECT plugin_name, collection, key, seq, data, created_at, updated_at FROM plugin_data_copies
  WHERE plugin_name = $1 AND collection <> '' ORDER BY seq`;
const noteRestored = `
  UPDATE plugins SET data_version = copied_data_version, copied_data_version = NULL, revision = revision + 1
  WHERE name = $1`;

/** Puts the copy in the place of what the plugin has; does nothing without one. */
export async function restoreCopy(transaction: SqlStatements, plugin: string): Promise<void> {
  const [copied] = await transaction.$queryRawUnsafe<{ version: string | null }[]>(selectCopied, plugin);
  if ((copied?.version ?? null) === null) return;
  const statements = [removeValues, removeDocuments, restoreValues, restoreDocuments, noteRestored, removeCopies];
  for (const statement of statements) await transaction.$executeRawUnsafe(statement, plugin);
}

const noteForgotten = `
  UPDATE plugins SET copied_data_version = NULL, revision = revision + 1
  WHERE name = $1 AND copied_data_version IS NOT NULL`;

/** Lets go of the copy. */
export async function forgetCopy(transaction: SqlStatements, plugin: string): Promise<void> {
  for (const statement of [noteForgotten, removeCopies]) await transaction.$executeRawUnsafe(statement, plugin);
}

const noteCleared = `
  UPDATE plugins SET data_version = NULL, copied_data_version = NULL, updated_at = now(), revision = revision + 1
  WHERE name = $1`;

/** Lets go of what the plugin has and of the copy; says whether there is a plugin. */
export async function clearData(transaction: SqlStatements, plugin: string): Promise<boolean> {
  const changed = await transaction.$executeRawUnsafe(noteCleared, plugin);
  for (const statement of [removeValues, removeDocuments, removeCopies])
    await transaction.$executeRawUnsafe(statement, plugin);
  return changed > 0;
}

const writeVersion = 'UPDATE plugins SET data_version = $2, revision = revision + 1 WHERE name = $1';

/** Says in the record of a plugin which version its data is made for. */
export async function writeDataVersion(transaction: SqlStatements, plugin: string, version: string): Promise<void> {
  await transaction.$executeRawUnsafe(writeVersion, plugin, version);
}
