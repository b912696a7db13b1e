import { PluginError } from '../errors/plugin-error.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostFigures, MetricsSnapshot, PluginMetrics, RefusalReason } from '../protocol/plugin-metrics.ts';
import { describeMeter } from './describe-meter.ts';
import type { LiveEvents } from './live-events.ts';
import type { PluginMeter, PluginMeters } from './plugin-meters.ts';
import { ProcessFigures } from './process-figures.ts';
import { prometheusText } from './prometheus-text.ts';

export interface MetricReportsOptions {
  readonly meters: PluginMeters;
  readonly registry: PluginRegistry;
  readonly clock: Clock;
  readonly events: LiveEvents;
}

/** Says what was counted: of the plugins that there are, and of the process. */
export class MetricReports {
  readonly #options: MetricReportsOptions;
  readonly #startedAt: number;
  readonly #figures = new ProcessFigures();
  #unknownPluginRequests = 0;

  constructor(options: MetricReportsOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  start(): void {
    this.#figures.start();
  }

  stop(): void {
    this.#figures.stop();
  }

  snapshot(): MetricsSnapshot {
    return {
      at: new Date(this.#options.clock.now()).toISOString(),
      host: this.#host(),
      plugins: this.#meters().map(([plugin, meter]) => describeMeter(plugin, meter)),
    };
  }

  of(plugin: string): PluginMetrics {
    if (!this.#isKnown(plugin))
      throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${plugin}".`, { plugin });
    return describeMeter(plugin, this.#options.meters.of(plugin));
  }

  prometheus(): string {
    const states = new Map<string, number>();
    for (const { state } of this.#options.registry.all()) states.set(state, (states.get(state) ?? 0) + 1);
    return prometheusText(this.#meters(), states, this.#host());
  }

  refused(plugin: string, reason: RefusalReason): void {
    // names that nobody has must not become figures: there is no end of them
    if (this.#isKnown(plugin)) this.#options.meters.of(plugin).refuse(reason);
    else this.#unknownPluginRequests += 1;
  }

  #meters(): [plugin: string, meter: PluginMeter][] {
    const { registry, meters } = this.#options;
    const names = [...registry.all().map(({ plugin }) => plugin), ...registry.unusable().map(({ name }) => name)];
    return [...new Set(names)].toSorted().map((name) => [name, meters.of(name)]);
  }

  #isKnown(plugin: string): boolean {
    const { registry } = this.#options;
    return registry.get(plugin) !== undefined || registry.unusable().some(({ name }) => name === plugin);
  }

  #host(): HostFigures {
    const { clock, events } = this.#options;
    return {
      startedAt: new Date(this.#startedAt).toISOString(),
      uptimeMs: clock.now() - this.#startedAt,
      ...this.#figures.read(),
      liveReaders: events.readers,
      unknownPluginRequests: this.#unknownPluginRequests,
    };
  }
}
