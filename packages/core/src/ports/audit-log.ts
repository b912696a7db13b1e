import type { JsonObject } from '../protocol/json.ts';

/** How something came out: it was done, it failed, or somebody was not allowed to. */
export type AuditResult = 'ok' | 'failed' | 'denied';

/** What happened, as it is written down. */
export interface AuditEntry {
  /** Name of the plugin; `hostItself` for what concerns no plugin. */
  readonly plugin: string;
  /** For example `plugin:enabled`, `plugin:reload-failed`, `plugin:config-changed`. */
  readonly type: string;
  /** Who did it: a user id, or `system`. */
  readonly actor: string;
  /** Default `ok`. */
  readonly result?: AuditResult;
  /** Why it was done, if whoever did it has said so, or why it came to nothing. */
  readonly reason?: string | null;
  readonly data: JsonObject;
  readonly at: Date;
}

/** An entry as it is read back. */
export interface AuditRecord extends Required<AuditEntry> {
  /** Grows with each entry; unique in one log. */
  readonly id: string;
}

/** In the place of a plugin's name in entries about the host; no plugin can be called so. */
export const hostItself = '(host)';

/** Which entries are wanted; conditions go together. */
export interface AuditQuery {
  readonly plugin?: string | undefined;
  /** One or several types; one that ends in `*` stands for all that begin so. */
  readonly type?: string | readonly string[] | undefined;
  readonly actor?: string | undefined;
  readonly result?: AuditResult | undefined;
  /** The earliest time. */
  readonly since?: Date | undefined;
  /** Entries of this time and later are left out. */
  readonly until?: Date | undefined;
  /**
   * Found in the plugin, the type, the actor, the reason or a text in the data, but for its keys; A to Z are the same as
   * a to z.
   */
  readonly text?: string | undefined;
  /** Only entries with a smaller id, for paging backwards. */
  readonly before?: string | undefined;
  /** At most this many, newest first; default 100. */
  readonly limit?: number | undefined;
}

/** Which entries are too many: those from before a time, or all but the newest. */
export type AuditExcess = { readonly before: Date } | { readonly keep: number };

/** Keeps what happened; entries outlive their plugin. */
export interface AuditLog {
  /** Resolves when the entries are durable. */
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** Newest first, which is by id. Throws `REQUEST_INVALID` for a `before` that is no id, or a time that is none. */
  query(query: AuditQuery): Promise<AuditRecord[]>;
  /** Removes the oldest of those that are too many, at most `limit`; resolves to how many went. */
  prune(excess: AuditExcess, limit: number): Promise<number>;
}
