export type { AdministratorRights, AdminPermission } from './administrator-rights.ts';
export type { AuditHealth } from './audit-health.ts';
export type { AuditLogEntry } from './audit-log-entry.ts';
export type { Diagnostics, PluginDiagnostics } from './diagnostics.ts';
export type { Json, JsonObject } from './json.ts';
export type { ConfigConflict, ConfigTest, PluginConfigRevision, PluginConfigState } from './plugin-config-state.ts';
export type { BrokenFrontend, FrontendManifest, PluginFrontend } from './frontend-manifest.ts';
export type { HostCondition, StoreCondition } from './host-condition.ts';
export type { PluginGraph, PluginGraphEdge, PluginGraphNode } from './plugin-graph.ts';
export type {
  HealthCheck,
  HealthStatus,
  HostHealth,
  NamedCheck,
  PluginHealthReport,
  PluginHealthState,
  PluginHealthSummary,
} from './plugin-health.ts';
export type {
  OperationsHealthReport,
  OperationsListReport,
  OperationsPluginHealth,
  OperationsState,
  OperationsStatusReport,
} from './operations-report.ts';
export type {
  LogLevel,
  PluginErrorGroup,
  PluginLogBatch,
  PluginLogLevel,
  PluginLogLine,
  PluginLogPage,
} from './plugin-log.ts';
export type { PluginPermission, PluginPermissions } from './plugin-permission.ts';
export type { LiveEvent, LiveTopic } from './live-event.ts';
export type {
  OperationDrain,
  OperationKind,
  OperationPhase,
  OperationProgress,
  PluginOperation,
} from './plugin-operation.ts';
export type {
  CallFigures,
  CallKind,
  HostFigures,
  LatencyFigures,
  MetricPoint,
  LiveMetrics,
  MetricsSnapshot,
  PluginMetricSeries,
  PluginMetrics,
  RefusalReason,
  RequestOutcome,
} from './plugin-metrics.ts';
export type { PluginState, Reason } from './plugin-state.ts';
export type { PluginTask, PluginTaskRun } from './plugin-task.ts';
export type {
  LeftBehindRecord,
  PluginDetail,
  PluginRegistration,
  PluginReleaseSummary,
  PluginSummary,
  RetiredGenerationStatus,
} from './plugin-summary.ts';
export type { Problem } from './problem.ts';
