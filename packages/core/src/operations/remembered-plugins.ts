import type { StateFile } from '../discovery/state-file.ts';
import { hasCode, isPluginError } from '../errors/plugin-error.ts';
import { isJsonObject } from '../manifest/json-object.ts';
import type { AuditEntry } from '../ports/audit-log.ts';
import type {
  ConfigRevisionQuery,
  ConfigRevisionRecord,
  ConfigSave,
  HealthNote,
  NewPluginRecord,
  PluginChange,
  PluginRecord,
  PluginStore,
} from '../ports/plugin-store.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

export interface RememberedPluginsOptions {
  readonly store: PluginStore;
  readonly file: Pick<StateFile, 'read' | 'write'>;
}

/** Whether an error of a store means that it does not answer, and not that it refuses. */
export function isStoreDown(error: unknown): boolean {
  return !isPluginError(error) || hasCode(error, 'STORE_UNAVAILABLE');
}

/**
 * A plugin store whose records are remembered in a file, so that a host comes up with what was true last while the store
 * does not answer. Secrets are in it as the store has them, encrypted. Changes are the store's alone: without it they fail.
 */
export class RememberedPlugins implements PluginStore {
  readonly #options: RememberedPluginsOptions;
  #known: Map<string, PluginRecord> | undefined;
  #written: string | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: RememberedPluginsOptions) {
    this.#options = options;
  }

  /** What the store says, else what it said last. */
  async list(): Promise<PluginRecord[]> {
    try {
      return await this.listStored();
    } catch (error) {
      if (!isStoreDown(error)) throw error;
      return [...this.#remembered().values()];
    }
  }

  /** What the store says. Throws `STORE_UNAVAILABLE`. */
  async listStored(): Promise<PluginRecord[]> {
    const records = await this.#options.store.list();
    this.#known = new Map(records.map((record) => [record.name, record]));
    this.#save();
    return records;
  }

  async get(name: string): Promise<PluginRecord | undefined> {
    try {
      return await this.#options.store.get(name);
    } catch (error) {
      if (!isStoreDown(error)) throw error;
      return this.#remembered().get(name);
    }
  }

  add(record: NewPluginRecord, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    return this.#remember(this.#options.store.add(record, audit));
  }

  update(name: string, change: PluginChange, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    return this.#remember(this.#options.store.update(name, change, audit));
  }

  saveConfig(name: string, save: ConfigSave, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    return this.#remember(this.#options.store.saveConfig(name, save, audit));
  }

  configRevisions(name: string, query: ConfigRevisionQuery): Promise<ConfigRevisionRecord[]> {
    return this.#options.store.configRevisions(name, query);
  }

  /** How plugins are is not remembered: it is found out anew. */
  saveHealth(notes: readonly HealthNote[]): Promise<void> {
    return this.#options.store.saveHealth(notes);
  }

  clearData(name: string, audit: readonly AuditEntry[]): Promise<PluginRecord> {
    return this.#remember(this.#options.store.clearData(name, audit));
  }

  async remove(name: string, audit: readonly AuditEntry[]): Promise<void> {
    await this.#options.store.remove(name, audit);
    this.#remembered().delete(name);
    this.#save();
  }

  /** Resolves when everything so far is in the file, or could not be written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #remember(stored: Promise<PluginRecord>): Promise<PluginRecord> {
    const record = await stored;
    const known = this.#remembered();
    const isNewer = (known.get(record.name)?.revision ?? -1) < record.revision;
    if (isNewer) known.set(record.name, record);
    this.#save();
    return record;
  }

  #remembered(): Map<string, PluginRecord> {
    this.#known ??= readRecords(this.#options.file.read()?.['plugins']);
    return this.#known;
  }

  #save(): void {
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** What changes while it writes is written after that, at once. */
  async #write(): Promise<void> {
    for (;;) {
      // what comes in one go is written in one go
      await Promise.resolve();
      const plugins = [...(this.#known?.values() ?? [])].map(lasting);
      const text = JSON.stringify(plugins);
      if (text === this.#written) return;
      if (await this.#options.file.write({ plugins: JSON.parse(text) as Json })) this.#written = text;
      else return;
    }
  }
}

/** A record without what changes when nothing else does. */
function lasting(record: PluginRecord): object {
  const { updatedAt: _updatedAt, revision: _revision, ...rest } = record;
  return { ...rest, healthStatus: null, lastHealthCheck: null };
}

const dates = ['installedAt', 'enabledAt', 'disabledAt'] as const;

function readRecords(value: Json | undefined): Map<string, PluginRecord> {
  const records = Array.isArray(value) ? value.filter((entry) => isJsonObject(entry)).map(recordOf) : [];
  return new Map(records.map((record) => [record.name, record]));
}

/** Only this file writes them, so what is there is what was a record. */
function recordOf(entry: JsonObject): PluginRecord {
  const times = dates.map((member) => {
    const text = entry[member];
    return [member, typeof text === 'string' ? new Date(text) : null];
  });
  return { ...entry, ...Object.fromEntries(times), updatedAt: new Date(0), revision: 0 } as PluginRecord;
}
