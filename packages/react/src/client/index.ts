export { createPluginClient, type PluginClient, type PluginClientOptions } from './plugin-client.ts';
export type {
  CascadeOptions,
  ConfigRequestOptions,
  GrantChange,
  GrantOptions,
  RequestOptions,
  RevisionsQuery,
  RollbackOptions,
} from './request-options.ts';
export { PluginApiError, asPluginApiError, type PluginApiErrorDetails, type ProblemEntry } from './plugin-api-error.ts';
export type { ConnectionState, LiveObserver } from './follow-live-events.ts';
export type {
  ConfigConflict,
  ConfigTest,
  Json,
  JsonObject,
  LiveEvent,
  PluginConfigRevision,
  PluginConfigState,
  PluginDetail,
  PluginGraph,
  PluginGraphEdge,
  PluginGraphNode,
  PluginOperation,
  PluginPermission,
  PluginPermissions,
  PluginRegistration,
  PluginState,
  PluginSummary,
  Reason,
} from '@catalyst-plugins/core/protocol';
