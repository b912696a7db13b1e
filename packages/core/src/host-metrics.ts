import type { SeriesQuery } from './operations/metric-series.ts';
import type { MetricsSnapshot, PluginMetrics, PluginMetricSeries, RefusalReason } from './protocol/plugin-metrics.ts';

/** What a host counts. */
export interface HostMetrics {
  /** Everything at this moment. */
  snapshot(): MetricsSnapshot;
  /** What was counted for a plugin. Throws `PLUGIN_NOT_FOUND`. */
  of(plugin: string): PluginMetrics;
  /**
   * What a plugin did over time: the last 15 minutes in steps of 10 seconds, before that as long as rows are kept. A store
   * that does not answer is no error. Throws `PLUGIN_NOT_FOUND`, `REQUEST_INVALID`.
   */
  series(plugin: string, query?: SeriesQuery): Promise<PluginMetricSeries>;
  /**
   * Hears once a second what is counted of plugins of which anything was counted meanwhile, until the returned function
   * is called; costs nothing without listeners.
   */
  subscribe(listener: (changed: readonly PluginMetrics[]) => void): () => void;
  /** What `snapshot` says, for Prometheus, as `text/plain; version=0.0.4`; names, labels and help are those of the guide. */
  prometheus(): string;
  /** For adapters: counts a request that never reached the code of the plugin that its path names, which may not exist. */
  refused(plugin: string, reason: RefusalReason): void;
}
