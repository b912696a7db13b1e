import type { PluginMetrics } from '../protocol/plugin-metrics.ts';
import { latencyBoundsMs, percentile } from './latency.ts';
import type { PluginMeter } from './plugin-meters.ts';

/** What a meter has counted, as others read it. */
export function describeMeter(
  plugin: string,
  meter: PluginMeter,
  lastMinute: PluginMetrics['lastMinute'],
): PluginMetrics {
  const { counted, latency } = meter;
  const { callsCut, ...others } = counted;
  return {
    plugin,
    since: new Date(meter.since).toISOString(),
    calls: structuredClone(meter.calls),
    requests: {
      outcomes: { ...meter.outcomes },
      refused: { ...meter.refused },
      latency: {
        boundsMs: latencyBoundsMs,
        counts: [...latency],
        p50Ms: percentile(latency, 0.5),
        p95Ms: percentile(latency, 0.95),
        p99Ms: percentile(latency, 0.99),
      },
    },
    ...others,
    operations: structuredClone(meter.operations),
    drains: { ...meter.drains, callsCut },
    eventLoop: { ...meter.eventLoop },
    lastMinute,
  };
}
