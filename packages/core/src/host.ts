import type { PluginGrants } from './capabilities/permissions/plugin-grants.ts';
import type { EventListener } from './capabilities/events/event-bus.ts';
import { PluginConfigs } from './capabilities/config/plugin-configs.ts';
import { PluginError } from './errors/plugin-error.ts';
import { hostGenerations } from './host-generations.ts';
import { hostHealth, type HostHealthParts } from './host-health.ts';
import { hostRecords, type HostRecords } from './host-records.ts';
import { hostRelations } from './host-relations.ts';
import { resolveHostOptions, type PluginHostOptions, type ResolvedHostOptions } from './host-options.ts';
import { quarantineOf } from './lifecycle/failure-recovery.ts';
import { DataMigrations } from './lifecycle/data-migrations.ts';
import type { BuildGeneration } from './lifecycle/generation-factory.ts';
import { PluginIntake } from './lifecycle/plugin-intake.ts';
import { PluginRegistry } from './lifecycle/plugin-registry.ts';
import type { PluginRelations } from './lifecycle/plugin-relations.ts';
import { PluginSupervisor } from './lifecycle/plugin-supervisor.ts';
import type { ReleaseHistory } from './lifecycle/release-history.ts';
import { ReleaseKeeper } from './lifecycle/release-keeper.ts';
import { startPlugins } from './lifecycle/start-plugins.ts';
import type { Generation } from './lifecycle/generation.ts';
import { ConfigCommands } from './operations/config-commands.ts';
import { FolderUpkeep } from './operations/folder-upkeep.ts';
import { HostData } from './operations/host-data.ts';
import type { OperationLog } from './operations/operation-log.ts';
import type { LiveEvents } from './operations/live-events.ts';
import { PluginOverview } from './operations/plugin-overview.ts';
import type { ConfigOptions } from './plugin-config-commands.ts';
import type { PluginHealthCommands } from './plugin-health-commands.ts';
import type { CommandOptions, HostGateways, HostInspection, PluginGrantCommands, PluginHost } from './plugin-host.ts';
import type { AuditQuery, AuditRecord } from './ports/audit-log.ts';
import type { PluginRecord } from './ports/plugin-store.ts';
import type { JsonObject } from './protocol/json.ts';
import type { PluginGraph } from './protocol/plugin-graph.ts';
import type {
  OperationsHealthReport,
  OperationsListReport,
  OperationsStatusReport,
} from './protocol/operations-report.ts';
import type { PluginDetail, PluginSummary } from './protocol/plugin-summary.ts';

/** Makes a host of plugins; nothing runs before `start`. Throws `OPTIONS_INVALID`. */
export function createPluginHost(options: PluginHostOptions): PluginHost {
  return new ComposedHost(resolveHostOptions(options));
}

