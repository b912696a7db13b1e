import { describeError } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import type { Clock } from '../ports/clock.ts';
import type { HealthCheck, HealthStatus, PluginHealthState } from '../protocol/plugin-health.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import type { HealthKeeper } from './health-keeper.ts';
import { HealthOfPlugin, statusOfState, type HealthFigures } from './health-of-plugin.ts';
import type { HealthThresholds } from './health-rating.ts';

/** How often plugins are looked at, and what it takes for a plugin to be well or ill. */
export interface HealthSettings extends HealthThresholds {
  /** In milliseconds. */
  readonly intervalMs: number;
  /** How long `health` may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether plugins are looked at without being asked for. */
  readonly isPeriodic: boolean;
}

export interface HealthMonitorOptions extends HealthSettings {
  readonly registry: PluginRegistry;
  readonly journal: PluginJournal;
  readonly keeper: HealthKeeper;
  readonly clock: Clock;
  readonly figuresOf: (plugin: string) => HealthFigures;
  readonly lastErrorOf: (plugin: string) => PluginHealthState['lastError'];
}

/** What was told and stored of a plugin last. */
interface Known {
  told: HealthStatus;
  /** Of the checks: what the audit log has. */
  found: HealthStatus;
  stored: HealthStatus | undefined;
}

