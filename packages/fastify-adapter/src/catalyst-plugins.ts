import { PluginError, type PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { createAdminGuard, type AdminGuard } from './admin/admin-guard.ts';
import { adminRoutes } from './admin/admin-routes.ts';
import { administratorCheck, type AdminProtection } from './admin/administrator.ts';
import { LiveFeed } from './admin/live-feed.ts';
import { createLiveStreams, type LiveStreams } from './admin/live-stream.ts';
import { dispatchRoutes } from './http/dispatch-routes.ts';
import type { MountedTables } from './http/mounted-tables.ts';
import type { RouteTable } from './http/route-table.ts';
import { createFastifyHttpGateway } from './http/fastify-http-gateway.ts';
import {
  isRouteAuth,
  type RouteAuth,
  type RouteAuthentication,
  type RouteAuthOptions,
} from './http/route-authentication.ts';
import { serveMetrics, type MetricsOptions } from './metrics/serve-metrics.ts';
import { serveOpenApi, type OpenApiOptions } from './open-api/serve-open-api.ts';
import { operationsEndpoints } from './operations/operations-endpoints.ts';
import { operationsRoutes, type OfferedOperations } from './operations/operations-routes.ts';
import { servePanel } from './panel/serve-panel.ts';
import { serveProbes, type ProbeOptions } from './probes/serve-probes.ts';
import { createFastifySocketGateway } from './sockets/fastify-socket-gateway.ts';
import { registerWebsocket, socketRoutes, type SocketAuthentication } from './sockets/socket-routes.ts';
import { serveFrontends, type FrontendOptions } from './ui/serve-frontends.ts';

/** The operations API: a few answers for consoles, monitors and load balancers. */
export interface OperationsOptions {
  /** Default `/plugins`. */
  readonly prefix?: string;
  /** Whether everybody may ask for the health of the plugins, for load balancers; default `false`. */
  readonly publicHealth?: boolean;
}

/** Where browsers open their sockets, and how much they may send. */
export interface SocketOptions {
  /** Default `/ws`; the live events are at `<path>/events`. */
  readonly path?: string;
  /** Who may connect; everybody when absent. */
  readonly authenticate?: SocketAuthentication;
  /** Other sites whose pages may connect, as origins; the server's own always may. */
  readonly allowedOrigins?: readonly string[];
  /** Larger messages are answered with an error, in bytes; default 1 MiB. */
  readonly maxMessageBytes?: number;
  /** Messages of one client a second; default 50. */
  readonly messagesPerSecond?: number;
  /** Messages of one client at once; default 100. */
  readonly messageBurst?: number;
}

export interface CatalystPluginsOptions {
  readonly host: PluginHost;
  /** Where plugins and the admin API are served; default `/api/plugins`. */
  readonly prefix?: string;
  /** Who may use the admin API; there is no default: say who, or `false` for none. */
  readonly admin: AdminProtection | false;
  /** The operations API, for those who may use the admin API; `false` leaves it out. */
  readonly operations?: OperationsOptions | false;
  /** The OpenAPI document at `openapi.json` and the page at `docs`; `false` leaves both out. */
  readonly openApi?: OpenApiOptions | false;
  /** The browser sides of plugins, at `ui` under the prefix; `false` leaves them out. */
  readonly frontends?: FrontendOptions | false;
  /** Finds out who sends a request to a plugin route that is not public; default: the server's own hooks have done so. */
  readonly authenticate?: RouteAuthentication;
  /** What routes without `config.auth` need; default `required` with `authenticate`, else `optional`. */
  readonly defaultAuth?: RouteAuth;
  /** Serves what the host counts in the text format of Prometheus, at `/metrics` unless told; default `false`. */
  readonly metrics?: boolean | MetricsOptions;
  /** Whether the server has probes for orchestrators and load balancers, at `/health`, `/ready` and `/live` unless told; default `false`. */
  readonly probes?: boolean | ProbeOptions;
  /** `false` leaves WebSockets out. */
  readonly sockets?: SocketOptions | false;
  /** Whether the server's start starts the plugin host and its end stops it; default `true`. */
  readonly manageHost?: boolean;
  /** No route of a plugin may read a larger body, in bytes; default 64 MiB. Routes without a limit have the server's. */
  readonly maxBodyBytes?: number;
  /** Settings for Ajv, as in Fastify's own `ajv.customOptions`. */
  readonly ajv?: object;
  /** Whether this is a production server; default: `NODE_ENV` is `production`. */
  readonly production?: boolean;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The plugin host of this server. */
    plugins: PluginHost;
  }
}

