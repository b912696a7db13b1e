import type { AuditHealth } from './audit-health.ts';
import type { OperationKind } from './plugin-operation.ts';

/** What a call into a plugin is; figures about calls tell the kinds apart. `hook` includes loading the code. */
export type CallKind = 'request' | 'task' | 'event' | 'message' | 'api' | 'hook';

/**
 * How a request that reached a plugin ended: the class of its status, or why it has none of the plugin's making.
 * `timeout`: answered for the plugin, which took too long. `cut`: ended because its generation had to go. `aborted`: the
 * client went away before the answer was complete.
 */
export type RequestOutcome = '2xx' | '3xx' | '4xx' | '5xx' | 'timeout' | 'cut' | 'aborted';

/**
 * Why a request never reached the code of the plugin that it is about: the plugin was full, has no such route, did not
 * run, has changed while the request arrived, needs another user; or the server rejected it, for example for its body.
 */
export type RefusalReason = 'overloaded' | 'no-route' | 'inactive' | 'changed' | 'unauthorized' | 'rejected';

/** Calls of one kind. */
export interface CallFigures {
  /** Calls that have ended. */
  readonly count: number;
  /** Those of them that failed; of requests the outcomes `5xx`, `timeout` and `cut`. */
  readonly failed: number;
  readonly inFlight: number;
  /** How long they took together, in milliseconds. */
  readonly totalMs: number;
}

/** How long requests took. */
export interface LatencyFigures {
  /** Upper bounds of the buckets, in milliseconds; there is one more bucket for what took longer. */
  readonly boundsMs: readonly number[];
  /** Requests in each bucket. */
  readonly counts: readonly number[];
  /** Half of the requests took no longer, in milliseconds; as near as the buckets tell. `null` without requests. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** What a plugin did in some time. */
export interface MetricPoint {
  /** The beginning, in ISO 8601. */
  readonly at: string;
  readonly requests: number;
  /** Requests that failed. */
  readonly errors: number;
  readonly requestsPerSecond: number;
  /** How long requests took, in milliseconds; `null` without requests. */
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** The most requests at a time. */
  readonly mostInFlight: number;
  /** Which part of the time its calls held the event loop before they first waited, 0 to 1. */
  readonly busyShare: number;
  /** What else was counted, by name; what is 0 is left out. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What a plugin did over time. */
export interface PluginMetricSeries {
  readonly plugin: string;
  readonly since: string;
  readonly until: string;
  /** How much time a point stands for, in milliseconds: what was asked for, or longer where only rows of the store are left. */
  readonly stepMs: number;
  /** Whether the store has answered; without it, points before the start of the host are empty. */
  readonly isComplete: boolean;
  /** The oldest first; nothing was counted where a point is empty. */
  readonly points: readonly MetricPoint[];
}

/** What was counted for a plugin since `since`, over all of its generations. */
export interface PluginMetrics {
  readonly plugin: string;
  /** ISO 8601: the start of the host, or when the plugin was first seen. */
  readonly since: string;
  readonly calls: Readonly<Record<CallKind, CallFigures>>;
  readonly requests: {
    readonly outcomes: Readonly<Record<RequestOutcome, number>>;
    readonly refused: Readonly<Record<RefusalReason, number>>;
    readonly latency: LatencyFigures;
  };
  /** Ticks that were left out, as the last run had not ended. */
  readonly tasksSkipped: number;
  readonly eventsEmitted: number;
  /** Events that it did not hear, as too many of its calls for events had not ended. */
  readonly eventsDropped: number;
  /** Messages to clients, each counted once for each client that it went to. */
  readonly messagesSent: number;
  /** Calls of other plugins' APIs. */
  readonly apiCallsMade: number;
  /** What it tried without the permission for it. */
  readonly denials: number;
  readonly crashes: number;
  /** Commands that have ended, by kind. */
  readonly operations: Readonly<Record<OperationKind, { readonly succeeded: number; readonly failed: number }>>;
  readonly drains: {
    readonly count: number;
    readonly totalMs: number;
    readonly longestMs: number;
    /** Calls of any kind that were cut, in drains and by crashes. */
    readonly callsCut: number;
  };
  readonly eventLoop: {
    /** How long its calls held the event loop before they first waited; of requests one in 16 is measured, and counts for all. */
    readonly busyMs: number;
    /** The longest that was measured. */
    readonly longestMs: number;
    /** Times that the event loop stood still for too long and this plugin is blamed. */
    readonly stalls: number;
    readonly stalledMs: number;
  };
  /** The last minute; `null` where the host keeps no series. */
  readonly lastMinute: MetricPoint | null;
}

/** Figures of the process that a host runs in. */
export interface HostFigures {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly uptimeMs: number;
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number; readonly heapTotalBytes: number };
  readonly eventLoop: {
    /** For how long it was busy since the process began, in milliseconds, and for how long it had nothing to do. */
    readonly activeMs: number;
    readonly idleMs: number;
    /** How late timers were in the last span of ten seconds, in milliseconds; `null` before it has ended. */
    readonly delay: { readonly meanMs: number; readonly p99Ms: number; readonly maxMs: number } | null;
  };
  /** Readers of the live events. */
  readonly liveReaders: number;
  /** Requests for plugins that do not exist. */
  readonly unknownPluginRequests: number;
  /** Rows of metrics that were stored, and those that were lost as the store did not take them. */
  readonly metricRows: { readonly written: number; readonly dropped: number };
  /** How the writing of the audit log goes. */
  readonly audit: AuditHealth;
}

/** Everything that is counted at one moment. */
export interface MetricsSnapshot {
  /** ISO 8601. */
  readonly at: string;
  readonly host: HostFigures;
  /** By name. */
  readonly plugins: readonly PluginMetrics[];
}

/** The figures of a moment, as readers of the live events are told them. */
export interface LiveMetrics extends MetricsSnapshot {
  /**
   * Whether `plugins` are all that there are, as in the first message to a reader and when a plugin is gone. Else those of
   * which this reader was told something else before, and for the others that still holds: nothing was counted of them, and
   * their last minute is the same, if a later one.
   */
  readonly isWhole: boolean;
}
