import type { PluginGrants } from './capabilities/permissions/plugin-grants.ts';
import { PluginConfigs } from './capabilities/config/plugin-configs.ts';
import { PluginError } from './errors/plugin-error.ts';
import { HostCommands } from './host-commands.ts';
import { hostDiagnostics } from './host-diagnostics.ts';
import { hostFolders } from './host-folders.ts';
import { hostGenerations } from './host-generations.ts';
import { hostHealth, type HostHealthParts } from './host-health.ts';
import type { HostMetrics } from './host-metrics.ts';
import { HostOperations } from './host-operations.ts';
import { hostRecords, type HostRecords } from './host-records.ts';
import { hostRelations } from './host-relations.ts';
import { hostResilience, type HostResilience } from './host-resilience.ts';
import { resolveHostOptions, type PluginHostOptions, type ResolvedHostOptions } from './host-options.ts';
import type { BuildGeneration } from './lifecycle/generation-factory.ts';
import { PluginRegistry } from './lifecycle/plugin-registry.ts';
import type { PluginRelations } from './lifecycle/plugin-relations.ts';
import type { PluginSupervisor } from './lifecycle/plugin-supervisor.ts';
import { ReleaseKeeper } from './lifecycle/release-keeper.ts';
import { leftBehind } from './lifecycle/shutdown.ts';
import { startPlugins } from './lifecycle/start-plugins.ts';
import type { Generation } from './lifecycle/generation.ts';
import { ConfigCommands } from './operations/config-commands.ts';
import type { FolderUpkeep } from './operations/folder-upkeep.ts';
import { HostData } from './operations/host-data.ts';
import { liveFrontends } from './operations/live-frontends.ts';
import type { OperationLog } from './operations/operation-log.ts';
import type { LiveEvents } from './operations/live-events.ts';
import { PluginOverview } from './operations/plugin-overview.ts';
import type { ConfigOptions } from './plugin-config-commands.ts';
import type { PluginDataCommands } from './plugin-data-commands.ts';
import type { PluginTaskCommands } from './plugin-task-commands.ts';
import type { PluginLogCommands } from './plugin-log-commands.ts';
import type { HostGateways, HostInspection, PluginGrantCommands, PluginHost } from './plugin-host.ts';
import type { Diagnostics } from './protocol/diagnostics.ts';
import type { JsonObject } from './protocol/json.ts';
import type { PluginGraph } from './protocol/plugin-graph.ts';
import type { PluginDetail, PluginSummary } from './protocol/plugin-summary.ts';

/** Makes a host of plugins; nothing runs before `start`. Throws `OPTIONS_INVALID`. */
export function createPluginHost(options: PluginHostOptions): PluginHost {
  return new ComposedHost(resolveHostOptions(options));
}

