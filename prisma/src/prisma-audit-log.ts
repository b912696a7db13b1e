import {
  type AuditEntry,
  type AuditExcess,
  type AuditLog,
  type AuditQuery,
  type AuditRecord,
  type AuditResult,
  checkAuditQuery,
  PluginError,
  readableJson,
} from '@catalyst-plugins/core';
import { auditConditions } from './audit-conditions.ts';
import { toJsonObject } from './plugin-record.ts';
import type { SqlStatements } from './prisma-store-client.ts';
import { SqlParameters } from './sql-parameters.ts';
import { translateErrors } from './store-error.ts';

// One statement and one parameter for any number of entries. Ordinality makes ids follow the order of the entries.
const insertEntries = `
  INSERT INTO plugin_events (plugin_name, event_type, actor, result, reason, data, "timestamp")
  SELECT plugin, type, actor, coalesce(result, 'ok'), reason, data, at
  FROM ROWS FROM (
    jsonb_to_recordset($1::text::jsonb)
      AS (plugin text, type text, actor text, result text, reason text, data jsonb, at timestamptz)
  ) WITH ORDINALITY AS entry (plugin, type, actor, result, reason, data, at, position)
  ORDER BY position`;

const deleteBefore = `
  DELETE FROM plugin_events WHERE id IN (
    SELECT id FROM plugin_events WHERE "timestamp" < $1 ORDER BY "timestamp", id LIMIT $2
  )`;
const deleteAllButNewest = `
  DELETE FROM plugin_events WHERE id IN (
    SELECT id FROM plugin_events
    WHERE id <= (SELECT id FROM plugin_events ORDER BY id DESC OFFSET $1 LIMIT 1)
    ORDER BY id LIMIT $2
  )`;

interface EventRow {
  readonly id: bigint;
  readonly plugin_name: string;
  readonly event_type: string;
  readonly actor: string;
  readonly result: AuditResult;
  readonly reason: string | null;
  readonly data: unknown;
  readonly timestamp: Date;
}

/** The audit log in the table `plugin_events`. */
export class PrismaAuditLog implements AuditLog {
  readonly #client: SqlStatements;

  constructor(client: SqlStatements) {
    this.#client = client;
  }

  async append(entries: readonly AuditEntry[]): Promise<void> {
    await translateErrors(undefined, () => writeEntries(this.#client, entries));
  }

  async query(query: AuditQuery): Promise<AuditRecord[]> {
    const checked = checkAuditQuery(query);
    const parameters = new SqlParameters();
    const where = auditConditions(checked, parameters);
    const sql = `
      SELECT id, plugin_name, event_type, actor, result, reason, data, "timestamp" FROM plugin_events
      ${where} ORDER BY id DESC LIMIT ${parameters.add(checked.limit, 'bigint')}`;
    const rows = await translateErrors(query.plugin, async () =>
      this.#client.$queryRawUnsafe<EventRow[]>(sql, ...parameters.values),
    );
    return rows.map((row) => ({
      id: String(row.id),
      plugin: row.plugin_name,
      type: row.event_type,
      actor: row.actor,
      result: row.result,
      reason: row.reason,
      data: toJsonObject(row.data),
      at: row.timestamp,
    }));
  }

  async prune(excess: AuditExcess, limit: number): Promise<number> {
    return translateErrors(undefined, async () =>
      'keep' in excess
        ? this.#client.$executeRawUnsafe(deleteAllButNewest, excess.keep, limit)
        : this.#client.$executeRawUnsafe(deleteBefore, excess.before, limit),
    );
  }
}

/** Writes entries with the transaction of the change that they belong to. Throws `STORAGE_VALUE_INVALID`. */
export async function writeEntries(
  client: Pick<SqlStatements, '$executeRawUnsafe'>,
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
