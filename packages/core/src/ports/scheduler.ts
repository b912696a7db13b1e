/** When a job is to tick. */
export interface JobTimes {
  /** Cron expression of 5 fields, or 6 with seconds in front. */
  readonly expression: string;
  /** IANA time zone; the machine's when absent. */
  readonly timezone?: string | undefined;
}

/** A task that the scheduler ticks. */
export interface ScheduledJob extends JobTimes {
  /** Slots after this moment count, in milliseconds since the epoch; those that are over are made up for by one tick. Default: now. */
  readonly after?: number | undefined;
  /**
   * Called once for each slot, never before it. A slot is the moment that the expression names, in milliseconds since the
   * epoch, so it is the same on every machine. Must not throw.
   */
  readonly tick: (slot: number) => void;
}

/**
 * Runs jobs by the clock. Where clocks are set forward, times that are left out come at the first moment after the gap,
 * once; where they are set back, a time that comes twice counts once. Jobs by the second, the minute or the hour, and
 * those with steps, go on through both without a gap.
 */
export interface Scheduler {
  /** Throws `TASK_INVALID` for an expression or time zone that cannot be used. */
  validate(expression: string, timezone?: string): void;
  /** The first slot after a moment, both in milliseconds since the epoch; `undefined` when there is none. */
  next(times: JobTimes, after: number): number | undefined;
  /** Starts the job; the returned function stops it for good. */
  schedule(job: ScheduledJob): () => void;
}
