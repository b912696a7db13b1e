import type { Reason } from '../errors/describe-error.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { AuditEntry } from './audit-log.ts';

/** A release that an administrator went back to. */
export interface PinnedRelease {
  /** Digest of the release that is to run. */
  readonly digest: string;
  /** Digest of the plugin folder that it runs instead of; when the folder holds anything else, the folder counts again. */
  readonly insteadOf: string;
}

/** What was decided about permissions: `true` for granted, `false` for revoked; those left out were not decided. */
export type Grants = Readonly<Record<string, boolean>>;

/** What the host remembers of a plugin across restarts. */
export interface PluginRecord {
  readonly name: string;
  /** Stays the same from the first discovery to the removal of the record. */
  readonly installId: string;
  readonly version: string;
  /** What the administrator wants; the host restores it at boot. */
  readonly enabled: boolean;
  /** The last state that was reached, for readers of the database. */
  readonly state: string;
  readonly reason: Reason | null;
  /** The stored values only; defaults come from the manifest. */
  readonly config: JsonObject;
  /** Grows by one with every change of `config`. */
  readonly configRevision: number;
  readonly grants: Grants;
  /** Ids of the tasks that an administrator paused. */
  readonly pausedTasks: readonly string[];
  readonly manifest: JsonObject;
  /** The version that the stored values and documents are made for; null before the plugin was live. */
  readonly dataVersion: string | null;
  /** The version of the copy that is kept of them until the release is live that they were migrated for; else null. */
  readonly copiedDataVersion: string | null;
  /** Of the release that was live, adopted or quarantined last; null before. */
  readonly digest: string | null;
  /** Where the plugin came from: a folder, an archive, a registry. */
  readonly source: string;
  /** `null` while the plugin folder counts. */
  readonly pinned: PinnedRelease | null;
  readonly installedAt: Date;
  readonly enabledAt: Date | null;
  readonly disabledAt: Date | null;
  readonly updatedAt: Date;
  /** How the plugin was when it was looked at last; `null` before. No change of the record. */
  readonly healthStatus: string | null;
  readonly lastHealthCheck: Date | null;
  /** Grows by one with every change of the record. */
  readonly revision: number;
}

/** A plugin as it is seen for the first time. */
export interface NewPluginRecord {
  readonly name: string;
  readonly version: string;
  readonly enabled: boolean;
  readonly state: string;
  readonly grants: Grants;
  readonly manifest: JsonObject;
  readonly source: string;
}

/** How a plugin was found to be. */
export interface HealthNote {
  readonly plugin: string;
  readonly status: string;
  readonly checkedAt: Date;
}

/** Members of a record that change; those left out stay. */
export interface PluginChange {
  readonly version?: string;
  readonly enabled?: boolean;
  readonly state?: string;
  readonly reason?: Reason | null;
  /** All of them; what is left out of it is undecided. */
  readonly grants?: Grants;
  /** All of them. */
  readonly pausedTasks?: readonly string[];
  readonly dataVersion?: string;
  readonly manifest?: JsonObject;
  readonly digest?: string;
  readonly source?: string;
  readonly pinned?: PinnedRelease | null;
}

/**
 * The desired state of all plugins.
 * A change and the audit entries that go with it are one transaction: both are durable, or neither happened.
 * Methods throw `STORE_UNAVAILABLE` when the store does not answer.
 */
export interface PluginStore {
  /** All records, by name. */
  list(): Promise<PluginRecord[]>;
  get(name: string): Promise<PluginRecord | undefined>;
  /** Adds the record unless there is one of that name; resolves to what is stored then. */
  add(record: NewPluginRecord, audit: readonly AuditEntry[]): Promise<PluginRecord>;
  /** Throws `PLUGIN_NOT_FOUND` without a record. `enabledAt` and `disabledAt` follow `enabled`. */
  update(name: string, change: PluginChange, audit: readonly AuditEntry[]): Promise<PluginRecord>;
  /**
   * Replaces the stored configuration if it still is at `expectedRevision`, keeping the old one as a revision.
   * Throws `CONFIG_CONFLICT` when somebody was faster.
   */
  saveConfig(name: string, save: ConfigSave, audit: readonly AuditEntry[]): Promise<PluginRecord>;
  /** Saved configurations, the latest first; those before `before` where it is given. */
  configRevisions(name: string, query: ConfigRevisionQuery): Promise<ConfigRevisionRecord[]>;
  /**
   * Keeps how plugins were found to be, all in one statement. It is no change of the records, so `revision` stays. Names
   * without a record are passed over.
   */
  saveHealth(notes: readonly HealthNote[]): Promise<void>;
  /** Forgets its stored values and documents, the copy of them and their version. Throws `PLUGIN_NOT_FOUND` without a record. */
  clearData(name: string, audit: readonly AuditEntry[]): Promise<PluginRecord>;
  /** Forgets the plugin, its configuration, its stored values and documents; its audit entries stay. */
  remove(name: string, audit: readonly AuditEntry[]): Promise<void>;
}

/** A configuration that was saved. Revision 0, the empty one, is not kept. */
export interface ConfigRevisionRecord {
  readonly revision: number;
  readonly config: JsonObject;
  readonly actor: string;
  readonly savedAt: Date;
}

export interface ConfigRevisionQuery {
  /** Only revisions with a smaller number, for paging backwards. */
  readonly before?: number;
  /** At most this many; default 50. */
  readonly limit?: number;
}

export interface ConfigSave {
  readonly expectedRevision: number;
  readonly config: JsonObject;
  /** Who saved, for the history. */
  readonly actor: string;
}
