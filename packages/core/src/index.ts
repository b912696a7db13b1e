// For authors of hosts
export { createPluginHost } from './host.ts';
export type { HealthOptions } from './health-options.ts';
export type { HostOperationsCommands } from './host-operations-commands.ts';
export type { PluginHostOptions } from './host-options.ts';
export type { PluginStores } from './plugin-stores.ts';
export type {
  CascadeOptions,
  DisableOptions,
  CommandOptions,
  GrantOptions,
  HostGateways,
  HostInspection,
  LiveEventFeed,
  PluginGrantCommands,
  PluginHost,
  RollbackOptions,
} from './plugin-host.ts';
export type { PluginAudit } from './plugin-audit.ts';
export type { LiveFrontend } from './operations/live-frontends.ts';
export type { RefusedRequest } from './operations/host-audit.ts';
export type { AuditOptions } from './audit-options.ts';
export type { HostMetrics } from './host-metrics.ts';
export type { ContainmentOptions } from './containment-options.ts';
export type { MetricsOptions } from './metrics-options.ts';
export type { SeriesQuery } from './operations/metric-series.ts';
export type { ResilienceOptions } from './resilience-options.ts';
export type { ConfigOptions, PluginConfigCommands } from './plugin-config-commands.ts';
export type { PluginHealthCommands } from './plugin-health-commands.ts';
export type { PluginDataCommands } from './plugin-data-commands.ts';
export type { PluginTaskCommands } from './plugin-task-commands.ts';
export type { LogLevelOptions, LogQuery, PluginLogCommands } from './plugin-log-commands.ts';
export type { ConsentRule, GrantChange } from './operations/plugin-consent.ts';
export { errorCatalogue, type ErrorCode, type ErrorDescription, type Fault } from './errors/error-catalogue.ts';
export { PluginError, hasCode, isPluginError, type Issue, type PluginErrorOptions } from './errors/plugin-error.ts';
export { issuesOf } from './errors/json-pointer.ts';
export { describeError } from './errors/describe-error.ts';
export { guardsItself, type DatabaseAccess, type ModelAccess } from './capabilities/database/database-access.ts';
export { createMemoryStores } from './stores/memory/memory-stores.ts';

// For authors of plugins
export {
  definePlugin,
  type ConfigChangeInfo,
  type ConfigFault,
  type ConfigVerdict,
  type DataMigrationStep,
  type DependencyChange,
  type Plugin,
  type PluginHealth,
} from './plugin/define-plugin.ts';
export type { PluginContext } from './plugin/plugin-context.ts';
export type {
  CollectionIndexes,
  FrontendSection,
  PluginManifest,
  PluginLimits,
  RuntimeKind,
} from './manifest/plugin-manifest.ts';
export type { ConfigField } from './manifest/config-field.ts';
export type {
  PluginMiddleware,
  PluginReply,
  PluginRequest,
  PluginRouteOptions,
  RouteHandler,
} from './ports/http-types.ts';
export type { PermissionHook, UserAccess } from './capabilities/access/access.ts';
export type { ScheduledTask } from './capabilities/tasks/tasks.ts';
export type { TaskOptions } from './capabilities/tasks/task-terms.ts';
export type { WebSocketHandler } from './capabilities/websocket/websocket.ts';
export type { PluginEventListener } from './capabilities/events/events.ts';
export type {
  Change,
  Collection,
  Filter,
  FindOptions,
  Projection,
  Sort,
  Stored,
} from './capabilities/collections/collection-types.ts';
export type { HostDatabase } from './capabilities/database/database.ts';
export type { ApiCall, ApiCallOptions } from './capabilities/apis/apis.ts';
export type { PluginApiHandler, PluginApiParams, PluginApiResult, PluginApis } from './plugin/plugin-apis.ts';
export type { PluginEventPayload, PluginEvents } from './plugin/plugin-events.ts';
export type { HostTypes } from './ports/host-types.ts';
export type { Undo } from './scope/scope.ts';
export type { HostCondition, StoreCondition } from './protocol/host-condition.ts';
export type { Json, JsonObject } from './protocol/json.ts';

// For authors of adapters, stores and runtimes
export { adminSegments } from './manifest/reserved-names.ts';
export { SocketSubscriptions } from './stores/memory/socket-subscriptions.ts';
export { assertShallow, assertStorableKey, readableJson } from './stores/memory/stored-json.ts';
export { liveTopics, topicOf } from './ports/live-topic.ts';
export { isThenable } from './scope/is-thenable.ts';
export {
  hostItself,
  type AuditEntry,
  type AuditExcess,
  type AuditLog,
  type AuditQuery,
  type AuditRecord,
  type AuditResult,
} from './ports/audit-log.ts';
export type { CommandRequestOrigin } from './ports/audit-note.ts';
export { checkAuditQuery, type CheckedAuditQuery } from './ports/audit-query.ts';
export { auditTypes, type AuditType } from './ports/audit-types.ts';
export { systemClock, type Clock } from './ports/clock.ts';
export type {
  CollectionName,
  CollectionStore,
  DocumentFilter,
  DocumentOrder,
  DocumentPath,
  DocumentQuery,
  StoredDocument,
} from './ports/collection-store.ts';
export type { DataTransaction, DataTransactions, PluginData } from './ports/data-transaction.ts';
export type { DocumentStore } from './ports/document-store.ts';
export type {
  GatewayGate,
  GatewayRequest,
  HttpGateway,
  HttpTable,
  HttpTableOwner,
  PreparedEntry,
  RequestSpan,
  SecretRedaction,
} from './ports/http-gateway.ts';
export { expositionContentType } from './operations/exposition-text.ts';
export type { RefusalReason, RequestOutcome } from './protocol/plugin-metrics.ts';
export type { MetricsQuery, MetricsRow, MetricsStep, MetricsStore, MetricsSum } from './ports/metrics-store.ts';
export type { Logger, LogMethod } from './ports/logger.ts';
export type {
  ConfigRevisionQuery,
  ConfigRevisionRecord,
  ConfigSave,
  Grants,
  HealthNote,
  NewPluginRecord,
  PinnedRelease,
  PluginChange,
  PluginRecord,
  PluginStore,
} from './ports/plugin-store.ts';
export type { JobTimes, ScheduledJob, Scheduler } from './ports/scheduler.ts';
export type { SocketClient, SocketGateway, SocketHandler, SocketMessage } from './ports/socket-gateway.ts';
export { hookNames, type HookName, type LoadedPlugin, type Runtime, type RuntimeSession } from './runtimes/runtime.ts';
export type { OpenResource, ResourceLedger } from './scope/resource-ledger.ts';
export type { TraceSpan, Tracer } from './ports/tracer.ts';
export type { Release } from './manifest/release.ts';