/** The composition root: the only place that knows all parts. */
class ComposedHost extends HostOperations implements PluginHost {
  readonly rescan: PluginHost['rescan'] = (options) => this.#commands.rescan(options);
  readonly enable: PluginHost['enable'] = (...command) => this.#commands.enable(...command);
  readonly disable: PluginHost['disable'] = (...command) => this.#commands.disable(...command);
  readonly reload: PluginHost['reload'] = (...command) => this.#commands.reload(...command);
  readonly rollback: PluginHost['rollback'] = (...command) => this.#commands.rollback(...command);
  readonly audit: PluginHost['audit'] = (query) => this.#records.audit.read(query);
  readonly exportAudit: PluginHost['exportAudit'] = (query) => this.#records.audit.export(query);
  readonly auditHealth: PluginHost['auditHealth'] = () => this.#records.audit.health();
  readonly onAudit: PluginHost['onAudit'] = (listener) => this.#records.audit.onWritten(listener);
  readonly noteRefused: PluginHost['noteRefused'] = (request) => this.#records.audit.noteRefused(request);
  readonly frontends: PluginHost['frontends'] = () => liveFrontends(this.#registry);
  readonly events: LiveEvents;
  readonly operations: OperationLog;
  readonly grants: PluginGrantCommands;
  readonly config: ConfigCommands;
  readonly data: PluginDataCommands;
  readonly logs: PluginLogCommands;
  readonly metrics: HostMetrics;
  readonly tasks: PluginTaskCommands;
  readonly #options: ResolvedHostOptions;
  readonly #commands: HostCommands;
  readonly #registry = new PluginRegistry();
  readonly #records: HostRecords;
  readonly #resilience: HostResilience;
  readonly #grants: PluginGrants;
  readonly #relations: PluginRelations;
  readonly #configs: PluginConfigs;
  readonly #upkeep: FolderUpkeep;
  readonly #keeper: ReleaseKeeper;
  readonly #overview: PluginOverview;
  readonly #data: HostData;
  protected readonly healthParts: HostHealthParts;
  #gateways: HostGateways = {};
  #build: BuildGeneration | undefined;
  #closed: Promise<void> | undefined;

  constructor(given: ResolvedHostOptions) {
    super();
    this.#resilience = hostResilience(given);
    const { stores } = this.#resilience;
    const records = hostRecords({ ...given, stores }, this.#registry, (...of) => this.#configs.secrets.redact(...of));
    const options = { ...given, stores, logger: records.logs.logger };
    this.#options = options;
    const find = (plugin: string): PluginSupervisor => this.#find(plugin);
    this.#configs = new PluginConfigs({
      ...options,
      store: stores.plugins,
      audited: records.trail.together,
      onOwnChange: (change) => this.config.ownChange(change),
    });
    const known = { registry: this.#registry, configs: this.#configs };
    this.#records = records;
    ({ logs: this.logs, events: this.events, operations: this.operations } = records);
    ({ metrics: this.metrics, tasks: this.tasks } = records);
    this.healthParts = hostHealth(options, records, this.#registry, this.#resilience);
    this.config = new ConfigCommands({ ...records, ...known, store: stores.plugins, find });
    const related = hostRelations({
      ...records,
      ...this.#resilience,
      registry: this.#registry,
      journal: records.trail,
      rule: options.consent,
      find,
    });
    this.#relations = related.relations;
    this.#grants = related.grants;
    this.grants = related.grantCommands;
    this.#overview = new PluginOverview({
      ...known,
      leaks: records.leaks,
      warnings: (manifest) => this.#relations.warnings(manifest),
      rev: () => this.events.seq,
    });
    this.#keeper = new ReleaseKeeper(options);
    this.#data = new HostData(options);
    ({ upkeep: this.#upkeep, data: this.data } = hostFolders({
      options,
      find,
      records,
      resilience: this.#resilience,
      ...related,
      ...known,
      health: this.healthParts,
      onFailure: records.onFailure,
      keeper: this.#keeper,
      config: this.config,
      data: this.#data,
      build: (...args) => this.#buildGeneration(...args),
      start: (supervisors) => this.#startAll(supervisors),
    }));
    this.#commands = new HostCommands({ ...this.#resilience, ...records, find, rescan: () => this.#scan() });
  }

  attach(gateways: HostGateways): void {
    if (this.#build)
      throw new PluginError('HOST_ALREADY_STARTED', 'Gateways were attached to a host that has already started.');
    this.#gateways = { ...this.#gateways, ...gateways };
  }

  async start(): Promise<void> {
    this.#assertOpen();
    if (this.#build) throw new PluginError('HOST_ALREADY_STARTED', 'start() was called twice.');
    this.#build = hostGenerations({
      options: this.#options,
      records: this.#records,
      registry: this.#registry,
      configs: this.#configs,
      grants: this.#grants,
      data: this.#data,
      gateways: this.#gateways,
    });
    this.#resilience.crashRecord.open();
    this.#records.begin();
    this.healthParts.begin();
    // before the first scan, so that no change is missed between the two
    if (this.#options.watch) await this.#upkeep.watch(this.#options.watch);
    await this.#firstScan();
    this.#resilience.storeWatch.begin();
    this.#keeper.begin();
    this.#records.started(this.#registry.all().length);
    this.healthParts.phase.started();
  }

  stop(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  announceStop(): void {
    this.#resilience.shutdown.announce();
  }

  updateConfig(name: string, patch: JsonObject, options: ConfigOptions = {}): Promise<void> {
    return this.config.update(name, patch, options);
  }

  graph(): PluginGraph {
    return this.#relations.describe();
  }

  status(): PluginSummary[] {
    return this.#overview.list();
  }

  summary(name: string): PluginSummary | undefined {
    return this.#overview.summary(name);
  }

  get(name: string): PluginDetail | undefined {
    return this.#overview.detail(name);
  }

  readonly emit: PluginHost['emit'] = (event, data) => this.#records.bus.emit(event, data);
  readonly on: PluginHost['on'] = (event, listener) => this.#records.bus.on(event, listener);

  diagnostics(...[name, command]: Parameters<PluginHost['diagnostics']>): Promise<Diagnostics> {
    const parts = { host: this, records: this.#records, options: this.#options, secrets: this.#configs.secrets };
    return hostDiagnostics(parts, name, command);
  }

  inspect(): HostInspection {
    return { listeners: this.#records.bus.listenerCount(), ...this.#overview.count() };
  }

  /** Says how many plugins there are. */
  async #scan(): Promise<number> {
    this.#assertOpen();
    await this.#upkeep.scan();
    return this.#registry.all().length;
  }

  async #firstScan(): Promise<void> {
    try {
      await this.#records.stalls.during(() => this.#upkeep.scan());
    } catch (error) {
      // the store is not one that this host can use: start() may be called again
      this.#upkeep.unwatch();
      this.#build = undefined;
      throw error;
    }
  }

  async #end(): Promise<void> {
    const { shutdown } = this.#resilience;
    try {
      await shutdown.run(
        () => this.#stopAll(),
        () => leftBehind(this.#registry.all()),
      );
    } finally {
      await this.#records.close(this.#build !== undefined);
    }
  }

  #buildGeneration(...args: Parameters<BuildGeneration>): Promise<Generation> {
    if (!this.#build) throw new PluginError('HOST_CLOSED', 'The host has not started.');
    return this.#build(...args);
  }

  async #startAll(supervisors: readonly PluginSupervisor[]): Promise<void> {
    // when stop() came first: what is not started needs no stop
    const options = { ...this.#options, ...this.#resilience, relations: this.#relations };
    if (!this.#closed) await startPlugins(supervisors, options);
  }

  async #stopAll(): Promise<void> {
    this.#resilience.crashRecord.close();
    this.#resilience.storeWatch.close();
    this.#upkeep.close();
    this.#relations.close();
    const checked = this.healthParts.monitor.end();
    await Promise.all(this.#registry.all().map((supervisor) => supervisor.stop()));
    await this.#records.end();
    await Promise.all([checked, this.#keeper.settled(), this.#data.indexes.settled()]);
    await this.#resilience.storeWatch.settled();
    await this.#resilience.remembered.settled();
  }

  #find(name: string): PluginSupervisor {
    this.#assertOpen();
    return this.#registry.find(name);
  }

  #assertOpen(): void {
    if (this.#closed) throw new PluginError('HOST_CLOSED', 'The host is shutting down.');
  }
}