declare module '@catalyst-plugins/core' {
  interface HostTypes {
    request: FastifyRequest;
    reply: FastifyReply;
    route: RouteOptions;
  }
}

/** `close` waits this long for plugins to drain before Fastify's own limit would end it with an error; the rest follows in `onClose`. */
const preCloseMs = 5_000;

/** Serves plugins on a Fastify instance: their routes, their sockets, the admin API and the live events. Throws `ADMIN_UNPROTECTED`. */
export const catalystPlugins = fastifyPlugin(servePlugins, { name: '@catalyst-plugins/fastify', fastify: '5.x' });

async function servePlugins(app: FastifyInstance, options: CatalystPluginsOptions): Promise<void> {
  const { host, ajv = {}, maxBodyBytes = 64 * 1024 * 1024, manageHost = true } = options;
  const prefix = checkedPrefix(options.prefix ?? '/api/plugins');
  app.decorate('plugins', host);
  const http = createFastifyHttpGateway({ app, ajv, authentication: checkedAuthentication(options) });
  host.attach({ http });
  const { sockets = {} } = options;
  if (sockets !== false) await serveSockets(app, host, sockets);
  const feed = new LiveFeed(host);
  const streams = createLiveStreams(feed);
  serveMetrics(app, host, options.metrics);
  const { mounts } = http;
  await serveAdministrators(app, options, { mounts, feed, streams, prefix });
  await dispatchRoutes(app, { host, mounts, prefix, maxBodyBytes });
  app.addHook('preClose', async () => {
    streams.close();
    if (manageHost) await Promise.race([host.stop(), afterMs(preCloseMs)]);
  });
  if (!manageHost) return;
  app.addHook('onReady', () => host.start());
  app.addHook('onClose', () => host.stop());
}

interface AdministratorParts {
  readonly mounts: MountedTables<RouteTable>;
  readonly feed: LiveFeed;
  readonly streams: LiveStreams;
  readonly prefix: string;
}

/** What is for administrators and their programs: the admin API, the operations API, and the document of both. */
async function serveAdministrators(
  app: FastifyInstance,
  options: CatalystPluginsOptions,
  { mounts, feed, streams, prefix }: AdministratorParts,
): Promise<void> {
  const { host, openApi, sockets = {} } = options;
  const admin = checkedAdmin(options.admin);
  const production = options.production ?? process.env['NODE_ENV'] === 'production';
  const guard = admin && createAdminGuard(app, admin, production);
  const hasAdmin = guard !== undefined;
  const operations = offeredOperations(options.operations, hasAdmin);
  const document = await serveOpenApi(app, { host, mounts, prefix, openApi, operations, hasAdmin });
  if (guard) {
    const eventsPath = sockets === false ? undefined : `${sockets.path ?? '/ws'}/events`;
    await adminRoutes(app, { host, prefix, guard, feed, streams, eventsPath, document });
  }
  offerPanel(app, admin, prefix);
  const check = admin && administratorCheck(admin, production);
  await serveFrontendsTo(app, options, { prefix, check });
  const mayReadDetails = check && ((request: FastifyRequest) => mayRead(request, check));
  serveProbes(app, { host, options: options.probes, mayReadDetails });
  if (operations) await operationsRoutes(app, { host, guard: guard ?? refuseAll, ...operations });
}

