import { EventBus, type EventListener } from './capabilities/events/event-bus.ts';
import { PluginConfigs } from './capabilities/config/plugin-configs.ts';
import { contextBuilder } from './default-capabilities.ts';
import { PluginError } from './errors/plugin-error.ts';
import { resolveHostOptions, type PluginHostOptions, type ResolvedHostOptions } from './host-options.ts';
import { quarantineOf } from './lifecycle/failure-recovery.ts';
import { createGenerationFactory, type BuildGeneration } from './lifecycle/generation-factory.ts';
import { PluginIntake } from './lifecycle/plugin-intake.ts';
import { PluginRegistry } from './lifecycle/plugin-registry.ts';
import { PluginSupervisor } from './lifecycle/plugin-supervisor.ts';
import type { ReleaseHistory } from './lifecycle/release-history.ts';
import { ReleaseKeeper } from './lifecycle/release-keeper.ts';
import { startPlugins } from './lifecycle/start-plugins.ts';
import type { Generation } from './lifecycle/generation.ts';
import { Announcer } from './operations/announcer.ts';
import { ConfigCommands } from './operations/config-commands.ts';
import { AuditTrail } from './operations/audit-trail.ts';
import { FolderUpkeep } from './operations/folder-upkeep.ts';
import { FailureRecorder } from './operations/failure-recorder.ts';
import { logFailure } from './operations/log-failure.ts';
import { LeakWatch } from './operations/leak-watch.ts';
import { OperationLog } from './operations/operation-log.ts';
import { LiveEvents } from './operations/live-events.ts';
import { PluginCrashes } from './operations/plugin-crashes.ts';
import { PluginOverview } from './operations/plugin-overview.ts';
import type { ConfigOptions } from './plugin-config-commands.ts';
import type { CommandOptions, HostGateways, HostInspection, PluginHost, RollbackOptions } from './plugin-host.ts';
import type { AuditQuery, AuditRecord } from './ports/audit-log.ts';
import type { PluginRecord } from './ports/plugin-store.ts';
import type { JsonObject } from './protocol/json.ts';
import type { PluginDetail, PluginSummary } from './protocol/plugin-summary.ts';
import { createMemoryHttpGateway } from './stores/memory/memory-http-gateway.ts';
import { createMemorySocketGateway } from './stores/memory/memory-socket-gateway.ts';

/** Makes a host of plugins; nothing runs before `start`. Throws `OPTIONS_INVALID`. */
export function createPluginHost(options: PluginHostOptions): PluginHost {
  return new ComposedHost(resolveHostOptions(options));
}

