/** A task that the scheduler ticks. */
export interface ScheduledJob {
  /** Cron expression of 5 fields, or 6 with seconds in front. */
  readonly expression: string;
  /** IANA time zone; the machine's when absent. */
  readonly timezone?: string | undefined;
  readonly tick: () => void;
}

/** Runs jobs by the clock. */
export interface Scheduler {
  /** Throws `TASK_INVALID` for an expression or time zone that cannot be used. */
  validate(expression: string, timezone?: string): void;
  /** Starts the job; the returned function stops it for good. */
  schedule(job: ScheduledJob): () => void;
}
