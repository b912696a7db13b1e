import { AsyncLocalStorage } from 'node:async_hooks';
import { EventBus, type EventListener } from './capabilities/events/event-bus.ts';
import { PluginConfigs, type ConfigChange } from './capabilities/config/plugin-configs.ts';
import { contextBuilder } from './default-capabilities.ts';
import type { FoundPlugin } from './discovery/discover-plugins.ts';
import { readReleaseOf } from './discovery/read-release.ts';
import { watchPlugins } from './discovery/watch-plugins.ts';
import { PluginError, isPluginError } from './errors/plugin-error.ts';
import { resolveHostOptions, type PluginHostOptions, type ResolvedHostOptions } from './host-options.ts';
import { createGenerationFactory } from './lifecycle/generation-factory.ts';
import { PluginIntake } from './lifecycle/plugin-intake.ts';
import type { JournalEntry } from './lifecycle/plugin-journal.ts';
import { PluginRegistry } from './lifecycle/plugin-registry.ts';
import { PluginSupervisor } from './lifecycle/plugin-supervisor.ts';
import { startPlugins } from './lifecycle/start-plugins.ts';
import type { Generation } from './lifecycle/generation.ts';
import type { Release } from './manifest/release.ts';
import { AuditTrail } from './operations/audit-trail.ts';
import { FailureRecorder } from './operations/failure-recorder.ts';
import { logFailure } from './operations/log-failure.ts';
import { LeakWatch } from './operations/leak-watch.ts';
import { LiveEvents } from './operations/live-events.ts';
import { PluginOverview } from './operations/plugin-overview.ts';
import type { CommandOptions, HostGateways, HostInspection, PluginHost } from './plugin-host.ts';
import type { AuditQuery, AuditRecord } from './ports/audit-log.ts';
import type { JsonObject } from './protocol/json.ts';
import type { PluginDetail, PluginSummary } from './protocol/plugin-summary.ts';
import type { CallOwner } from './scope/call-gate.ts';
import { createMemoryHttpGateway } from './stores/memory/memory-http-gateway.ts';
import { createMemorySocketGateway } from './stores/memory/memory-socket-gateway.ts';

/** Makes a host of plugins; nothing runs before `start`. Throws `OPTIONS_INVALID`. */
export function createPluginHost(options: PluginHostOptions): PluginHost {
  return new ComposedHost(resolveHostOptions(options));
}