/** The composition root: the only place that knows all parts. */
class ComposedHost implements PluginHost {
  readonly events: LiveEvents;
  readonly operations: OperationLog;
  readonly grants: PluginGrantCommands;
  readonly config: ConfigCommands;
  readonly health: PluginHealthCommands;
  readonly #options: ResolvedHostOptions;
  readonly #registry = new PluginRegistry();
  readonly #records: HostRecords;
  readonly #grants: PluginGrants;
  readonly #relations: PluginRelations;
  readonly #configs: PluginConfigs;
  readonly #upkeep: FolderUpkeep;
  readonly #keeper: ReleaseKeeper;
  readonly #overview: PluginOverview;
  readonly #data: HostData;
  readonly #migrations: DataMigrations;
  readonly #health: HostHealthParts;
  #gateways: HostGateways = {};
  #build: BuildGeneration | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ResolvedHostOptions) {
    const { stores } = options;
    this.#options = options;
    this.#configs = new PluginConfigs({
      ...options,
      store: stores.plugins,
      onOwnChange: (change) => this.config.ownChange(change),
    });
    const redact = (plugin: string, text: string): string => this.#configs.secrets.redact(plugin, text);
    const records = hostRecords(options, this.#registry, redact);
    this.#records = records;
    this.events = records.events;
    this.operations = records.operations;
    this.#health = hostHealth(options, records, this.#registry);
    this.health = this.#health.view;
    const onFailure = records.failures.record.bind(records.failures);
    this.config = new ConfigCommands({
      ...records,
      configs: this.#configs,
      store: stores.plugins,
      registry: this.#registry,
      find: (plugin) => this.#find(plugin),
    });
    const { grants, consent, relations, grantCommands } = hostRelations({
      registry: this.#registry,
      journal: this.#records.trail,
      rule: options.consent,
      find: (plugin) => this.#find(plugin),
      onFailure,
    });
    this.#relations = relations;
    this.#grants = grants;
    this.grants = grantCommands;
    this.#overview = new PluginOverview({
      registry: this.#registry,
      configs: this.#configs,
      leaks: this.#records.leaks,
      warnings: (manifest) => relations.warnings(manifest),
      rev: () => this.events.seq,
    });
    this.#keeper = new ReleaseKeeper(options);
    this.#data = new HostData(options);
    this.#migrations = new DataMigrations({ data: this.#data, journal: records.trail, onFailure });
    const intake = new PluginIntake({
      ...options,
      registry: this.#registry,
      store: stores.plugins,
      keeper: this.#keeper,
      initialGrants: (manifest, enabled) => consent.initial(manifest, enabled),
      supervise: (releases, record) => this.#supervise(releases, record),
      onRecord: (record) => {
        this.#records.announcer.know(record.name, record.installId);
        grants.load(record.name, record.grants);
        this.#migrations.know(record);
        return this.#configs.load(record);
      },
      onGone: (plugin) => this.#forget(plugin),
    });
    const start = (supervisors: readonly PluginSupervisor[]): Promise<void> => this.#startAll(supervisors);
    this.#upkeep = new FolderUpkeep({ ...options, intake, registry: this.#registry, start });
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
    this.#records.crashes.begin();
    this.#records.leaks.start();
    this.#health.begin();
    // before the first scan, so that no change is missed between the two
    if (this.#options.watch) await this.#upkeep.watch(this.#options.watch);
    await this.#firstScan();
    this.#keeper.begin();
    this.#health.phase.started();
  }

  stop(): Promise<void> {
    this.#health.phase.stopping();
    this.#closed ??= this.#stopAll();
    return this.#closed;
  }

  async rescan(): Promise<void> {
    this.#assertOpen();
    await this.#upkeep.scan();
  }

  async enable(...[name, options]: Parameters<PluginHost['enable']>): Promise<void> {
    await this.#find(name).enable(commandOf(options));
  }

  async disable(...[name, options]: Parameters<PluginHost['disable']>): Promise<void> {
    await this.#find(name).disable(commandOf(options));
  }

  async reload(...[name, options]: Parameters<PluginHost['reload']>): Promise<void> {
    await this.#find(name).reload(commandOf(options));
  }

  async rollback(...[name, options]: Parameters<PluginHost['rollback']>): Promise<void> {
    await this.#find(name).rollback(commandOf(options), options?.to);
  }

  updateConfig(name: string, patch: JsonObject, options: ConfigOptions = {}): Promise<void> {
    return this.config.update(name, patch, options);
  }

  reloadPlugin(...[name, options]: Parameters<PluginHost['reloadPlugin']>): Promise<void> {
    return this.reload(name, options);
  }

  updatePluginConfig(...[name, config, options]: Parameters<PluginHost['updatePluginConfig']>): Promise<void> {
    return this.config.update(name, config, { ...options, beginAnew: true });
  }

  getPluginStatus(): OperationsStatusReport {
    return this.#health.report.status();
  }

  getPluginList(): OperationsListReport {
    return this.#health.report.list();
  }

  getPluginHealth(): OperationsHealthReport {
    return this.#health.report.health();
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

  emit(event: string, data?: unknown): number {
    return this.#records.bus.emit(event, data);
  }

  on(event: string, listener: EventListener): () => void {
    return this.#records.bus.on(event, listener);
  }

  get isTainted(): boolean {
    return this.#records.crashes.count > 0;
  }

  audit(query: AuditQuery = {}): Promise<AuditRecord[]> {
    return this.#options.stores.audit.query(query);
  }

  inspect(): HostInspection {
    return { listeners: this.#records.bus.listenerCount(), ...this.#overview.count() };
  }

  async #firstScan(): Promise<void> {
    try {
      await this.#upkeep.scan();
    } catch (error) {
      // the store did not answer: start() may be called again
      this.#upkeep.unwatch();
      this.#build = undefined;
      throw error;
    }
  }

  #supervise(releases: ReleaseHistory, record: PluginRecord): PluginSupervisor {
    return new PluginSupervisor(releases, record.enabled, {
      ...this.#options,
      build: (next, onGate) => this.#buildGeneration(next, onGate),
      indexes: this.#data.indexes,
      migrations: this.#migrations,
      journal: this.#records.trail,
      operations: this.operations,
      admission: this.#relations,
      quarantine: quarantineOf(record),
    });
  }

  #buildGeneration(...args: Parameters<BuildGeneration>): Promise<Generation> {
    if (!this.#build) throw new PluginError('HOST_CLOSED', 'The host has not started.');
    return this.#build(...args);
  }

  async #startAll(supervisors: readonly PluginSupervisor[]): Promise<void> {
    // when stop() came first: what is not started needs no stop
    if (!this.#closed) await startPlugins(supervisors, { ...this.#options, relations: this.#relations });
  }

  async #stopAll(): Promise<void> {
    this.#upkeep.close();
    this.#relations.close();
    const checked = this.#health.monitor.end();
    await Promise.all(this.#registry.all().map((supervisor) => supervisor.stop()));
    await this.#records.crashes.end();
    this.#records.leaks.stop();
    await Promise.all([checked, this.#records.trail.flush(), this.#keeper.settled(), this.#data.indexes.settled()]);
  }

  #find(name: string): PluginSupervisor {
    this.#assertOpen();
    return this.#registry.find(name);
  }

  #assertOpen(): void {
    if (this.#closed) throw new PluginError('HOST_CLOSED', 'The host is shutting down.');
  }

  #forget(plugin: string): void {
    this.#configs.forget(plugin);
    this.#grants.forget(plugin);
    this.#relations.reconsider();
    this.#records.failures.forget(plugin);
    this.#records.denials.forget(plugin);
    this.#records.leaks.forget(plugin);
    this.#records.meters.forget(plugin);
    this.#health.monitor.forget(plugin);
    this.#data.forget(plugin);
    this.#migrations.forget(plugin);
    this.#records.trail.note({
      plugin,
      type: 'plugin:unloaded',
      actor: 'system',
      data: { reason: 'the folder is gone' },
    });
  }
}

function commandOf<Options extends CommandOptions>(options?: Options): Options & { readonly actor: string } {
  return { ...(options as Options), actor: options?.actor ?? 'host' };
}
