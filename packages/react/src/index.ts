'use client';

export { PluginProvider, type PluginProviderProps } from './plugin-provider.tsx';
export { usePlugins, type PluginsView } from './use-plugins.ts';
export { usePlugin, type PluginView, type UsePluginOptions } from './use-plugin.ts';
export { usePluginActions, type NamedPluginActions } from './use-plugin-actions.ts';
export { useConnection } from './use-connection.ts';
export type { ActionResult, PluginActions } from './store/plugin-store.ts';
export type { PluginDetails } from './store/plugin-records.ts';
export type { LoadStatus, PluginCommand, LatestCommand } from './store/plugin-store-state.ts';
export {
  createPluginClient,
  type PluginClient,
  type PluginClientOptions,
  type RequestOptions,
} from './client/plugin-client.ts';
export { PluginApiError, type ProblemEntry } from './client/plugin-api-error.ts';
export type { ConnectionState, LiveObserver } from './client/follow-live-events.ts';
export type { JsonObject, PluginDetail, PluginState, PluginSummary } from './client/index.ts';
