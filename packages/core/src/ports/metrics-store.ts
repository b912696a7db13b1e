/** What was counted of a plugin in some time. */
export interface MetricsSum {
  readonly requests: number;
  /** Requests that failed. */
  readonly errors: number;
  /** How long the requests took together, in milliseconds; stores keep whole numbers. */
  readonly totalMs: number;
  /** Requests by how long they took: one number for each bucket. */
  readonly latency: readonly number[];
  /** What else was counted, by name; of several rows their sum. */
  readonly counts: Readonly<Record<string, number>>;
  /** Highest values, by name; of several rows the highest. */
  readonly peaks: Readonly<Record<string, number>>;
}

/** What was counted of a plugin in one span of time. */
export interface MetricsRow extends MetricsSum {
  readonly plugin: string;
  /** The end of the span. */
  readonly at: Date;
  /** How long it was, in milliseconds. */
  readonly intervalMs: number;
}

export interface MetricsQuery {
  readonly plugin: string;
  /** Only rows that began no earlier. */
  readonly since: Date;
  /** Only rows that ended no later. */
  readonly until: Date;
  /** How much time a step has, in milliseconds, counted from the epoch; a row belongs to the step that it began in. */
  readonly stepMs: number;
}

/** The rows of one step, put together. */
export interface MetricsStep extends MetricsSum {
  /** The beginning of the step. */
  readonly at: Date;
  /** How much time the rows have together, in milliseconds. */
  readonly coveredMs: number;
}

/** Keeps what was counted over time. Methods throw `STORE_UNAVAILABLE` when the store does not answer. */
export interface MetricsStore {
  /** Writes rows, but for those of plugins that have no record; resolves to how many were written. */
  append(rows: readonly MetricsRow[]): Promise<number>;
  /** The steps that have rows, the oldest first. */
  series(query: MetricsQuery): Promise<MetricsStep[]>;
  /** Deletes rows that ended before a time, `limit` at most, the oldest first; resolves to how many. */
  prune(before: Date, limit: number): Promise<number>;
}
