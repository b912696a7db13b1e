'use client';

export { PluginProvider, type PluginProviderProps } from './plugin-provider.tsx';
export { usePlugins, type PluginsView } from './use-plugins.ts';
export { usePlugin, type PluginView, type UsePluginOptions } from './use-plugin.ts';
export { usePluginActions, type NamedPluginActions } from './use-plugin-actions.ts';
export { usePluginConfig, type PluginConfigActions, type PluginConfigView } from './use-plugin-config.ts';
export { usePluginPermissions, type PluginPermissionsView } from './use-plugin-permissions.ts';
export {
  usePluginOperation,
  type PluginOperationView,
  type UsePluginOperationOptions,
} from './use-plugin-operation.ts';
export { usePluginGraph, type PluginGraphView } from './use-plugin-graph.ts';
export { useConnection } from './use-connection.ts';
export type { ActionResult } from './store/action-result.ts';
export type { PluginActions } from './store/plugin-store.ts';
export type { PluginDetails } from './store/plugin-records.ts';
export type { LoadStatus, PluginCommand, LatestCommand } from './store/plugin-store-state.ts';
export { createPluginClient, type PluginClient, type PluginClientOptions } from './client/plugin-client.ts';
export type {
  CascadeOptions,
  ConfigRequestOptions,
  GrantChange,
  GrantOptions,
  RequestOptions,
  RevisionsQuery,
  RollbackOptions,
} from './client/request-options.ts';
export { PluginApiError, type ProblemEntry } from './client/plugin-api-error.ts';
export type { ConnectionState, LiveObserver } from './client/follow-live-events.ts';
export type {
  ConfigConflict,
  ConfigTest,
  Json,
  JsonObject,
  PluginConfigRevision,
  PluginConfigState,
  PluginDetail,
  PluginGraph,
  PluginGraphEdge,
  PluginGraphNode,
  PluginOperation,
  PluginPermission,
  PluginPermissions,
  PluginState,
  PluginSummary,
} from './client/index.ts';
