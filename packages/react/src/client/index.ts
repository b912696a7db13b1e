export {
  createPluginClient,
  type PluginClient,
  type PluginClientOptions,
  type RequestOptions,
} from './plugin-client.ts';
export { PluginApiError, asPluginApiError, type PluginApiErrorDetails, type ProblemEntry } from './plugin-api-error.ts';
export type { ConnectionState, LiveObserver } from './follow-live-events.ts';
export type {
  Json,
  JsonObject,
  LiveEvent,
  PluginDetail,
  PluginRegistration,
  PluginState,
  PluginSummary,
  Reason,
} from '@catalyst-plugins/core/protocol';
