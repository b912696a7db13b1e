import type { CallFigures, MetricsSnapshot, PluginMetrics } from '@catalyst-plugins/core/protocol';
import { fixtureTime } from './fixtures.ts';

const noCalls: CallFigures = { count: 0, failed: 0, inFlight: 0, totalMs: 0 };
const noOperations = { succeeded: 0, failed: 0 };

/** The figures of a plugin that nobody has called, but for what is given. */
export function makePluginMetrics(plugin: string, members: Partial<PluginMetrics> = {}): PluginMetrics {
  return {
    plugin,
    since: fixtureTime,
    calls: { request: noCalls, task: noCalls, event: noCalls, message: noCalls, api: noCalls, hook: noCalls },
    requests: {
      outcomes: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, timeout: 0, cut: 0, aborted: 0 },
      refused: { overloaded: 0, 'no-route': 0, inactive: 0, changed: 0, unauthorized: 0, rejected: 0 },
      latency: { boundsMs: [], counts: [0], p50Ms: null, p95Ms: null, p99Ms: null },
    },
    tasksSkipped: 0,
    eventsEmitted: 0,
    eventsDropped: 0,
    messagesSent: 0,
    apiCallsMade: 0,
    denials: 0,
    crashes: 0,
    operations: {
      enable: noOperations,
      disable: noOperations,
      reload: noOperations,
      rollback: noOperations,
      block: noOperations,
    },
    drains: { count: 0, totalMs: 0, longestMs: 0, callsCut: 0 },
    eventLoop: { busyMs: 0, longestMs: 0, stalls: 0, stalledMs: 0 },
    lastMinute: null,
    ...members,
  };
}

/** The figures of a host without plugins that has just begun, but for what is given. */
export function makeMetrics(members: Partial<MetricsSnapshot> = {}): MetricsSnapshot {
  return {
    at: fixtureTime,
    host: {
      startedAt: fixtureTime,
      uptimeMs: 0,
      memory: { rssBytes: 0, heapUsedBytes: 0, heapTotalBytes: 0 },
      eventLoop: { activeMs: 0, idleMs: 0, delay: null },
      liveReaders: 0,
      unknownPluginRequests: 0,
      metricRows: { written: 0, dropped: 0 },
      audit: { waiting: 0, dropped: 0, failing: false },
    },
    plugins: [],
    ...members,
  };
}
