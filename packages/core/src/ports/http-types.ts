import type { HostType } from './host-types.ts';

/** The request that handlers get: the host framework's own. */
export type PluginRequest = HostType<
  'request',
  { readonly url: string; readonly method: string; readonly [member: string]: unknown }
>;

/** The reply that handlers get: the host framework's own. */
export type PluginReply = HostType<'reply', { readonly [member: string]: unknown }>;

/** What answers a route. */
export type RouteHandler = (request: PluginRequest, reply: PluginReply) => unknown;

/** The options of a route: the host framework's own where its adapter has said so. */
export type PluginRouteOptions = HostType<
  'route',
  {
    readonly method: string | readonly string[];
    /** With, without, or equal to a leading slash; served under the prefix of the plugin. */
    readonly url: string;
    readonly handler: RouteHandler;
    readonly [option: string]: unknown;
  }
>;

/** Runs before every route of the plugin: `(request, reply)`, or `(request, reply, next)`. */
export type PluginMiddleware = (request: PluginRequest, reply: PluginReply, next: (error?: Error) => void) => unknown;
