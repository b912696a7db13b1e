/** One run of a task, or ticks that were left out. Times are ISO 8601. */
export interface PluginTaskRun {
  readonly id: string;
  readonly startedAt: string;
  /** `null` while it runs. */
  readonly endedAt: string | null;
  /** How long it took, in milliseconds; `null` while it runs. */
  readonly ms: number | null;
  /** `cut`: its generation ended first. `skipped`: it did not begin, because the last one still ran. `null` while it runs. */
  readonly result: 'ok' | 'failed' | 'skipped' | 'cut' | null;
  /** Why it failed, was cut or skipped, else `null`. */
  readonly error: string | null;
  readonly trigger: 'schedule' | 'manual';
  /** Who ran it, where somebody did; else `null`. */
  readonly actor: string | null;
  /** The moment that the schedule named, else `null`. */
  readonly scheduledFor: string | null;
  readonly generation: number;
  /** How many ticks it stands for: those that were left out one after the other make one entry. */
  readonly count: number;
}

/** A task of a plugin. */
export interface PluginTask {
  /** The name, else the expression, with `#2` for the second of the same; stays the same over reloads. */
  readonly id: string;
  readonly plugin: string;
  readonly name: string | null;
  readonly cron: string;
  /** IANA time zone. */
  readonly timezone: string;
  readonly overlap: boolean;
  readonly scope: 'cluster' | 'instance';
  /** `off` while its plugin is not active. */
  readonly state: 'waiting' | 'running' | 'paused' | 'off';
  /** Whether an administrator paused it, whatever else is so. */
  readonly paused: boolean;
  /** `null` while it is paused or off. */
  readonly nextRunAt: string | null;
  /** The next three times, of which `nextRunAt` is the first; empty while it is paused or off. */
  readonly nextRuns: readonly string[];
  /** The one that ended last, else `null`. */
  readonly lastRun: PluginTaskRun | null;
  /** Ticks that were left out because the last one still ran, since the host started. */
  readonly skipped: number;
}