/**
 * Looks at one plugin after the other, so that each has its turn once in an interval, and at each as soon as it is live.
 * One timer for all; no plugin waits for another, and no command for a check.
 */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #plugins = new Map<string, HealthOfPlugin>();
  readonly #known = new Map<string, Known>();
  #isRunning = false;
  #cancel: (() => void) | undefined;
  #writtenAt = -Infinity;

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
  }

  /** From now on plugins are looked at. */
  begin(): void {
    this.#isRunning = true;
    this.#schedule();
  }

  /** No plugin is looked at any more; resolves when what was found is stored or given up. */
  async end(): Promise<void> {
    this.#isRunning = false;
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#options.keeper.settled();
  }

  forget(plugin: string): void {
    this.#plugins.delete(plugin);
    this.#known.delete(plugin);
    this.#options.keeper.forget(plugin);
  }

  /** To be told of every new state of a plugin, once it is announced. */
  stateChanged(plugin: string, state: PluginState): void {
    const supervisor = this.#options.registry.get(plugin);
    if (!this.#isRunning || !supervisor) return;
    const health = this.#of(supervisor);
    health.noticed(state);
    this.#tell(health);
    if (!this.#options.isPeriodic) return;
    // the command that it comes of goes first
    if (health.isNew) queueMicrotask(() => void this.#look(health));
    this.#schedule();
  }

  /** How a plugin is. Throws `PLUGIN_NOT_FOUND`. */
  of(plugin: string): PluginHealthState {
    const { registry } = this.#options;
    if (registry.get(plugin)) return this.#describe(this.#find(plugin));
    if (registry.unusable().some(({ name }) => name === plugin)) return unusable(plugin, registry);
    throw notFound(plugin);
  }

  /** All plugins, by name. */
  all(): PluginHealthState[] {
    const { registry } = this.#options;
    const supervised = registry.all().map((supervisor) => this.#describe(this.#of(supervisor)));
    const others = registry.unusable().map(({ name }) => unusable(name, registry));
    return [...supervised, ...others].toSorted((left, right) => (left.plugin < right.plugin ? -1 : 1));
  }

  /** Looks at a plugin now. Throws `PLUGIN_NOT_FOUND`. */
  async check(plugin: string): Promise<PluginHealthState> {
    if (this.#isRunning && this.#options.registry.get(plugin)) await this.#look(this.#find(plugin));
    return this.of(plugin);
  }

  /** The latest 60 checks, the latest first. Throws `PLUGIN_NOT_FOUND`. */
  history(plugin: string): readonly HealthCheck[] {
    const { registry } = this.#options;
    if (registry.get(plugin)) return this.#find(plugin).history;
    return this.of(plugin) && [];
  }

  async #look(health: HealthOfPlugin): Promise<void> {
    if (!this.#isRunning) return;
    const check = await health.look();
    if (!check || this.#plugins.get(health.supervisor.plugin) !== health) return;
    this.#audit(health, check);
    this.#tell(health);
    this.#keep(health, new Date(check.at));
  }

  /** What the checks have found is for the audit log; what follows from a state stands there already. */
  #audit(health: HealthOfPlugin, { status, message, generation }: HealthCheck): void {
    const { plugin } = health.supervisor;
    const known = this.#knownOf(plugin);
    if (generation === null || known.found === status) return;
    const data = { status, before: known.found, message };
    known.found = status;
    known.told = health.status;
    const found = status === 'healthy' ? {} : ({ result: 'failed', reason: message ?? undefined } as const);
    this.#options.journal.note({ plugin, type: 'plugin:health', actor: 'system', data, ...found });
  }

  /** Tells that a plugin is another way than was told last; that it was not looked at yet is no news. */
  #tell(health: HealthOfPlugin): void {
    const { plugin } = health.supervisor;
    const known = this.#knownOf(plugin);
    const { status } = health;
    if (known.told === status || (status === 'unknown' && health.supervisor.state === 'active')) return;
    const data = { status, before: known.told, message: this.#messageOf(health) };
    known.told = status;
    this.#options.journal.announce({ plugin, type: 'plugin:health', actor: 'system', data });
    if (status === 'unhealthy' || status === 'unknown') this.#keep(health, new Date(this.#options.clock.now()));
  }

  /** What is new is stored soon, what is confirmed once in an interval. */
  #keep(health: HealthOfPlugin, checkedAt: Date): void {
    const { keeper, clock, intervalMs } = this.#options;
    const { plugin } = health.supervisor;
    const { status } = health;
    if (status === 'transitioning') return;
    const known = this.#knownOf(plugin);
    keeper.note({ plugin, status, checkedAt });
    if (known.stored === status && clock.elapsed() - this.#writtenAt < intervalMs) return;
    known.stored = status;
    this.#writtenAt = clock.elapsed();
    keeper.write();
  }

  #schedule(): void {
    const { clock, intervalMs, isPeriodic } = this.#options;
    if (!this.#isRunning || !isPeriodic || this.#cancel) return;
    const count = this.#due().length;
    if (count === 0) return;
    this.#cancel = clock.after(Math.max(1, intervalMs / count), () => {
      this.#cancel = undefined;
      const [next] = this.#due().toSorted((left, right) => left.lookedAt - right.lookedAt);
      if (next) void this.#look(next);
      this.#schedule();
    });
  }

  /** The plugins that have a turn: whoever is off by wish has none. */
  #due(): HealthOfPlugin[] {
    return this.#options.registry
      .all()
      .filter(({ state }) => state !== 'disabled' && state !== 'unloading')
      .map((supervisor) => this.#of(supervisor));
  }

  #find(plugin: string): HealthOfPlugin {
    return this.#of(this.#options.registry.find(plugin));
  }

  #of(supervisor: PluginSupervisor): HealthOfPlugin {
    const { plugin } = supervisor;
    const there = this.#plugins.get(plugin);
    if (there?.supervisor === supervisor) return there;
    const figures = (): HealthFigures => this.#options.figuresOf(plugin);
    const health = new HealthOfPlugin({ ...this.#options, supervisor, figures });
    this.#plugins.set(plugin, health);
    return health;
  }

  #knownOf(plugin: string): Known {
    const there = this.#known.get(plugin);
    if (there) return there;
    // what is well is expected, so it is no news to the audit log
    const known: Known = { told: 'unknown', found: 'healthy', stored: undefined };
    this.#known.set(plugin, known);
    return known;
  }

  #describe(health: HealthOfPlugin): PluginHealthState {
    const { plugin, state, generation } = health.supervisor;
    return {
      plugin,
      state,
      status: health.status,
      message: this.#messageOf(health),
      activeRequests: generation?.gate.inFlight ?? 0,
      lastCheck: health.latest ?? null,
      lastError: this.#options.lastErrorOf(plugin),
    };
  }

  #messageOf(health: HealthOfPlugin): string | null {
    if (health.status === 'healthy') return null;
    const { state, reason } = health.supervisor;
    if (statusOfState(state) !== undefined) return reason?.message ?? null;
    return health.isNew ? null : (health.latest?.message ?? null);
  }
}

function notFound(plugin: string): PluginError {
  return new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${plugin}".`, { plugin });
}

/** A folder without a usable plugin: it did not come up, and there is nothing to look at. */
function unusable(plugin: string, registry: PluginRegistry): PluginHealthState {
  const entry = registry.unusable().find(({ name }) => name === plugin);
  return {
    plugin,
    state: 'failed',
    status: 'unhealthy',
    message: entry ? describeError(entry.error) : null,
    activeRequests: 0,
    lastCheck: null,
    lastError: null,
  };
}
