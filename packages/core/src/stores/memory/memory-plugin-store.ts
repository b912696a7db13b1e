import { randomUUID } from 'node:crypto';
import { PluginError } from '../../errors/plugin-error.ts';
import type { AuditEntry } from '../../ports/audit-log.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  ConfigRevisionQuery,
  ConfigRevisionRecord,
  ConfigSave,
  HealthNote,
  NewPluginRecord,
  PluginChange,
  PluginRecord,
  PluginStore,
} from '../../ports/plugin-store.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { checkEntries, writeAudit } from './memory-audit-log.ts';
import type { MemoryState } from './memory-state.ts';
import { readableJson, storedJson } from './stored-json.ts';

/**
 * The plugin records of tests and of hosts that need not remember. Nothing awaits between the check of a change and its
 * last write, which makes each change atomic.
 */
export class MemoryPluginStore implements PluginStore {
  readonly #state: MemoryState;
  readonly #clock: Clock;

  constructor(state: MemoryState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  async list(): Promise<PluginRecord[]> {
    const records = [...this.#state.plugins.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
    return structuredClone(records);
  }

  async get(name: string): Promise<PluginRecord | undefined> {
    return structuredClone(this.#state.plugins.get(name));
  }

  async add(record: NewPluginRecord, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    const existing = this.#state.plugins.get(record.name);
    if (existing !== undefined) return structuredClone(existing);
    const now = this.#now();
    return this.#write(audit, {
      name: record.name,
      installId: randomUUID(),
      version: record.version,
      enabled: record.enabled,
      state: record.state,
      reason: null,
      config: {},
      configRevision: 0,
      grants: { ...record.grants },
      pausedTasks: [],
      manifest: storedCopy(record.manifest),
      dataVersion: null,
      copiedDataVersion: null,
      digest: null,
      source: record.source,
      pinned: null,
      installedAt: now,
      enabledAt: record.enabled ? now : null,
      disabledAt: null,
      updatedAt: now,
      healthStatus: null,
      lastHealthCheck: null,
      revision: 0,
    });
  }

  async update(name: string, change: PluginChange, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    const old = this.#find(name);
    const now = this.#now();
    const enabled = change.enabled ?? old.enabled;
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as PluginChange;
    return this.#write(audit, {
      ...old,
      ...given,
      enabled,
      pausedTasks: [...(given.pausedTasks ?? old.pausedTasks)],
      reason: given.reason === undefined ? old.reason : readableCopy(given.reason),
      manifest: given.manifest === undefined ? old.manifest : storedCopy(given.manifest),
      enabledAt: enabled && !old.enabled ? now : old.enabledAt,
      disabledAt: !enabled && old.enabled ? now : old.disabledAt,
      updatedAt: now,
      revision: old.revision + 1,
    });
  }

  async saveConfig(name: string, save: ConfigSave, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    const old = this.#find(name);
    if (old.configRevision !== save.expectedRevision) {
      throw new PluginError(
        'CONFIG_CONFLICT',
        `The configuration of "${name}" is at revision ${old.configRevision}, not ${save.expectedRevision}.`,
        { plugin: name },
      );
    }
    const config = storedCopy(save.config);
    const revision = old.configRevision + 1;
    const savedAt = this.#now();
    const record = { ...old, config, configRevision: revision, updatedAt: savedAt, revision: old.revision + 1 };
    const saved = this.#write(audit, record);
    const revisions = this.#state.configRevisions.get(name) ?? [];
    this.#state.configRevisions.set(name, [...revisions, { revision, config, actor: save.actor, savedAt }]);
    return saved;
  }

  async configRevisions(
    name: string,
    { before = Infinity, limit = 50 }: ConfigRevisionQuery,
  ): Promise<ConfigRevisionRecord[]> {
    const revisions = this.#state.configRevisions.get(name) ?? [];
    const earlier = revisions.filter(({ revision }) => revision < before);
    return structuredClone(earlier.toReversed().slice(0, limit));
  }

  async saveHealth(notes: readonly HealthNote[]): Promise<void> {
    for (const { plugin, status, checkedAt } of notes) {
      const record = this.#state.plugins.get(plugin);
      if (record)
        this.#state.plugins.set(plugin, { ...record, healthStatus: status, lastHealthCheck: new Date(checkedAt) });
    }
  }

  async clearData(name: string, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    while (this.#state.busy(name)) await this.#state.busy(name);
    const old = this.#find(name);
    const change = { dataVersion: null, copiedDataVersion: null, updatedAt: this.#now(), revision: old.revision + 1 };
    const record = this.#write(audit, { ...old, ...change });
    for (const data of [this.#state.values, this.#state.copies, this.#state.collections]) data.delete(name);
    return record;
  }

  async remove(name: string, audit: readonly AuditEntry[]): Promise<void> {
    const entries = checkEntries(audit);
    this.#state.plugins.delete(name);
    this.#state.values.delete(name);
    this.#state.copies.delete(name);
    this.#state.collections.delete(name);
    this.#state.configRevisions.delete(name);
    this.#state.metrics.delete(name);
    writeAudit(this.#state, entries);
  }

  #find(name: string): PluginRecord {
    const record = this.#state.plugins.get(name);
    if (record === undefined)
      throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${name}".`, { plugin: name });
    return record;
  }

  #write(audit: readonly AuditEntry[], record: PluginRecord): PluginRecord {
    const entries = checkEntries(audit);
    this.#state.plugins.set(record.name, record);
    writeAudit(this.#state, entries);
    return structuredClone(record);
  }

  #now(): Date {
    return new Date(this.#clock.now());
  }
}

function storedCopy(value: JsonObject): JsonObject {
  const copy: JsonObject = JSON.parse(storedJson(value));
  return copy;
}

function readableCopy(reason: PluginRecord['reason']): PluginRecord['reason'] {
  const copy: PluginRecord['reason'] = JSON.parse(readableJson(reason));
  return copy;
}
