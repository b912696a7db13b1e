import type { PluginAudit } from './plugin-audit.ts';
import type { CommandOrigin } from './ports/audit-note.ts';
import type { HttpGateway } from './ports/http-gateway.ts';
import type { SocketGateway } from './ports/socket-gateway.ts';
import type { EventListener } from './capabilities/events/event-bus.ts';
import type { HostMetrics } from './host-metrics.ts';
import type { LiveFrontend } from './operations/live-frontends.ts';
import type { HostOperationsCommands } from './host-operations-commands.ts';
import type { ConfigOptions, PluginConfigCommands } from './plugin-config-commands.ts';
import type { PluginDataCommands } from './plugin-data-commands.ts';
import type { PluginHealthCommands } from './plugin-health-commands.ts';
import type { PluginTaskCommands } from './plugin-task-commands.ts';
import type { PluginLogCommands } from './plugin-log-commands.ts';
import type { HostCondition } from './protocol/host-condition.ts';
import type { JsonObject } from './protocol/json.ts';
import type { LiveEvent, LiveTopic } from './protocol/live-event.ts';
import type { Diagnostics } from './protocol/diagnostics.ts';
import type { GrantChange } from './operations/plugin-consent.ts';
import type { PluginGraph } from './protocol/plugin-graph.ts';
import type { PluginPermissions } from './protocol/plugin-permission.ts';
import type { PluginOperation } from './protocol/plugin-operation.ts';
import type { PluginDetail, PluginSummary } from './protocol/plugin-summary.ts';

/** Who gives a command, why and with which request, for the audit. */
export interface CommandOptions extends CommandOrigin {
  /** Under which id the command can be followed in `operations`; a random one when absent. */
  readonly operationId?: string;
}

/** A command that may bring up a release that asks for permissions. */
export interface GrantOptions extends CommandOptions {
  /** Permissions that are granted with the command; `all` that its release and its folder ask for and nobody has decided about. */
  readonly grant?: readonly string[] | 'all' | undefined;
}

/** A command that may take from other plugins what they need. */
export interface CascadeOptions extends CommandOptions {
  /** Whether those are taken off too; they come back by themselves when they can. Default `false`. */
  readonly cascade?: boolean | undefined;
}

/** A command that takes a plugin off. */
export interface DisableOptions extends CascadeOptions {
  /** Whether calls in flight are cut at once instead of waited for, those of the plugins that go with it too. Default `false`. */
  readonly force?: boolean | undefined;
}

/** What plugins may do, and the decisions about it. */
export interface PluginGrantCommands {
  /** What a plugin asks for, and what was decided. Throws `PLUGIN_NOT_FOUND`. */
  describe(name: string): PluginPermissions;
  /**
   * Decides about permissions. A revocation is in effect with the next call and takes no plugin off; what waited for
   * consent comes up by itself. Throws `GRANT_UNKNOWN`, `PLUGIN_NOT_FOUND`, `STORE_UNAVAILABLE`.
   */
  change(name: string, change: GrantChange, options?: CommandOptions): Promise<PluginPermissions>;
}

/** The commands that run, and the latest that have ended. */
export interface PluginOperations {
  /** The latest first. */
  list(plugin?: string): PluginOperation[];
  get(id: string): PluginOperation | undefined;
  /** Ends a drain now: what is still in flight is cut. Throws `OPERATION_NOT_FOUND`, `OPERATION_NOT_DRAINING`. */
  force(id: string, actor: string, options?: Pick<CommandOptions, 'reason' | 'request'>): PluginOperation;
}

/** Which release to go back to, and who says so. */
export interface RollbackOptions extends GrantOptions, CascadeOptions {
  /** Version or digest of a release that was live; default: the previous one. */
  readonly to?: string | undefined;
}

/** The gateways of a framework adapter. */
export interface HostGateways {
  readonly http?: HttpGateway;
  readonly sockets?: SocketGateway;
}

/** What a host holds at the moment, for leak checks. */
export interface HostInspection {
  /** Listeners on the bus, those of the host application included. */
  readonly listeners: number;
  /** Generations that are loaded or still draining. */
  readonly generations: number;
  /** Calls into plugins that have not ended. */
  readonly activeCalls: number;
}

/** The lifecycle as a numbered stream. */
export interface LiveEventFeed {
  /** Number of the latest event; begins anew when the host starts. */
  readonly seq: number;
  /** Names the latest event, in all processes. */
  readonly id: string;
  /** Hears every event from now on, until the returned function is called. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /**
   * The events after one, of all topics or of some, or `undefined` when they are too old to be had. The one is named by its
   * number in this process, or by its id, which may be that of another process: then there are none to be had.
   */
  since(last: number | string, topics?: readonly LiveTopic[]): readonly LiveEvent[] | undefined;
}

