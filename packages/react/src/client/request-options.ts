import type { AuditLogEntry, LogLevel } from '@catalyst-plugins/core/protocol';

/** How to call off one request; it then rejects with the reason of the signal. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Why something is done. */
export interface ReasonOptions {
  /** A text of up to 500 characters for the audit log. */
  readonly reason?: string | undefined;
}

/** What else happens to plugins that need the one that is commanded. */
export interface CascadeOptions extends ReasonOptions {
  /** Take those off too that cannot do without it; else `DEPENDANTS_ACTIVE` names them in `details.dependants`. */
  readonly cascade?: boolean | undefined;
}

/** What becomes of the calls and the plugins that need the one that is disabled. */
export interface DisableOptions extends CascadeOptions {
  /** Cut the calls in flight instead of waiting for them, those of the plugins that go with it too. */
  readonly force?: boolean | undefined;
}

/** What a plugin is granted with a command. */
export interface GrantOptions extends ReasonOptions {
  /** Permissions to grant; else `CONSENT_REQUIRED` names those that wait in `details.permissions`. */
  readonly grant?: readonly string[] | undefined;
}

/** Which release to go back to, and what else happens. */
export interface RollbackOptions extends CascadeOptions {
  /** Version or digest, of those in `releases` of the plugin; default: the previous one. */
  readonly to?: string | undefined;
}

/** What a change of settings was made from. */
export interface ConfigRequestOptions extends ReasonOptions, RequestOptions {
  /** The revision that the editor saw: if there is another now, it is `CONFIG_CONFLICT` with both sides in `details`. */
  readonly revision?: number | undefined;
}

/** Which saved configurations to list. */
export interface RevisionsQuery {
  /** Only those before this revision. */
  readonly before?: number | undefined;
  /** How many at most; the server has a default and a limit. */
  readonly limit?: number | undefined;
}

/** What to change of the permissions of a plugin. */
export interface GrantChange extends ReasonOptions {
  readonly grant?: readonly string[] | undefined;
  readonly revoke?: readonly string[] | undefined;
}

/** Which lines of a log to read. */
export interface LogQuery {
  /** Only lines of this level and of higher ones. */
  readonly level?: LogLevel | undefined;
  /** Only lines with this text in the message or the details, whatever its case. */
  readonly text?: string | undefined;
  /** Only lines before the one of this number, to page back. */
  readonly before?: number | undefined;
  /** Only lines after the one of this number, the oldest first. */
  readonly after?: number | undefined;
  /** How many at most; default 100, and all for a file. */
  readonly limit?: number | undefined;
}

/** For how long lines of another level are kept. */
export interface LogLevelOptions extends RequestOptions {
  /** In milliseconds; default 15 minutes, 24 hours at most. */
  readonly forMs?: number | undefined;
}

/** Which time a series of figures is about. */
export interface MetricsQuery {
  /** ISO 8601; default 15 minutes before `until`. */
  readonly since?: string | undefined;
  /** ISO 8601; default now. */
  readonly until?: string | undefined;
  /** How much time a point stands for, in milliseconds; by default so that there are 180 points at most. */
  readonly stepMs?: number | undefined;
}

/** Which entries of the audit log are wanted; conditions go together. */
export interface AuditQuery {
  /** `(host)` is what concerns no plugin. */
  readonly plugin?: string | undefined;
  /** One that ends in `*` stands for all types that begin so. */
  readonly type?: string | readonly string[] | undefined;
  readonly actor?: string | undefined;
  readonly result?: AuditLogEntry['result'] | undefined;
  /** ISO 8601, the earliest time. */
  readonly since?: string | undefined;
  /** ISO 8601; entries of this time and later are left out. */
  readonly until?: string | undefined;
  readonly text?: string | undefined;
  /** Only entries older than the one with this id, to page back. */
  readonly before?: string | undefined;
  /** How many at most; default 100, and all for a file. */
  readonly limit?: number | undefined;
}

/** The forms of the audit log as a file. */
export type AuditFormat = 'csv' | 'ndjson';