/** The composition root: the only place that knows all parts. */
class ComposedHost implements PluginHost {
  readonly events: LiveEvents;
  readonly #options: ResolvedHostOptions;
  readonly #bus: EventBus;
  readonly #registry = new PluginRegistry();
  readonly #installIds = new Map<string, string>();
  readonly #trail: AuditTrail;
  readonly #failures: FailureRecorder;
  readonly #leaks: LeakWatch;
  readonly #attribution = new AsyncLocalStorage<CallOwner>();
  readonly #configs: PluginConfigs;
  readonly #intake: PluginIntake;
  readonly #overview: PluginOverview;
  #gateways: HostGateways = {};
  #build: ((release: Release) => Promise<Generation>) | undefined;
  #closeWatcher: (() => Promise<void>) | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ResolvedHostOptions) {
    const { stores, clock, logger } = options;
    this.#options = options;
    this.events = new LiveEvents(options.keptEvents, (err) =>
      logFailure(logger, { err }, 'a reader of the live events failed'),
    );
    this.#bus = new EventBus((event, err) => logFailure(logger, { event, err }, 'a listener of the host failed'));
    this.#trail = new AuditTrail({
      store: stores.plugins,
      log: stores.audit,
      clock,
      logger,
      onAnnounce: (entry) => this.#announce(entry),
    });
    this.#failures = new FailureRecorder({ journal: this.#trail, clock, logger });
    this.#leaks = new LeakWatch({ ...options, journal: this.#trail, attribution: this.#attribution });
    this.#configs = new PluginConfigs({
      store: stores.plugins,
      clock,
      onChange: (change) => this.#configChanged(change),
    });
    this.#overview = new PluginOverview({
      registry: this.#registry,
      configs: this.#configs,
      leaks: this.#leaks,
      rev: () => this.events.seq,
    });
    this.#intake = new PluginIntake({
      ...options,
      registry: this.#registry,
      store: stores.plugins,
      supervise: (found, enabled) => this.#supervise(found, enabled),
      onRecord: (record) => {
        this.#installIds.set(record.name, record.installId);
        this.#configs.load(record.name, record.config, record.configRevision);
      },
      onGone: (plugin) => this.#forget(plugin),
    });
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
    this.#leaks.start();
    const supervisors = await this.#firstScan();
    await this.#watch();
    await this.#startAll(supervisors);
  }

  stop(): Promise<void> {
    this.#closed ??= this.#stopAll();
    return this.#closed;
  }

  async rescan(): Promise<void> {
    this.#assertOpen();
    await this.#startAll(await this.#intake.scan());
  }

  enable(name: string, { actor = 'host' }: CommandOptions = {}): Promise<void> {
    return this.#command(name, (supervisor) => supervisor.enable(actor));
  }

  disable(name: string, { actor = 'host' }: CommandOptions = {}): Promise<void> {
    return this.#command(name, (supervisor) => supervisor.disable(actor));
  }

  reload(name: string, { actor = 'host' }: CommandOptions = {}): Promise<void> {
    return this.#command(name, (supervisor) => supervisor.reload(actor));
  }

  rollback(name: string, { actor = 'host' }: CommandOptions = {}): Promise<void> {
    return this.#command(name, (supervisor) => supervisor.rollback(actor));
  }

  updateConfig(name: string, patch: JsonObject, { actor = 'host' }: CommandOptions = {}): Promise<void> {
    return this.#command(name, ({ release }) => this.#configs.save(release.manifest, () => patch, actor));
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

  audit(query: AuditQuery = {}): Promise<AuditRecord[]> {
    return this.#options.stores.audit.query(query);
  }

  inspect(): HostInspection {
    return { listeners: this.#bus.listenerCount(), ...this.#overview.count() };
  }

  async #firstScan(): Promise<PluginSupervisor[]> {
    try {
      return await this.#intake.scan();
    } catch (error) {
      // the store did not answer: start() may be called again
      this.#build = undefined;
      throw error;
    }
  }

  async #watch(): Promise<void> {
    const { watch, pluginsDir, logger } = this.#options;
    if (!watch || this.#closed) return;
    const onError = (err: unknown): void => logger.warn({ err }, 'the watcher of the plugins folder reports an error');
    const onChange = (folder: string): void => void this.#folderChanged(folder);
    this.#closeWatcher = await watchPlugins({ pluginsDir, ...watch, onChange, onError });
    // stop() came while the watcher was getting ready, and could not close it
    if (this.#closed) await this.#closeWatcher();
  }

  #composeFactory(): (release: Release) => Promise<Generation> {
    const { clock, logger, runtimes } = this.#options;
    const { http = createMemoryHttpGateway(), sockets = createMemorySocketGateway() } = this.#gateways;
    const parts = { options: this.#options, bus: this.#bus, configs: this.#configs, http, sockets };
    return createGenerationFactory({
      runtimes: new Map(runtimes.map((runtime) => [runtime.kind, runtime])),
      createContext: contextBuilder(parts),
      installIdOf: (plugin) => this.#installIds.get(plugin) ?? '',
      attribution: this.#attribution,
      leaks: this.#leaks,
      clock,
      logger,
      onFailure: (plugin, label, error) => this.#failures.record(plugin, label, error),
    });
  }

  #supervise({ folder, release }: FoundPlugin, enabled: boolean): PluginSupervisor {
    const { clock, drainMs, hostVersion } = this.#options;
    return new PluginSupervisor(release, enabled, {
      build: (next) => this.#buildGeneration(next),
      readRelease: () => readReleaseOf(release.plugin, folder, hostVersion),
      journal: this.#trail,
      clock,
      drainMs,
    });
  }

  #buildGeneration(release: Release): Promise<Generation> {
    if (!this.#build) throw new PluginError('HOST_CLOSED', 'The host has not started.');
    return this.#build(release);
  }

  async #startAll(supervisors: readonly PluginSupervisor[]): Promise<void> {
    // when stop() came first: what is not started needs no stop
    if (!this.#closed) await startPlugins(supervisors, this.#options);
  }

  async #stopAll(): Promise<void> {
    await this.#closeWatcher?.();
    await Promise.all(this.#registry.all().map((supervisor) => supervisor.stop()));
    this.#leaks.stop();
    await this.#trail.flush();
  }

  async #command(name: string, run: (supervisor: PluginSupervisor) => Promise<void>): Promise<void> {
    this.#assertOpen();
    const supervisor = this.#registry.get(name);
    if (supervisor) return run(supervisor);
    const unusable = this.#registry.unusable().find((entry) => entry.name === name);
    if (unusable) throw unusable.error;
    throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${name}".`, { plugin: name });
  }

  #assertOpen(): void {
    if (this.#closed) throw new PluginError('HOST_CLOSED', 'The host is shutting down.');
  }

  async #folderChanged(folder: string): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#startAll(await this.#intake.folderChanged(folder));
    } catch (error) {
      // a failed reload is already in the state and the audit; anything else is worth a line of its own
      const details = { folder, err: error };
      if (isPluginError(error)) this.#options.logger.warn(details, `the change was not taken over: ${error.message}`);
      else logFailure(this.#options.logger, details, 'the change of a plugin folder could not be read');
    }
  }

  async #configChanged({ plugin, keys, actor, revision }: ConfigChange): Promise<void> {
    this.#announce({ plugin, type: 'plugin:config-changed', actor, data: { keys: [...keys], revision } });
    const supervisor = this.#registry.get(plugin);
    const generation = supervisor?.generation;
    if (!generation?.scope.isLive || !generation.has('onConfigChange')) return;
    const { manifest } = generation.release;
    const info = { keys, config: this.#configs.resolved(manifest) };
    try {
      await generation.call('onConfigChange', manifest.limits.onEnableMs, info);
    } catch (error) {
      this.#failures.record(plugin, 'onConfigChange', error);
    }
  }

  #announce({ plugin, type, actor, data = {} }: Omit<JournalEntry, 'change'>): void {
    const timestamp = new Date(this.#options.clock.now()).toISOString();
    const pluginId = this.#installIds.get(plugin) ?? '';
    this.events.publish({ type, plugin, pluginId, timestamp, data: { ...data, actor } });
    this.#bus.emit(type, { plugin, pluginId, timestamp, ...data });
  }

  #forget(plugin: string): void {
    this.#configs.forget(plugin);
    this.#failures.forget(plugin);
    this.#leaks.forget(plugin);
    this.#trail.note({ plugin, type: 'plugin:unloaded', actor: 'system', data: { reason: 'the folder is gone' } });
  }
}
