import { PluginError } from '../errors/plugin-error.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { MetricsStore } from '../ports/metrics-store.ts';
import type {
  HostFigures,
  MetricsSnapshot,
  PluginMetrics,
  PluginMetricSeries,
  RefusalReason,
} from '../protocol/plugin-metrics.ts';
import type { AuditTrail } from './audit-trail.ts';
import { describeMeter } from './describe-meter.ts';
import type { LiveEvents } from './live-events.ts';
import { logFailure } from './log-failure.ts';
import { MetricRecorder, type MetricsSchedule } from './metric-recorder.ts';
import { MetricSamples } from './metric-samples.ts';
import { pointOf, readSeries, type SeriesQuery } from './metric-series.ts';
import { MetricWatch } from './metric-watch.ts';
import type { PluginMeter, PluginMeters } from './plugin-meters.ts';
import { ProcessFigures } from './process-figures.ts';
import { prometheusText } from './prometheus-text.ts';

const lastMinuteMs = 60_000;

export interface MetricReportsOptions {
  readonly meters: PluginMeters;
  readonly registry: PluginRegistry;
  readonly clock: Clock;
  readonly events: LiveEvents;
  readonly trail: Pick<AuditTrail, 'health'>;
  readonly logger: Logger;
  readonly store: MetricsStore;
  /** `undefined`: nothing is kept over time. */
  readonly schedule: MetricsSchedule | undefined;
}

/** Says what was counted: of the plugins that there are, and of the process. */
export class MetricReports {
  readonly #options: MetricReportsOptions;
  readonly #startedAt: number;
  readonly #figures = new ProcessFigures();
  readonly #samples: MetricSamples;
  readonly #recorder: MetricRecorder | undefined;
  readonly #watch: MetricWatch;
  #unknownPluginRequests = 0;

  constructor(options: MetricReportsOptions) {
    this.#options = options;
    const { clock, logger, schedule } = options;
    this.#startedAt = clock.now();
    this.#samples = new MetricSamples(this.#startedAt);
    const takeSamples = (): void => {
      this.#samples.take(clock.now(), this.#meters());
      this.#figures.endSpan();
    };
    this.#recorder = schedule && new MetricRecorder({ ...options, schedule, samples: this.#samples, takeSamples });
    this.#watch = new MetricWatch({
      clock,
      meters: () => this.#meters(),
      onFailure: (err) => logFailure(logger, { err }, 'a reader of the metrics failed'),
    });
  }

  start(): void {
    this.#figures.start();
    this.#recorder?.start();
  }

  /** Writes down the rest, once nothing is counted any more. */
  async stop(): Promise<void> {
    this.#figures.stop();
    this.#watch.close();
    await this.#recorder?.stop();
  }

  forget(plugin: string): void {
    this.#options.meters.forget(plugin);
    this.#samples.forget(plugin);
  }

  snapshot(): MetricsSnapshot {
    return {
      at: new Date(this.#options.clock.now()).toISOString(),
      host: this.#host(),
      plugins: this.#meters().map(([plugin, meter]) => this.#describe(plugin, meter)),
    };
  }

  of(plugin: string): PluginMetrics {
    this.#assertKnown(plugin);
    return this.#describe(plugin, this.#options.meters.of(plugin));
  }

  async series(plugin: string, query: SeriesQuery = {}): Promise<PluginMetricSeries> {
    this.#assertKnown(plugin);
    const { store, clock, schedule } = this.#options;
    const { intervalMs } = schedule ?? { intervalMs: 0 };
    return readSeries(plugin, query, { samples: this.#samples, store, intervalMs, now: clock.now() });
  }

  subscribe(listener: (changed: readonly PluginMetrics[]) => void): () => void {
    return this.#watch.subscribe((plugins) => listener(plugins.map((plugin) => this.of(plugin))));
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

  #describe(plugin: string, meter: PluginMeter): PluginMetrics {
    if (!this.#options.schedule) return describeMeter(plugin, meter, null);
    const to = this.#samples.takenAt;
    const from = Math.max(to - lastMinuteMs, this.#samples.since);
    return describeMeter(plugin, meter, to > from ? pointOf(from, to - from, this.#samples.sum(plugin, from)) : null);
  }

  #assertKnown(plugin: string): void {
    if (this.#isKnown(plugin)) return;
    throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${plugin}".`, { plugin });
  }

  #isKnown(plugin: string): boolean {
    const { registry } = this.#options;
    return registry.get(plugin) !== undefined || registry.unusable().some(({ name }) => name === plugin);
  }

  #host(): HostFigures {
    const { clock, events, trail } = this.#options;
    return {
      startedAt: new Date(this.#startedAt).toISOString(),
      uptimeMs: clock.now() - this.#startedAt,
      ...this.#figures.read(),
      liveReaders: events.readers,
      unknownPluginRequests: this.#unknownPluginRequests,
      metricRows: { ...(this.#recorder?.rows ?? { written: 0, dropped: 0 }) },
      audit: trail.health,
    };
  }
}
