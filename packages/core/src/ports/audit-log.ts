import type { JsonObject } from '../protocol/json.ts';

/** What happened to a plugin, as it is written down. */
export interface AuditEntry {
  readonly plugin: string;
  /** For example `plugin:enabled`, `plugin:reload-failed`, `plugin:config-changed`. */
  readonly type: string;
  /** Who did it: a user id, or `system`. */
  readonly actor: string;
  readonly data: JsonObject;
  readonly at: Date;
}

/** An entry as it is read back. */
export interface AuditRecord extends AuditEntry {
  /** Grows with each entry; unique in one log. */
  readonly id: string;
}

export interface AuditQuery {
  readonly plugin?: string;
  readonly type?: string;
  /** Only entries with a smaller id, for paging backwards. */
  readonly before?: string;
  /** At most this many, newest first; default 100. */
  readonly limit?: number;
}

/** Keeps what happened; entries outlive their plugin. */
export interface AuditLog {
  /** Resolves when the entries are durable. */
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** Newest first. */
  query(query: AuditQuery): Promise<AuditRecord[]>;
}
