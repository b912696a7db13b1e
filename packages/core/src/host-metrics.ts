import type { MetricsSnapshot, PluginMetrics, RefusalReason } from './protocol/plugin-metrics.ts';

/** What a host counts. */
export interface HostMetrics {
  /** Everything at this moment. */
  snapshot(): MetricsSnapshot;
  /** What was counted for a plugin. Throws `PLUGIN_NOT_FOUND`. */
  of(plugin: string): PluginMetrics;
  /** The same for Prometheus, as `text/plain; version=0.0.4`; names, labels and help are those of the guide. */
  prometheus(): string;
  /** For adapters: counts a request that never reached the code of the plugin that its path names, which may not exist. */
  refused(plugin: string, reason: RefusalReason): void;
}
