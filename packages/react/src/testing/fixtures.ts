import type {
  AuditLogEntry,
  HealthCheck,
  MetricPoint,
  PluginConfigState,
  PluginDetail,
  PluginHealthReport,
  PluginLogLine,
  PluginOperation,
  PluginTask,
  PluginTaskRun,
} from '@catalyst-plugins/core/protocol';

/** When everything in the fixtures happened. */
export const fixtureTime = '2026-01-01T12:00:00.000Z';

/** A plugin that is active, but for what is given. */
export function makePlugin(name: string, members: Partial<PluginDetail> = {}): PluginDetail {
  const version = members.version ?? '1.0.0';
  return {
    name,
    displayName: name.charAt(0).toUpperCase() + name.slice(1),
    version,
    description: '',
    author: null,
    state: 'active',
    enabled: true,
    reason: null,
    error: null,
    lastFailure: null,
    generation: 1,
    runtime: 'module',
    activeRequests: 0,
    canRollback: false,
    hasFrontend: false,
    permissions: [],
    warnings: [],
    rev: 1,
    manifest: { name, version },
    config: {},
    configRevision: 0,
    registrations: [],
    releases: [{ version, digest: 'ab'.repeat(32), liveAt: fixtureTime, current: true }],
    leftBehind: [],
    retired: [],
    ...members,
  };
}

/** A command that has succeeded, but for what is given. */
export function makeOperation(plugin: string, members: Partial<PluginOperation> = {}): PluginOperation {
  return {
    id: `operation-${plugin}`,
    plugin,
    kind: 'reload',
    actor: 'ana',
    status: 'succeeded',
    phase: 'ended',
    progress: { passed: ['queued', 'loading', 'enabling'], toCome: [] },
    startedAt: fixtureTime,
    endedAt: fixtureTime,
    error: null,
    drain: null,
    ...members,
  };
}

/** Settings that are empty and at revision 0, but for what is given. */
export function makeConfig(members: Partial<PluginConfigState> = {}): PluginConfigState {
  const schema = { type: 'object', properties: {} };
  return {
    revision: 0,
    config: {},
    stored: [],
    schema,
    fields: {},
    locked: [],
    effect: 'hot',
    canTest: false,
    ...members,
  };
}

/** A check that passed, but for what is given. */
export function makeCheck(members: Partial<HealthCheck> = {}): HealthCheck {
  return {
    at: fixtureTime,
    outcome: 'passed',
    status: 'healthy',
    message: null,
    ms: 2,
    checks: [],
    calls: { count: 0, failed: 0 },
    stalls: 0,
    activeRequests: 0,
    generation: 1,
    ...members,
  };
}

/** The health of a healthy plugin, but for what is given. */
export function makeHealth(plugin: string, members: Partial<PluginHealthReport> = {}): PluginHealthReport {
  const history = members.history ?? [makeCheck()];
  return {
    plugin,
    state: 'active',
    status: 'healthy',
    message: null,
    activeRequests: 0,
    lastCheck: history[0] ?? null,
    lastError: null,
    history,
    ...members,
  };
}

/** A line of level `info`, but for what is given. */
export function makeLogLine(plugin: string, seq: number, members: Partial<PluginLogLine> = {}): PluginLogLine {
  return {
    seq,
    at: fixtureTime,
    plugin,
    level: 'info',
    message: `line ${seq}`,
    details: {},
    generation: 1,
    ...members,
  };
}

/** An entry about something that succeeded, but for what is given. */
export function makeAuditEntry(plugin: string, id: number, members: Partial<AuditLogEntry> = {}): AuditLogEntry {
  return {
    id: String(id),
    plugin,
    type: 'plugin:enabled',
    actor: 'ana',
    result: 'ok',
    reason: null,
    at: fixtureTime,
    data: {},
    ...members,
  };
}

/** A task that waits for its time, but for what is given. */
export function makeTask(plugin: string, id: string, members: Partial<PluginTask> = {}): PluginTask {
  return {
    id,
    plugin,
    name: id,
    cron: '*/5 * * * *',
    timezone: 'UTC',
    overlap: false,
    scope: 'cluster',
    state: 'waiting',
    paused: false,
    nextRunAt: fixtureTime,
    nextRuns: [fixtureTime],
    lastRun: null,
    skipped: 0,
    ...members,
  };
}

/** A run that succeeded, but for what is given. */
export function makeTaskRun(id: string, members: Partial<PluginTaskRun> = {}): PluginTaskRun {
  return {
    id,
    startedAt: fixtureTime,
    endedAt: fixtureTime,
    ms: 12,
    result: 'ok',
    error: null,
    trigger: 'schedule',
    actor: null,
    scheduledFor: fixtureTime,
    generation: 1,
    count: 1,
    ...members,
  };
}

/** Figures of some time without requests, but for what is given. */
export function makePoint(members: Partial<MetricPoint> = {}): MetricPoint {
  return {
    at: fixtureTime,
    requests: 0,
    errors: 0,
    requestsPerSecond: 0,
    meanMs: null,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    mostInFlight: 0,
    busyShare: 0,
    counts: {},
    ...members,
  };
}
