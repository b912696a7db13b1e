import {
  type AuditEntry,
  type ConfigRevisionQuery,
  type ConfigRevisionRecord,
  type ConfigSave,
  type HealthNote,
  type NewPluginRecord,
  type PluginChange,
  PluginError,
  type PluginRecord,
  type PluginStore,
} from '@catalyst-plugins/core';
import { clearData } from './data-copies.ts';
import { dropPluginIndexes } from './document-indexes.ts';
import { toColumns, toJsonObject, toPluginRecord } from './plugin-record.ts';
import { writeEntries } from './prisma-audit-log.ts';
import type { PluginColumns, PrismaStoreClient, PrismaStoreTransaction } from './prisma-store-client.ts';
import { translateErrors } from './store-error.ts';
import { recordChangeLimits } from './transaction-limits.ts';

const saveHealth = `UPDATE plugins SET health_status = note.status, last_health_check = note.checked_at
FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS note(name, status, checked_at) WHERE plugins.name = note.name`;

/** The plugin records in the table `plugins`. Each change is one transaction with its audit entries. */
export class PrismaPluginStore implements PluginStore {
  readonly #client: PrismaStoreClient;

  constructor(client: PrismaStoreClient) {
    this.#client = client;
  }

  async list(): Promise<PluginRecord[]> {
    const rows = await translateErrors(undefined, async () => this.#client.plugin.findMany({}));
    // Not by the database: its language may sort `a-b` after `ab`.
    return rows.map(toPluginRecord).toSorted((left, right) => (left.name < right.name ? -1 : 1));
  }

  async get(name: string): Promise<PluginRecord | undefined> {
    const row = await translateErrors(name, async () => this.#client.plugin.findUnique({ where: { name } }));
    return row === null ? undefined : toPluginRecord(row);
  }

  async add(record: NewPluginRecord, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    const { name, version, enabled, state, grants, manifest, source } = record;
    const row = { name, version, enabled, state, grants, manifest, source, enabledAt: enabled ? new Date() : null };
    return this.#transaction(name, async (transaction) => {
      const { count } = await transaction.plugin.createMany({ data: [row], skipDuplicates: true });
      if (count > 0) await writeEntries(transaction, audit);
    });
  }

  async update(name: string, change: PluginChange, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    return this.#transaction(name, async (transaction) => {
      if (change.enabled !== undefined) await this.#switch(transaction, name, change.enabled);
      const data = { ...toColumns(change), revision: { increment: 1 } };
      const { count } = await transaction.plugin.updateMany({ where: { name }, data });
      if (count === 0) throw notFound(name);
      await writeEntries(transaction, audit);
    });
  }

  async saveConfig(name: string, save: ConfigSave, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    const { expectedRevision, config, actor } = save;
    return this.#transaction(name, async (transaction) => {
      const data: PluginColumns = { config, configRevision: { increment: 1 }, revision: { increment: 1 } };
      const where = { name, configRevision: expectedRevision };
      const { count } = await transaction.plugin.updateMany({ where, data });
      if (count === 0) throw await this.#conflict(transaction, name, expectedRevision);
      const revision = { pluginName: name, revision: expectedRevision + 1, config, actor };
      await transaction.pluginConfigRevision.createMany({ data: [revision] });
      await writeEntries(transaction, audit);
    });
  }

  async configRevisions(name: string, { before, limit = 50 }: ConfigRevisionQuery): Promise<ConfigRevisionRecord[]> {
    const where = { pluginName: name, ...(before === undefined ? {} : { revision: { lt: before } }) };
    const rows = await translateErrors(name, async () =>
      this.#client.pluginConfigRevision.findMany({ where, orderBy: { revision: 'desc' }, take: limit }),
    );
    return rows.map(({ revision, config, actor, savedAt }) => ({
      revision,
      config: toJsonObject(config),
      actor,
      savedAt,
    }));
  }

  async saveHealth(notes: readonly HealthNote[]): Promise<void> {
    const names = notes.map(({ plugin }) => plugin);
    const statuses = notes.map(({ status }) => status);
    const times = notes.map(({ checkedAt }) => checkedAt.toISOString());
    await translateErrors(undefined, async () => this.#client.$executeRawUnsafe(saveHealth, names, statuses, times));
  }

  async clearData(name: string, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    return this.#transaction(name, async (transaction) => {
      if (!(await clearData(transaction, name))) throw notFound(name);
      await writeEntries(transaction, audit);
    });
  }

  async remove(name: string, audit: readonly AuditEntry[]): Promise<void> {
    await translateErrors(name, () =>
      this.#client.$transaction(async (transaction) => {
        // Values, documents, revisions, releases and metrics go with it by their foreign keys; events have none.
        await transaction.plugin.deleteMany({ where: { name } });
        await writeEntries(transaction, audit);
      }, recordChangeLimits),
    );
    // Dropping waits for all who write documents, so it is no part of the removal. An empty index that stays costs
    // nothing, and the next plugin of the name drops it.
    await dropPluginIndexes(this.#client, name).catch(() => {});
  }

  /** Runs a change and reads the record it leaves. On the embedded database only `transaction` may be used inside. */
  #transaction(name: string, change: (transaction: PrismaStoreTransaction) => Promise<void>): Promise<PluginRecord> {
    return translateErrors(name, () =>
      this.#client.$transaction(async (transaction) => {
        await change(transaction);
        const row = await transaction.plugin.findUnique({ where: { name } });
        if (row === null) throw notFound(name);
        return toPluginRecord(row);
      }, recordChangeLimits),
    );
  }

  // The condition is checked by the database under the lock of the row, so that two hosts cannot both be the first.
  async #switch(transaction: PrismaStoreTransaction, name: string, enabled: boolean): Promise<void> {
    const data: PluginColumns = enabled ? { enabledAt: new Date() } : { disabledAt: new Date() };
    await transaction.plugin.updateMany({ where: { name, enabled: !enabled }, data });
  }

  async #conflict(transaction: PrismaStoreTransaction, name: string, expected: number): Promise<PluginError> {
    const row = await transaction.plugin.findUnique({ where: { name } });
    if (row === null) return notFound(name);
    const message = `The configuration of "${name}" is at revision ${row.configRevision}, not ${expected}.`;
    return new PluginError('CONFIG_CONFLICT', message, { plugin: name });
  }
}

function notFound(name: string): PluginError {
  return new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${name}".`, { plugin: name });
}
