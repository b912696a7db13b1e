import type { JsonObject } from '../protocol/json.ts';
import type { AuditEntry, AuditResult } from './audit-log.ts';
import type { AuditType } from './audit-types.ts';

/** The command that something was done by. */
export interface CommandTrace {
  /** The id that the command can be followed under. */
  readonly operation?: string | undefined;
  /** Why it was given, in the words of who gave it. */
  readonly reason?: string | undefined;
  /** The request that it came with. */
  readonly request?: CommandRequestOrigin | undefined;
  /** How long it has taken so far. */
  readonly durationMs?: number | undefined;
}

/** Who gives a command, and what of it stands in the audit. */
export interface CommandGiver {
  readonly actor: string;
  /** Absent for what the host does by itself. */
  readonly trace?: CommandTrace | undefined;
}

/** Who gives a command, why and with which request, for the audit. */
export interface CommandOrigin {
  /** A user id; `host` when absent. */
  readonly actor?: string | undefined;
  /** Why the command is given. */
  readonly reason?: string | undefined;
  /** The request that the command comes with. */
  readonly request?: CommandRequestOrigin | undefined;
}

/** What of a command stands in the audit. */
export function giverOf({ actor = 'host', reason, request }: CommandOrigin = {}): CommandGiver {
  return { actor, trace: { reason, request } };
}

/** Where a command came from, for the audit. */
export interface CommandRequestOrigin {
  /** The id under which the server's log has the request. */
  readonly id: string;
  /** Address of the client. */
  readonly ip?: string | undefined;
}

/** Something to be written down in the audit log. */
export interface AuditNote {
  /** `hostItself` for what concerns no plugin. */
  readonly plugin: string;
  readonly type: AuditType;
  /** Who did it: a user id, or `system`. */
  readonly actor: string;
  /** Default `ok`. */
  readonly result?: AuditResult | undefined;
  /** Why it came to nothing; without, what the command says. */
  readonly reason?: string | undefined;
  readonly data?: JsonObject | undefined;
  readonly trace?: CommandTrace | undefined;
}

/** Makes a change durable together with what is to be written down of it; `write` gets all entries of the transaction. */
export type AuditedChange = <Result>(
  plugin: string,
  notes: readonly AuditNote[],
  write: (entries: readonly AuditEntry[]) => Promise<Result>,
) => Promise<Result>;