/** The composition root: the only place that knows all parts. */
class ComposedHost implements PluginHost {
  readonly events: LiveEvents;
  readonly operations: OperationLog;
  readonly config: ConfigCommands;
  readonly #options: ResolvedHostOptions;
  readonly #bus: EventBus;
  readonly #registry = new PluginRegistry();
  readonly #announcer: Announcer;
  readonly #trail: AuditTrail;
  readonly #failures: FailureRecorder;
  readonly #crashes: PluginCrashes;
  readonly #leaks: LeakWatch;
  readonly #configs: PluginConfigs;
  readonly #upkeep: FolderUpkeep;
  readonly #keeper: ReleaseKeeper;
  readonly #overview: PluginOverview;
  #gateways: HostGateways = {};
  #build: BuildGeneration | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ResolvedHostOptions) {
    const { stores, clock, logger } = options;
    this.#options = options;
    this.events = new LiveEvents(options.keptEvents, (err) =>
      logFailure(logger, { err }, 'a reader of the live events failed'),
    );
    this.#bus = new EventBus((event, err) => logFailure(logger, { event, err }, 'a listener of the host failed'));
    this.#announcer = new Announcer({ events: this.events, bus: this.#bus, clock });
    this.operations = new OperationLog({
      clock,
      onChange: (operation) => this.#announcer.announceOperation(operation),
    });
    this.#trail = new AuditTrail({
      store: stores.plugins,
      log: stores.audit,
      clock,
      logger,
      onAnnounce: (entry) => this.#announcer.announce(entry),
    });
    this.#configs = new PluginConfigs({
      ...options,
      store: stores.plugins,
      onOwnChange: (change) => this.config.ownChange(change),
    });
    const redact = (plugin: string, text: string): string => this.#configs.secrets.redact(plugin, text);
    this.#failures = new FailureRecorder({ journal: this.#trail, clock, logger, redact });
    this.#crashes = new PluginCrashes({ registry: this.#registry, failures: this.#failures, logger, redact });
    this.#leaks = new LeakWatch({ ...options, journal: this.#trail, attribution: this.#crashes.attribution });
    this.config = new ConfigCommands({
      configs: this.#configs,
      store: stores.plugins,
      failures: this.#failures,
      announcer: this.#announcer,
      registry: this.#registry,
      find: (plugin) => this.#find(plugin),
    });
    this.#overview = new PluginOverview({
      registry: this.#registry,
      configs: this.#configs,
      leaks: this.#leaks,
      rev: () => this.events.seq,
    });
    this.#keeper = new ReleaseKeeper(options);
    const intake = new PluginIntake({
      ...options,
      registry: this.#registry,
      store: stores.plugins,
      keeper: this.#keeper,
      supervise: (releases, record) => this.#supervise(releases, record),
      onRecord: (record) => {
        this.#announcer.know(record.name, record.installId);
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
    this.#build = this.#composeFactory();
    this.#crashes.begin();
    this.#leaks.start();
    // before the first scan, so that no change is missed between the two
    if (this.#options.watch) await this.#upkeep.watch(this.#options.watch);
    await this.#firstScan();
    this.#keeper.begin();
  }

  stop(): Promise<void> {
    this.#closed ??= this.#stopAll();
    return this.#closed;
  }

  async rescan(): Promise<void> {
    this.#assertOpen();
    await this.#upkeep.scan();
  }

  enable(name: string, { actor = 'host', operationId }: CommandOptions = {}): Promise<void> {
    return this.#command(name, (supervisor) => supervisor.enable({ actor, operationId }));
  }

  disable(name: string, { actor = 'host', operationId }: CommandOptions = {}): Promise<void> {
    return this.#command(name, (supervisor) => supervisor.disable({ actor, operationId }));
  }

  reload(name: string, { actor = 'host', operationId }: CommandOptions = {}): Promise<void> {
    return this.#command(name, (supervisor) => supervisor.reload({ actor, operationId }));
  }

  rollback(name: string, { actor = 'host', operationId, to }: RollbackOptions = {}): Promise<void> {
    return this.#command(name, (supervisor) => supervisor.rollback({ actor, operationId }, to));
  }

  updateConfig(name: string, patch: JsonObject, options: ConfigOptions = {}): Promise<void> {
    return this.config.update(name, patch, options);
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
    return this.#bus.emit(event, data);
  }

  on(event: string, listener: EventListener): () => void {
    return this.#bus.on(event, listener);
  }

  get isTainted(): boolean {
    return this.#crashes.count > 0;
  }

  audit(query: AuditQuery = {}): Promise<AuditRecord[]> {
    return this.#options.stores.audit.query(query);
  }

  inspect(): HostInspection {
    return { listeners: this.#bus.listenerCount(), ...this.#overview.count() };
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

  #composeFactory(): BuildGeneration {
    const { clock, logger, runtimes } = this.#options;
    const { http = createMemoryHttpGateway(), sockets = createMemorySocketGateway() } = this.#gateways;
    const parts = { options: this.#options, bus: this.#bus, configs: this.#configs, http, sockets };
    return createGenerationFactory({
      runtimes: new Map(runtimes.map((runtime) => [runtime.kind, runtime])),
      createContext: contextBuilder(parts),
      installIdOf: (plugin) => this.#announcer.installIdOf(plugin),
      attribution: this.#crashes.attribution,
      leaks: this.#leaks,
      redact: (plugin, text) => this.#configs.secrets.redact(plugin, text),
      clock,
      logger,
      onFailure: (plugin, label, error) => this.#failures.record(plugin, label, error),
    });
  }

  #supervise(releases: ReleaseHistory, record: PluginRecord): PluginSupervisor {
    const { clock, drainMs, crashLimit } = this.#options;
    return new PluginSupervisor(releases, record.enabled, {
      build: (next, onGate) => this.#buildGeneration(next, onGate),
      journal: this.#trail,
      operations: this.operations,
      clock,
      drainMs,
      crashLimit,
      quarantine: quarantineOf(record),
    });
  }

  #buildGeneration(...args: Parameters<BuildGeneration>): Promise<Generation> {
    if (!this.#build) throw new PluginError('HOST_CLOSED', 'The host has not started.');
    return this.#build(...args);
  }

  async #startAll(supervisors: readonly PluginSupervisor[]): Promise<void> {
    // when stop() came first: what is not started needs no stop
    if (!this.#closed) await startPlugins(supervisors, this.#options);
  }

  async #stopAll(): Promise<void> {
    this.#upkeep.close();
    await Promise.all(this.#registry.all().map((supervisor) => supervisor.stop()));
    await this.#crashes.end();
    this.#leaks.stop();
    await Promise.all([this.#trail.flush(), this.#keeper.settled()]);
  }

  async #command(name: string, run: (supervisor: PluginSupervisor) => Promise<void>): Promise<void> {
    return run(this.#find(name));
  }

  #find(name: string): PluginSupervisor {
    this.#assertOpen();
    const supervisor = this.#registry.get(name);
    if (supervisor) return supervisor;
    const unusable = this.#registry.unusable().find((entry) => entry.name === name);
    if (unusable) throw unusable.error;
    throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${name}".`, { plugin: name });
  }

  #assertOpen(): void {
    if (this.#closed) throw new PluginError('HOST_CLOSED', 'The host is shutting down.');
  }

  #forget(plugin: string): void {
    this.#configs.forget(plugin);
    this.#failures.forget(plugin);
    this.#leaks.forget(plugin);
    this.#trail.note({ plugin, type: 'plugin:unloaded', actor: 'system', data: { reason: 'the folder is gone' } });
  }
}
