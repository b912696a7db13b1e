import { describeError } from '../errors/describe-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { MetricsStore } from '../ports/metrics-store.ts';
import type { MetricSamples } from './metric-samples.ts';

/** How often rows are written, and how long they are kept. */
export interface MetricsSchedule {
  /** In milliseconds. */
  readonly intervalMs: number;
  readonly keepDays: number;
}

export interface MetricRecorderOptions {
  readonly schedule: MetricsSchedule;
  readonly store: MetricsStore;
  readonly samples: MetricSamples;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the present span of the samples. */
  readonly takeSamples: () => void;
}

/** A span of the samples, in milliseconds. */
const spanMs = 10_000;
/** What the store may take for one answer, in milliseconds; at the end of a host there is less time. */
const storeLimitMs = 30_000;
const lastLimitMs = 2_000;
const dayMs = 24 * 60 * 60_000;
const pruneEveryMs = 60 * 60_000;
const pruneBatch = 5_000;
const mostBatches = 20;

/**
 * Writes rows of what was counted, deletes old ones, and keeps nobody waiting: while the store is busy the next row grows
 * longer, and rows that it does not take are lost and counted.
 */
export class MetricRecorder {
  readonly #options: MetricRecorderOptions;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> | undefined;
  #rowAt: number;
  #prunedAt = -Infinity;
  #hasWarned = false;
  /** Rows that were written, and rows that were lost. */
  readonly rows = { written: 0, dropped: 0 };

  constructor(options: MetricRecorderOptions) {
    this.#options = options;
    this.#rowAt = options.clock.now();
  }

  start(): void {
    const { clock, schedule } = this.#options;
    this.#cancel ??= clock.after(Math.min(spanMs, schedule.intervalMs), () => {
      this.#cancel = undefined;
      this.start();
      this.#step();
    });
  }

  /** Writes the rest; resolves when that is done or given up. */
  async stop(): Promise<void> {
    if (!this.#cancel) return;
    this.#cancel();
    this.#options.takeSamples();
    await this.#writing;
    await this.#write(lastLimitMs);
  }

  #step(): void {
    const { clock, schedule, takeSamples } = this.#options;
    takeSamples();
    if (this.#writing || clock.now() - this.#rowAt < schedule.intervalMs) return;
    this.#writing = this.#write(storeLimitMs)
      .then(() => this.#prune())
      .finally(() => (this.#writing = undefined));
  }

  async #write(limitMs: number): Promise<void> {
    const { clock, store, samples } = this.#options;
    this.#rowAt = clock.now();
    const rows = samples.mark();
    if (rows.length === 0) return;
    const written = await this.#ask(() => store.append(rows), limitMs);
    if (written === undefined) {
      this.rows.dropped += rows.length;
      return;
    }
    this.rows.written += written;
    this.#hasWarned = false;
  }

  async #prune(): Promise<void> {
    const { clock, store, schedule } = this.#options;
    const now = clock.now();
    if (now - this.#prunedAt < pruneEveryMs) return;
    this.#prunedAt = now;
    const before = new Date(now - schedule.keepDays * dayMs);
    for (let batch = 0; batch < mostBatches; batch += 1) {
      const gone = await this.#ask(() => store.prune(before, pruneBatch), storeLimitMs);
      if (gone === undefined || gone < pruneBatch) return;
    }
  }

  /** What the store answers; `undefined` when it does not, of which the log hears once until it does again. */
  async #ask(call: () => Promise<number>, limitMs: number): Promise<number | undefined> {
    const { clock, logger } = this.#options;
    let cancel = (): void => undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        cancel = clock.after(limitMs, () => reject(new Error(`no answer within ${limitMs} ms`)));
      });
      return await Promise.race([call(), late]);
    } catch (error) {
      if (!this.#hasWarned) logger.warn({ error: describeError(error) }, 'metrics could not be stored; they are lost');
      this.#hasWarned = true;
      return undefined;
    } finally {
      cancel();
    }
  }
}
