export {
  catalystPlugins,
  type CatalystPluginsOptions,
  type OperationsOptions,
  type SocketOptions,
} from './catalyst-plugins.ts';
export type { Administrator, AdminProtection, AuthorizationResult, Authorize } from './admin/administrator.ts';
export type { AdminPermission } from '@catalyst-plugins/core/protocol';
export type { MetricsOptions } from './metrics/serve-metrics.ts';
export type { RouteAuth, RouteAuthentication } from './http/route-authentication.ts';
export type { PluginRoute } from './http/plugin-route.ts';
export type { OpenApiOptions } from './open-api/serve-open-api.ts';
export type { SocketAuthentication } from './sockets/socket-routes.ts';
export type { RouteDescription } from './open-api/route-description.ts';
export type { ProbeOptions } from './probes/serve-probes.ts';
export type { FrontendOptions } from './ui/serve-frontends.ts';
