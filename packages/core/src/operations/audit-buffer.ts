import { describeError } from '../errors/describe-error.ts';
import { hasCode } from '../errors/plugin-error.ts';
import type { AuditEntry, AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AuditHealth } from '../protocol/audit-health.ts';

export interface AuditBufferOptions {
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hears of entries that are durable. */
  readonly onWritten: (entries: readonly AuditEntry[]) => void;
  /** Makes the entry that says how many were lost, and since when. */
  readonly lost: (count: number, since: number) => AuditEntry;
}

/** More entries than these do not wait; those that come then are lost, and counted. */
const mostWaiting = 20_000;
const batchSize = 500;
const batchMs = 250;
const longestPauseMs = 60_000;
const warnEveryMs = 60_000;
/** How long a change waits for entries of its plugin that are being written. */
const orderWaitMs = 10_000;

/** Entries that go with no change, on their way to the log: nobody waits for them, and the order of each plugin holds. */
export class AuditBuffer {
  readonly #options: AuditBufferOptions;
  #waiting: AuditEntry[] = [];
  /** How many of those are of one plugin. */
  readonly #counts = new Map<string, number>();
  #writing: readonly AuditEntry[] = [];
  #run: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;
  #dropped = 0;
  #unreported: { count: number; readonly since: number } | undefined;
  #failures = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(options: AuditBufferOptions) {
    this.#options = options;
  }

  get health(): AuditHealth {
    const waiting = this.#waiting.length + this.#writing.length;
    return { waiting, dropped: this.#dropped, failing: this.#failures > 0 };
  }

  push(entry: AuditEntry): void {
    if (this.#waiting.length + this.#writing.length >= mostWaiting) return this.#lose(1);
    this.#waiting.push(entry);
    this.#count(entry.plugin, 1);
    if (this.#isClosed || (this.#waiting.length >= batchSize && this.#failures === 0)) void this.flush();
    else this.#schedule();
  }

  /** Writes what waits; resolves when that is done, or cannot be done now. Never rejects. */
  async flush(): Promise<void> {
    // one that is at its end may not have seen what came last
    await this.#run;
    if (this.#waiting.length > 0) await (this.#run ??= this.#writeAll().finally(() => (this.#run = undefined)));
  }

  /**
   * Does the work that writes a change of a plugin, with the entries of it that wait; they go on waiting when the work
   * fails. Changes of one plugin come one at a time.
   */
  async withEntriesOf<Result>(
    plugin: string,
    work: (earlier: readonly AuditEntry[]) => Promise<Result>,
  ): Promise<Result> {
    let earlier: readonly AuditEntry[] = [];
    try {
      if (this.#writing.some((entry) => entry.plugin === plugin)) await this.#orTooLong(this.#run);
      if (this.#counts.has(plugin)) earlier = this.#take((entry) => entry.plugin === plugin);
      const result = await work(earlier);
      if (earlier.length > 0) this.#options.onWritten(earlier);
      return result;
    } catch (error) {
      this.#putBack(earlier);
      throw error;
    } finally {
      this.#schedule();
    }
  }

  /** Writes what waits and what comes from work that runs, for the last time; what is left then is lost. */
  async close(work: Promise<void>, limitMs: number): Promise<void> {
    this.#isClosed = true;
    this.#schedule();
    await this.#orTooLong(
      work.then(() => this.flush()),
      limitMs,
    );
    const left = this.#waiting.length + this.#writing.length;
    if (left === 0) return;
    this.#dropped += left;
    this.#options.logger.warn({ dropped: left }, 'audit entries are lost: the store did not answer before the end');
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      const batch = this.#take(() => true, batchSize);
      this.#schedule();
      if (batch.length === 0) return;
      this.#writing = batch;
      const error = await this.#append(batch);
      this.#writing = [];
      if (error === undefined) this.#wrote(batch);
      else return this.#failed(batch, error);
    }
  }

  /** Returns what went wrong. What no store can hold is lost, or it would be in the way of everything else for ever. */
  async #append(batch: readonly AuditEntry[]): Promise<unknown> {
    try {
      await this.#options.log.append(batch);
    } catch (error) {
      if (!hasCode(error, 'STORAGE_VALUE_INVALID')) return error ?? new Error('nothing was thrown');
      if (batch.length === 1) this.#lose(1);
      else for (const entry of batch) if ((await this.#append([entry])) !== undefined) this.#lose(1);
    }
    return undefined;
  }

  #wrote(batch: readonly AuditEntry[]): void {
    const { logger, lost, onWritten } = this.#options;
    if (this.#failures > 0) logger.info({}, 'the audit log is written again');
    this.#failures = 0;
    onWritten(batch);
    if (!this.#unreported) return;
    const { count, since } = this.#unreported;
    this.#unreported = undefined;
    this.push(lost(count, since));
  }

  #failed(batch: readonly AuditEntry[], error: unknown): void {
    this.#putBack(batch);
    this.#failures += 1;
    this.#schedule();
    this.warn(error);
  }

  /** Says that the store does not take what is to be written, once in a while. */
  warn(error: unknown): void {
    const { clock, logger } = this.#options;
    if (clock.now() - this.#warnedAt < warnEveryMs) return;
    this.#warnedAt = clock.now();
    const details = { ...this.health, error: describeError(error) };
    logger.warn(details, 'an audit entry could not be stored');
  }

  /** Sees that what waits is written some time, and that no timer is left when nothing waits. */
  #schedule(): void {
    if (this.#isClosed || this.#waiting.length === 0) {
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
    } else {
      this.#cancelTimer ??= this.#options.clock.after(this.#pauseMs(), () => {
        this.#cancelTimer = undefined;
        void this.flush();
      });
    }
  }

  #pauseMs(): number {
    return this.#failures === 0 ? batchMs : Math.min(longestPauseMs, 1_000 * 2 ** (this.#failures - 1));
  }

  #take(isWanted: (entry: AuditEntry) => boolean, most = Infinity): AuditEntry[] {
    const taken: AuditEntry[] = [];
    const left: AuditEntry[] = [];
    for (const entry of this.#waiting) (taken.length < most && isWanted(entry) ? taken : left).push(entry);
    this.#waiting = left;
    for (const { plugin } of taken) this.#count(plugin, -1);
    return taken;
  }

  #putBack(entries: readonly AuditEntry[]): void {
    this.#waiting = [...entries, ...this.#waiting];
    for (const { plugin } of entries) this.#count(plugin, 1);
  }

  #count(plugin: string, change: 1 | -1): void {
    const count = (this.#counts.get(plugin) ?? 0) + change;
    if (count === 0) this.#counts.delete(plugin);
    else this.#counts.set(plugin, count);
  }

  #lose(count: number): void {
    this.#dropped += count;
    this.#unreported ??= { count: 0, since: this.#options.clock.now() };
    this.#unreported.count += count;
  }

  /** Waits for work that does not reject, but not for ever. */
  async #orTooLong(work: Promise<void> | undefined, limitMs: number = orderWaitMs): Promise<void> {
    let cancel = (): void => undefined;
    const tooLong = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(limitMs, resolve);
    });
    await Promise.race([work, tooLong]);
    cancel();
  }
}