/**
 * A host of plugins. Commands on one plugin run one after the other, on different plugins side by side.
 * Commands throw `PLUGIN_NOT_FOUND`, `STORE_UNAVAILABLE`, `HOST_CLOSED`, and what the plugin did wrong.
 */
export interface PluginHost extends PluginAudit, HostOperationsCommands {
  /** Lends the host an adapter's gateways. Throws `HOST_ALREADY_STARTED` after `start`. */
  attach(gateways: HostGateways): void;
  /**
   * Finds the plugins and brings up those that are wanted; a plugin that fails or hangs stops neither the others nor the boot.
   * Nor does a store that is away: then the host begins with what was true last, and is whole when the store is back.
   */
  start(): Promise<void>;
  /** Drains and unloads all plugins, within `shutdownMs` whatever they do; the wanted state stays stored. */
  stop(): Promise<void>;
  /** Says in `condition` that the host is about to stop, for load balancers; it serves on until `stop`. */
  announceStop(): void;
  /** Looks for new, repaired and removed plugin folders. */
  rescan(options?: CommandOptions): Promise<void>;
  /**
   * Enables a plugin. One that lacks what it needs is wanted and `blocked`, and comes up by itself when that turns up.
   * Throws `DEPENDENCY_UNMET`, `DEPENDENCY_CYCLE`, `CONSENT_REQUIRED`, `GRANT_UNKNOWN`.
   */
  enable(name: string, options?: GrantOptions): Promise<void>;
  /** Throws `DEPENDANTS_ACTIVE` when live plugins need it and may not be taken off. */
  disable(name: string, options?: DisableOptions): Promise<void>;
  /**
   * Replaces the running generation by one made from the folder; a failure leaves the old one serving. A folder that is
   * refused for what `enable` names, or with `DEPENDANTS_ACTIVE`, is taken over by itself when it may.
   */
  reload(name: string, options?: GrantOptions & CascadeOptions): Promise<void>;
  /**
   * Goes back to a release that was live, with the files that it had; it stays so, also after a restart, until the plugin
   * folder changes or `reload` is called. Throws `ROLLBACK_UNAVAILABLE`.
   */
  rollback(name: string, options?: RollbackOptions): Promise<void>;
  /** Changes some settings; the others stay. The same as `config.update`. */
  updateConfig(name: string, patch: JsonObject, options?: ConfigOptions): Promise<void>;
  /** Settings of plugins: what they are, what they were, what would come of a change. */
  readonly config: PluginConfigCommands;
  /** What plugins have stored. */
  readonly data: PluginDataCommands;
  /** All plugins by name, folders with unusable ones included. */
  status(): PluginSummary[];
  /** One plugin as lists show it. */
  summary(name: string): PluginSummary | undefined;
  /** Everything about one plugin; secrets are left out. */
  get(name: string): PluginDetail | undefined;
  /** Tells plugins an event of the host application; returns how many heard it. */
  emit(event: string, data?: unknown): number;
  /** Hears an event of plugins or of the lifecycle (`plugin:enabled` …), until the returned function is called. */
  on(event: string, listener: EventListener): () => void;
  readonly events: LiveEventFeed;
  /** What is counted: for each plugin, and of the process. */
  readonly metrics: HostMetrics;
  readonly operations: PluginOperations;
  readonly grants: PluginGrantCommands;
  /** How plugins are, and the host as a whole. */
  readonly health: PluginHealthCommands;
  readonly tasks: PluginTaskCommands;
  /** What plugins logged, and what the host logged about them. */
  readonly logs: PluginLogCommands;
  /**
   * What is needed to find out what is wrong with the host, or with one plugin: without secrets, a few megabytes at most.
   * Stands in the audit log. Throws `PLUGIN_NOT_FOUND`.
   */
  diagnostics(name?: string, options?: CommandOrigin): Promise<Diagnostics>;
  /** What browsers may load of the plugins that are live now. */
  frontends(): LiveFrontend[];
  /** Who needs whom, and what is not met. */
  graph(): PluginGraph;
  /** Whether the host as a whole is as it should be. */
  condition(): HostCondition;
  /** Whether a plugin has left an error uncaught since the start. It was contained, but the process may have been harmed. */
  readonly isTainted: boolean;
  inspect(): HostInspection;
}
