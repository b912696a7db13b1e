import {
  type AuditEntry,
  type AuditLog,
  type AuditQuery,
  type AuditRecord,
  PluginError,
  readableJson,
} from '@catalyst-plugins/core';
import { toJsonObject } from './plugin-record.ts';
import type { PrismaStoreClient, PrismaStoreTransaction } from './prisma-store-client.ts';
import { translateErrors } from './store-error.ts';

// One statement and one parameter for any number of entries. Ordinality makes ids follow the order of the entries.
const insertEntries = `
  INSERT INTO plugin_events (plugin_name, event_type, actor, data, "timestamp")
  SELECT plugin, type, actor, data, at
  FROM ROWS FROM (
    jsonb_to_recordset($1::text::jsonb) AS (plugin text, type text, actor text, data jsonb, at timestamptz)
  ) WITH ORDINALITY AS entry (plugin, type, actor, data, at, position)
  ORDER BY position`;

/** The audit log in the table `plugin_events`. */
export class PrismaAuditLog implements AuditLog {
  readonly #client: PrismaStoreClient;

  constructor(client: PrismaStoreClient) {
    this.#client = client;
  }

  async append(entries: readonly AuditEntry[]): Promise<void> {
    await translateErrors(undefined, () => writeEntries(this.#client, entries));
  }

  async query(query: AuditQuery): Promise<AuditRecord[]> {
    const where = {
      ...(query.plugin === undefined ? {} : { pluginName: query.plugin }),
      ...(query.type === undefined ? {} : { eventType: query.type }),
      ...(query.before === undefined ? {} : { id: { lt: parseId(query.before) } }),
    };
    const rows = await translateErrors(query.plugin, async () =>
      this.#client.pluginEvent.findMany({ where, orderBy: { id: 'desc' }, take: query.limit ?? 100 }),
    );
    return rows.map((row) => ({
      id: String(row.id),
      plugin: row.pluginName,
      type: row.eventType,
      actor: row.actor,
      data: toJsonObject(row.data),
      at: row.timestamp,
    }));
  }
}

/** Writes entries with the transaction of the change that they belong to. Throws `STORAGE_VALUE_INVALID`. */
export async function writeEntries(
  client: Pick<PrismaStoreTransaction, '$executeRawUnsafe'>,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  for (const { at } of entries) {
    if (Number.isNaN(at.getTime())) {
      throw new PluginError('STORAGE_VALUE_INVALID', 'The time of the audit entry is not a date.');
    }
  }
  await client.$executeRawUnsafe(insertEntries, readableJson(entries));
}

function parseId(text: string): bigint {
  // 15 digits are beyond all ids there will be, and within what the column can be compared with.
  if (!/^\d{1,15}$/.test(text)) throw new PluginError('REQUEST_INVALID', 'before: expected the id of an audit entry.');
  return BigInt(text);
}