/** Where nobody could learn of frontends, none are served. */
async function serveFrontendsTo(
  app: FastifyInstance,
  { host, frontends = {} }: CatalystPluginsOptions,
  { prefix, check }: { readonly prefix: string; readonly check: AdministratorCheck | undefined },
): Promise<void> {
  if (frontends === false) return;
  const { authorize = check && ((request: FastifyRequest) => isAdministrator(request, check)) } = frontends;
  if (authorize !== undefined && typeof authorize !== 'function')
    throw new PluginError('OPTIONS_INVALID', 'frontends.authorize: expected a function (request).');
  if (authorize) await serveFrontends(app, { host, prefix, authorize });
}

function offerPanel(app: FastifyInstance, admin: AdminProtection | undefined, api: string): void {
  const { ui = false } = admin ?? {};
  if (ui === false) return;
  const { path = '/admin/plugins' } = ui === true ? {} : ui;
  servePanel(app, { path: checkedPrefix(path, 'admin.ui.path'), api });
}

async function serveSockets(app: FastifyInstance, host: PluginHost, options: SocketOptions): Promise<void> {
  const { path = '/ws', authenticate, allowedOrigins = [], maxMessageBytes = 1024 * 1024 } = options;
  const rate = { perSecond: options.messagesPerSecond ?? 50, burst: options.messageBurst ?? 100 };
  const gateway = createFastifySocketGateway({ host, maxMessageBytes, rate });
  host.attach({ sockets: gateway });
  await registerWebsocket(app, maxMessageBytes);
  await socketRoutes(app, { gateway, path, authenticate, allowedOrigins });
}

/** Without anybody to ask, there is only what everybody may see. */
function offeredOperations(
  options: CatalystPluginsOptions['operations'],
  hasAdmin: boolean,
): OfferedOperations | undefined {
  if (options === false) return undefined;
  const { prefix = '/plugins', publicHealth = false } = options ?? {};
  const endpoints = operationsEndpoints(publicHealth).filter(({ permission }) => hasAdmin || permission === undefined);
  return endpoints.length === 0 ? undefined : { prefix: checkedPrefix(prefix, 'operations.prefix'), endpoints };
}

type AdministratorCheck = ReturnType<typeof administratorCheck>;

/** Whoever shows no credentials is not asked for them. */
async function mayRead(request: FastifyRequest, check: AdministratorCheck): Promise<boolean> {
  const { authorization, cookie } = request.headers;
  if (authorization === undefined && cookie === undefined) return false;
  return isAdministrator(request, check);
}

async function isAdministrator(request: FastifyRequest, check: AdministratorCheck): Promise<boolean> {
  return check(request, 'plugins.read').then(
    () => true,
    () => false,
  );
}

const refuseAll: AdminGuard = {
  need: () => async () => {
    throw new PluginError('UNAUTHENTICATED', 'Nobody can be authorised on this server.');
  },
  permissionsOf: async () => [],
};

function checkedPrefix(prefix: string, option = 'prefix'): string {
  if (/^\/[^?#*:]*[^/?#*:]$/.test(prefix)) return prefix;
  throw new PluginError('OPTIONS_INVALID', `${option}: ${JSON.stringify(prefix)} is not a path like "/api/plugins".`);
}

function checkedAuthentication({ authenticate, defaultAuth }: CatalystPluginsOptions): RouteAuthOptions {
  if (authenticate !== undefined && typeof authenticate !== 'function')
    throw new PluginError('OPTIONS_INVALID', 'authenticate: expected a function (request, reply, mode).');
  if (defaultAuth !== undefined && !isRouteAuth(defaultAuth))
    throw new PluginError('OPTIONS_INVALID', 'defaultAuth: expected "required", "optional" or "public".');
  return { authenticate, defaultAuth: defaultAuth ?? (authenticate ? 'required' : 'optional') };
}

function checkedAdmin(admin: AdminProtection | false | undefined): AdminProtection | undefined {
  if (admin === false) return undefined;
  if (admin && 'authorize' in admin && typeof admin.authorize === 'function') return admin;
  if (admin && 'unprotected' in admin && admin.unprotected) return admin;
  throw new PluginError('ADMIN_UNPROTECTED', 'The admin API was given nobody to protect it.');
}

function afterMs(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
