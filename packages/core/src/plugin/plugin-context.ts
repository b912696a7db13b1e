import type { PermissionHook } from '../capabilities/access/access.ts';
import type { Collection } from '../capabilities/collections/collection-types.ts';
import type { HostDatabase } from '../capabilities/database/database.ts';
import type { PluginMiddleware, PluginRequest, PluginRouteOptions } from '../ports/http-types.ts';
import type { TaskOptions } from '../capabilities/tasks/task-terms.ts';
import type { ScheduledTask } from '../capabilities/tasks/tasks.ts';
import type { WebSocketHandler } from '../capabilities/websocket/websocket.ts';
import type { PluginError } from '../errors/plugin-error.ts';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { HostType } from '../ports/host-types.ts';
import type { Logger } from '../ports/logger.ts';
import type { SocketGateway, SocketMessage } from '../ports/socket-gateway.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { Undo } from '../scope/scope.ts';
import type {
  PluginApiHandler,
  PluginApiName,
  PluginApiArguments,
  PluginApiResult,
  PluginApis,
  Suggested,
} from './plugin-apis.ts';
import type { PluginEventData, PluginEventPayload, PluginEvents } from './plugin-events.ts';

/** Hears one event. */
type PluginContextListener<Event> = (data: PluginEventPayload<Event>, event: string) => unknown;

/**
 * All that a plugin gets from its host, given to every hook.
 *
 * What `onLoad` registers lives until the plugin is unloaded, what `onEnable` registers until it is disabled;
 * both work only while the plugin is enabled. Every registration returns a function that takes it back.
 */
export interface PluginContext {
  /** The plugin's own `plugin.json`, with defaults filled in. */
  readonly manifest: PluginManifest;
  /** The `config` section of the manifest as it was written: defaults and field definitions. */
  readonly originalConfig: JsonObject;
  /** An id that stays the same from the first discovery of the plugin to its removal. */
  readonly installId: string;
  /** Writes to the host's log; every line names the plugin and its generation. */
  readonly logger: Logger;
  /** Aborts when this generation of the plugin ends; pass it to whatever waits. */
  readonly signal: AbortSignal;

  /** Answers a method and url under `/api/plugins/<name>`. Throws `ROUTE_INVALID`, `ROUTE_DUPLICATE`, `ROUTE_RESERVED`. */
  registerRoute(options: PluginRouteOptions): Undo;
  /** Runs a function before every route of this plugin: `(request, reply)` or `(request, reply, next)`. */
  registerMiddleware(handler: PluginMiddleware, options?: { readonly scope?: 'global' | 'route' }): Undo;

  /** Hears messages of a type, sent as `<type>` or as `plugin:<name>:<type>`. */
  onWebSocketMessage(type: string, handler: WebSocketHandler): Undo;
  /** Sends to one client, or to all with `'*'`; returns how many got it. */
  sendWebSocketMessage(clientId: string, message: SocketMessage): number;
  /** The gateway itself, for what the two functions above do not cover. */
  readonly wsGateway: HostType<'socketGateway', SocketGateway>;

  /** Runs a function by a cron expression of 5 or 6 fields. Throws `TASK_INVALID`. */
  scheduleTask(cron: string, handler: () => unknown, options?: TaskOptions | null): ScheduledTask;

  /** Hears an event of another plugin, of the host application, or of the lifecycle (`plugin:enabled` …). */
  on<Event extends Suggested<keyof PluginEvents>>(event: Event, handler: PluginContextListener<Event>): Undo;
  /** Hears an event the next time only. */
  once<Event extends Suggested<keyof PluginEvents>>(event: Event, handler: PluginContextListener<Event>): Undo;
  /** Takes back every registration of this function for this event. */
  off<Event extends Suggested<keyof PluginEvents>>(event: Event, handler: PluginContextListener<Event>): void;
  /** Tells everybody who listens; returns how many those were. Throws `EVENT_TOO_DEEP` when listeners answer each other for ever. */
  emit<Event extends Suggested<keyof PluginEvents>>(event: Event, ...data: PluginEventData<Event>): number;
  /** Like `emit`, for an event that the manifest declares. Throws `EVENT_PAYLOAD_INVALID` when the data does not fit. */
  emitTyped<Event extends Suggested<keyof PluginEvents>>(event: Event, ...data: PluginEventData<Event>): number;
  /** The `events` section of the manifest. */
  getDeclaredEvents(): PluginManifest['events'];

  /**
   * Answers calls of other plugins while this one is live. `handler(params, { caller, signal })`; both what it gets and
   * what it returns are copies. Throws `LISTENER_INVALID`.
   */
  exposeApi<Plugin extends Suggested<keyof PluginApis>, Api extends Suggested<PluginApiName<Plugin>>>(
    api: Api,
    handler: PluginApiHandler<Plugin, Api>,
  ): Undo;
  /**
   * Calls an API of a plugin, whichever generation of it is live; one that is being loaded or restarted is waited for.
   * Needs the permission `plugin.rpc`. Rejects with `API_NOT_FOUND`, `API_TIMEOUT` (after 10 s), `API_FAILED`,
   * `API_VALUE_INVALID`, `PERMISSION_DENIED`.
   */
  callPluginApi<Plugin extends Suggested<keyof PluginApis>, Api extends Suggested<PluginApiName<Plugin>>>(
    plugin: Plugin,
    api: Api,
    ...paramsAndOptions: PluginApiArguments<Plugin, Api>
  ): Promise<PluginApiResult<Plugin, Api>>;

  /** The current value of a setting (dotted paths reach inside), or all settings; stored values win over defaults. */
  getConfig<Value = Json>(key?: string): Value;
  /** Changes a setting for good. Throws `CONFIG_INVALID`, `STORE_UNAVAILABLE`. */
  setConfig(key: string, value: Json): Promise<void>;

  /** A stored value, or `null`. */
  getStorage<Value = Json>(key: string): Promise<Value | null>;
  /** Stores JSON under a key. Throws `STORAGE_KEY_INVALID`, `STORAGE_VALUE_INVALID`, `STORAGE_VALUE_TOO_LARGE`. */
  setStorage(key: string, value: unknown): Promise<void>;
  /** Forgets a stored value; resolves to whether there was one. */
  deleteStorage(key: string): Promise<boolean>;
  /** The stored keys that begin with a prefix. */
  listStorage(prefix?: string): Promise<string[]>;

  /** The documents of that name, which can be searched; nothing has to be created before. Throws `COLLECTION_INVALID`. */
  collection<Doc extends object = JsonObject>(name: string): Collection<Doc>;

  /** The host's database client, as far as the plugin's permissions go. Throws `PERMISSION_DENIED`. */
  readonly db: HostDatabase;

  /** The id of the user behind a request, or `undefined` when nobody is signed in. */
  getUserId(request: PluginRequest): string | undefined;
  /** Whether the user behind a request has any of the permissions. */
  hasPermission(request: PluginRequest, ...anyOf: string[]): boolean;
  /** Makes a `preHandler` that answers 401 or 403 unless the user has any of the permissions; without any, every user passes. */
  requirePermission(...anyOf: string[]): PermissionHook;

  /** Makes the error to throw from a hook when something the plugin needs is not there yet; the host tries again. */
  retryLater(reason: string): PluginError;
}
