import type { AuditLogEntry, HealthStatus, LogLevel, PluginTask, PluginTaskRun } from '@catalyst-plugins/core/protocol';

/** Groups of entries of the audit log that one looks for. */
export type AuditGroup = 'all' | 'commands' | 'settings' | 'permissions' | 'health' | 'tasks';

/** The sentences and words of what shows how plugins are and what they do, in one language. */
export interface ObservationMessages {
  readonly loading: string;
  readonly again: string;
  readonly none: string;
  readonly showTable: string;
  readonly time: string;
  readonly never: string;
  readonly ms: (value: number) => string;
  readonly logs: LogMessages;
  readonly health: HealthMessages;
  readonly audit: AuditMessages;
  readonly runtime: RuntimeMessages;
  readonly graph: GraphMessages;
}

export interface LogMessages {
  readonly title: string;
  readonly level: string;
  readonly levels: Readonly<Record<LogLevel, string>>;
  readonly text: string;
  readonly wrap: string;
  readonly times: string;
  readonly pause: string;
  readonly resume: (waiting: number) => string;
  readonly clear: string;
  readonly download: string;
  readonly older: string;
  readonly newLines: (count: number) => string;
  readonly empty: string;
  readonly dropped: (count: number) => string;
  readonly keep: string;
  readonly standard: (level: string) => string;
  readonly until: (time: string) => string;
  readonly errors: string;
  readonly occurrences: (count: number) => string;
  readonly seen: (first: string, last: string) => string;
  readonly stack: string;
}

export interface HealthMessages {
  readonly status: string;
  readonly statuses: Readonly<Record<HealthStatus, string>>;
  readonly check: string;
  readonly checked: (status: string) => string;
  readonly lastCheck: string;
  readonly lastError: string;
  readonly checks: string;
  readonly bars: (count: number, failed: number, warned: number) => string;
  readonly window: string;
  readonly windows: Readonly<Record<'quarter' | 'hour' | 'day', string>>;
  readonly requests: string;
  readonly requestsSummary: (now: string, most: string) => string;
  readonly errors: string;
  readonly errorsSummary: (count: number) => string;
  readonly latency: string;
  readonly latencySummary: (p50: string, p99: string) => string;
  readonly busy: string;
  readonly busySummary: (now: string, most: string) => string;
  readonly noRequests: string;
  readonly incomplete: string;
}

export interface AuditMessages {
  readonly title: string;
  readonly columns: Readonly<Record<'when' | 'plugin' | 'who' | 'what' | 'result' | 'details', string>>;
  readonly results: Readonly<Record<AuditLogEntry['result'] | 'all', string>>;
  readonly groups: Readonly<Record<AuditGroup, string>>;
  readonly group: string;
  readonly actor: string;
  readonly text: string;
  readonly since: string;
  readonly until: string;
  readonly more: string;
  readonly empty: string;
  readonly exportAs: (format: string) => string;
  readonly data: string;
  readonly diff: string;
}

export interface RuntimeMessages {
  readonly routes: string;
  readonly noRoutes: string;
  readonly method: string;
  readonly path: string;
  readonly lastMinute: (requests: string, p95: string) => string;
  readonly tasks: string;
  readonly noTasks: string;
  readonly next: string;
  readonly last: string;
  readonly run: string;
  readonly runOf: (task: string) => string;
  readonly pause: string;
  readonly pauseOf: (task: string) => string;
  readonly resume: string;
  readonly resumeOf: (task: string) => string;
  readonly began: (task: string) => string;
  readonly paused: (task: string) => string;
  readonly resumed: (task: string) => string;
  readonly states: Readonly<Record<PluginTask['state'], string>>;
  readonly results: Readonly<Record<NonNullable<PluginTaskRun['result']> | 'running', string>>;
  readonly runs: string;
  readonly by: (actor: string) => string;
  readonly skipped: (count: number) => string;
  readonly others: string;
}

export interface GraphMessages {
  readonly title: string;
  readonly empty: string;
  readonly cycles: string;
  readonly needs: (plugin: string) => string;
  readonly optional: string;
  readonly absent: string;
  readonly drawing: (plugins: number, needs: number) => string;
}
