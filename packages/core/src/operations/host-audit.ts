import { reasonOf } from '../errors/describe-error.ts';
import { hasCode } from '../errors/plugin-error.ts';
import { hostItself, type AuditEntry, type AuditLog, type AuditQuery, type AuditRecord } from '../ports/audit-log.ts';
import type { AuditNote, CommandRequestOrigin } from '../ports/audit-note.ts';
import type { Clock } from '../ports/clock.ts';
import type { AuditHealth } from '../protocol/audit-health.ts';
import type { AuditTrail } from './audit-trail.ts';
import { boundedText } from './bounded-data.ts';
import type { RepeatedEntries } from './repeated-entries.ts';

export interface HostAuditOptions {
  readonly trail: AuditTrail;
  readonly log: AuditLog;
  readonly repeated: RepeatedEntries;
  readonly clock: Clock;
}

/** A request that was refused before it became a command. */
export interface RefusedRequest extends CommandRequestOrigin {
  /** The plugin that it is about, if there is one. */
  readonly plugin?: string | undefined;
  readonly method: string;
  /** The path of the endpoint, with names in place of what stands for them. */
  readonly path: string;
  /** The permission that it needs. */
  readonly permission: string;
  /** Code of the error that it was answered with. */
  readonly code: string;
  /** Why it was refused. */
  readonly message: string;
}

/** A command of an administrator, as it stands in the audit when it fails. */
export interface FollowedCommand {
  readonly type: AuditNote['type'];
  readonly plugin: string;
  readonly actor?: string | undefined;
  readonly operationId?: string | undefined;
  readonly reason?: string | undefined;
  readonly request?: CommandRequestOrigin | undefined;
}

const pageSize = 1_000;
const longestName = 200;

/** What administrators read of the audit log, and what of theirs is written to it. */
export class HostAudit {
  readonly #options: HostAuditOptions;

  constructor(options: HostAuditOptions) {
    this.#options = options;
  }

  /** What has been noted is in it. */
  async read(query: AuditQuery = {}): Promise<AuditRecord[]> {
    const { trail, log } = this.#options;
    await trail.flush();
    return log.query(query);
  }

  /** Page by page, as they are asked for. */
  async *export(query: AuditQuery = {}): AsyncGenerator<AuditRecord> {
    const { trail, log } = this.#options;
    await trail.flush();
    let { before, limit: left = Infinity } = query;
    while (left > 0) {
      const limit = Math.min(left, pageSize);
      const page = await log.query({ ...query, limit, before });
      yield* page;
      if (page.length < limit) return;
      before = page.at(-1)?.id;
      left -= page.length;
    }
  }

  health(): AuditHealth {
    return this.#options.trail.health;
  }

  onWritten(listener: (entry: AuditEntry) => void): () => void {
    return this.#options.trail.onWritten((entries) => {
      for (const entry of entries) listener(entry);
    });
  }

  /** Does what an administrator has commanded; when that fails and nobody has written it down, this does. */
  async follow<Result>(command: FollowedCommand, work: () => Promise<Result> | Result): Promise<Result> {
    const { trail, clock } = this.#options;
    const begun = clock.elapsed();
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, 'HOST_CLOSED') && !trail.hasNoted(error)) {
        const { code, message } = reasonOf(error);
        trail.note({
          ...noteOf(command, clock.elapsed() - begun),
          result: 'failed',
          reason: message,
          data: { code, message },
          error,
        });
      }
      throw error;
    }
  }

  /** Writes down a command that has no entry of its own. */
  done(command: FollowedCommand, data: AuditNote['data']): void {
    this.#options.trail.note({ ...noteOf(command), data });
  }

  noteRefused(refused: RefusedRequest): void {
    const { plugin = hostItself, code, message, method, path, permission, id, ip = '' } = refused;
    this.#options.repeated.add(hostItself, `request ${code} ${ip}`, () => ({
      plugin,
      type: 'host:request-denied',
      actor: 'unknown',
      result: 'denied',
      reason: message,
      data: { code, method, path, permission },
      trace: { request: { id, ip } },
    }));
  }
}

function noteOf({ type, plugin, actor = 'host', ...command }: FollowedCommand, durationMs?: number): AuditNote {
  const { operationId: operation, reason, request } = command;
  return { type, plugin: boundedText(plugin, longestName), actor, trace: { operation, reason, request, durationMs } };
}
