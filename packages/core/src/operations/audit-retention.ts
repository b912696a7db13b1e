import { describeError } from '../errors/describe-error.ts';
import { hostItself, type AuditExcess, type AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AuditTrail } from './audit-trail.ts';

/** How much of the audit log is kept; `undefined` is no limit. */
export interface AuditLimits {
  readonly keepDays: number | undefined;
  readonly maxEntries: number | undefined;
}

export interface AuditRetentionOptions {
  readonly log: AuditLog;
  readonly trail: AuditTrail;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly auditLimits: AuditLimits;
}

const dayMs = 86_400_000;
/** Entries that are removed in one go; more would keep others from writing. */
const batchSize = 5_000;

/** Removes what the audit log need not keep any longer, at the start of a host and once a day. */
export class AuditRetention {
  readonly #options: AuditRetentionOptions;
  #cancel: (() => void) | undefined;
  #isStopped = false;
  #run: Promise<void> = Promise.resolve();

  constructor(options: AuditRetentionOptions) {
    this.#options = options;
  }

  /** Begins in the background; `stop` ends it. */
  start(): void {
    const { keepDays, maxEntries } = this.#options.auditLimits;
    if (this.#isStopped || (keepDays === undefined && maxEntries === undefined)) return;
    this.#run = this.#prune();
    this.#cancel = this.#options.clock.after(dayMs, () => this.start());
  }

  /** Resolves when the batch that is being removed is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    await this.#run;
  }

  async #prune(): Promise<void> {
    const { auditLimits, clock, logger, trail } = this.#options;
    const { keepDays, maxEntries } = auditLimits;
    try {
      const before = keepDays === undefined ? undefined : new Date(clock.now() - keepDays * dayMs);
      const old = before ? await this.#removeAll({ before }) : 0;
      const surplus = maxEntries === undefined ? 0 : await this.#removeAll({ keep: maxEntries });
      if (old + surplus === 0) return;
      const data = { removed: old + surplus, old, surplus, keepDays: keepDays ?? null, maxEntries: maxEntries ?? null };
      trail.note({ plugin: hostItself, type: 'host:audit-pruned', actor: 'system', data });
    } catch (error) {
      logger.warn({ error: describeError(error) }, 'old audit entries could not be removed; the next try is tomorrow');
    }
  }

  async #removeAll(excess: AuditExcess): Promise<number> {
    let removed = 0;
    for (;;) {
      const count = this.#isStopped ? 0 : await this.#options.log.prune(excess, batchSize);
      removed += count;
      if (count < batchSize) return removed;
    }
  }
}
