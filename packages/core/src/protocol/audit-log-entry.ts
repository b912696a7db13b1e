import type { JsonObject } from './json.ts';

/** What the audit log says of one thing that happened. */
export interface AuditLogEntry {
  /** Grows with each entry; to page back from. */
  readonly id: string;
  /** Name of the plugin; `(host)` for what concerns no plugin. */
  readonly plugin: string;
  /** For example `plugin:enabled`, `plugin:reload-failed`, `plugin:config-changed`. */
  readonly type: string;
  /** Who did it: a user id, or `system`. */
  readonly actor: string;
  readonly result: 'ok' | 'failed' | 'denied';
  /** Why it was done, if whoever did it has said so, or why it came to nothing. */
  readonly reason: string | null;
  /** ISO 8601. */
  readonly at: string;
  readonly data: JsonObject;
}
