import type { MetricPoint, MetricsSnapshot } from '@catalyst-plugins/react';
import { makeMetrics, makePluginMetrics, makePoint } from '@catalyst-plugins/react/testing';
import { ago, chance } from './times.ts';

interface Traffic {
  /** Requests a second, on average. */
  readonly rate: number;
  readonly p95Ms: number;
}

const traffic: Readonly<Record<string, Traffic>> = {
  accounts: { rate: 34, p95Ms: 4 },
  backups: { rate: 0, p95Ms: 0 },
  billing: { rate: 6, p95Ms: 38 },
  mailer: { rate: 2, p95Ms: 210 },
  search: { rate: 18, p95Ms: 62 },
  ticketing: { rate: 12, p95Ms: 21 },
};

function rateOf(plugin: string, second: number): number {
  const { rate } = traffic[plugin] ?? { rate: 0 };
  const seed = plugin.length * 100 + second;
  return Math.round(rate * (0.7 + 0.25 * Math.sin(second / 4 + plugin.length) + 0.5 * chance(seed)));
}

function pointOf(plugin: string, second: number, at: string): MetricPoint {
  const { p95Ms } = traffic[plugin] ?? { p95Ms: 0 };
  const rate = rateOf(plugin, second);
  if (rate === 0) return makePoint({ at });
  const slow = 1 + 0.4 * chance(second + 7);
  return makePoint({
    at,
    requests: rate * 10,
    errors: chance(second + 3) > 0.93 ? 2 : 0,
    requestsPerSecond: rate,
    meanMs: p95Ms * 0.6,
    p50Ms: Math.round(p95Ms * 0.5 * slow * 10) / 10,
    p95Ms: Math.round(p95Ms * slow * 10) / 10,
    p99Ms: Math.round(p95Ms * 2.2 * slow * 10) / 10,
    mostInFlight: 4,
    busyShare: rate * 0.002,
  });
}

/** What a plugin did in the last quarter of an hour, a point for each ten seconds. */
export function pointsOf(plugin: string): readonly MetricPoint[] {
  return Array.from({ length: 90 }, (_, index) => pointOf(plugin, index, ago((90 - index) * 10)));
}

/** The figures of every second of the last minute, as the live connection brings them. */
export function figuresOfAMinute(): readonly MetricsSnapshot[] {
  const counts = new Map<string, number>();
  return Array.from({ length: 60 }, (_, second) =>
    makeMetrics({
      at: ago(60 - second),
      plugins: Object.keys(traffic).map((plugin) => {
        const count = (counts.get(plugin) ?? 0) + rateOf(plugin, second);
        counts.set(plugin, count);
        const { calls } = makePluginMetrics(plugin);
        return makePluginMetrics(plugin, {
          calls: { ...calls, request: { count, failed: 0, inFlight: 0, totalMs: 0 } },
          lastMinute: pointOf(plugin, 59, ago(60)),
        });
      }),
    }),
  );
}
