import { PluginError } from '../errors/plugin-error.ts';
import { sumOf } from '../ports/metrics-steps.ts';
import type { MetricsStep, MetricsStore, MetricsSum } from '../ports/metrics-store.ts';
import type { MetricPoint, PluginMetricSeries } from '../protocol/plugin-metrics.ts';
import { percentile } from './latency.ts';
import type { MetricSamples } from './metric-samples.ts';

/** Which part of the past is asked for; every member has a default. */
export interface SeriesQuery {
  /** Default: 15 minutes before `until`. */
  readonly since?: Date | undefined;
  /** Default: now. */
  readonly until?: Date | undefined;
  /** How much time a point stands for, in milliseconds; default: so that there are 180 points at most. */
  readonly stepMs?: number | undefined;
}

export interface SeriesSource {
  readonly samples: MetricSamples;
  readonly store: MetricsStore;
  /** How much time a row of the store is about, in milliseconds. */
  readonly intervalMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const defaultSpanMs = 15 * 60_000;
const mostPoints = 1_000;
const goodPoints = 180;
const goodSteps = [10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000];

/** What a plugin did over time: of late from memory, before that from the store. Throws `REQUEST_INVALID`. */
export async function readSeries(
  plugin: string,
  query: SeriesQuery,
  { samples, store, intervalMs, now }: SeriesSource,
): Promise<PluginMetricSeries> {
  const { since, until, stepMs } = checked(query, { now, knownSince: samples.since, intervalMs });
  const isOld = since < samples.since;
  const recent = samples.steps(plugin, isOld ? samples.since : since, until, stepMs);
  let older: readonly MetricsStep[] = [];
  let isComplete = true;
  if (isOld) {
    const end = new Date(Math.min(until, samples.since));
    try {
      older = await store.series({ plugin, since: new Date(since), until: end, stepMs });
    } catch {
      // figures are not worth an error: what is known in memory is told
      isComplete = false;
    }
  }
  const sums = new Map<number, MetricsSum>();
  for (const step of [...older, ...recent]) sums.set(step.at.getTime(), sumOf(sums.get(step.at.getTime()), step));
  const points: MetricPoint[] = [];
  const knownUntil = Math.min(until, samples.takenAt);
  for (let at = Math.floor(since / stepMs) * stepMs; at < knownUntil; at += stepMs)
    points.push(pointOf(at, Math.min(at + stepMs, knownUntil) - Math.max(at, since), sums.get(at)));
  return { plugin, since: isoTime(since), until: isoTime(until), stepMs, isComplete, points };
}

/** What was counted in so much time, as a point of a series; `undefined` is nothing. */
export function pointOf(at: number, ms: number, sum: MetricsSum | undefined): MetricPoint {
  const { requests = 0, errors = 0, totalMs = 0, latency = [], counts = {}, peaks = {} } = sum ?? {};
  return {
    at: isoTime(at),
    requests,
    errors,
    requestsPerSecond: requests / (ms / 1_000),
    meanMs: requests === 0 ? null : totalMs / requests,
    p50Ms: percentile(latency, 0.5),
    p95Ms: percentile(latency, 0.95),
    p99Ms: percentile(latency, 0.99),
    mostInFlight: peaks['requestsInFlight'] ?? 0,
    busyShare: Math.min((counts['busyMs'] ?? 0) / ms, 1),
    counts,
  };
}

interface Known {
  readonly now: number;
  readonly knownSince: number;
  readonly intervalMs: number;
}

function checked(
  query: SeriesQuery,
  { now, knownSince, intervalMs }: Known,
): Record<'since' | 'until' | 'stepMs', number> {
  const until = Math.min(query.until?.getTime() ?? now, now);
  const since = query.since?.getTime() ?? until - defaultSpanMs;
  if (!(since < until)) throw invalid('since is not before until, or is not a time');
  const span = until - since;
  const given = query.stepMs ?? goodSteps.find((step) => span / step <= goodPoints) ?? span / goodPoints;
  if (!Number.isInteger(given) || given < 1_000) throw invalid('stepMs is not a whole number from 1000');
  // a row of the store cannot be taken apart
  const stepMs = since < knownSince ? Math.max(given, intervalMs) : given;
  if (span / stepMs > mostPoints) throw invalid(`that would be more than ${mostPoints} points; take a longer stepMs`);
  return { since, until, stepMs };
}

function invalid(problem: string): PluginError {
  return new PluginError('REQUEST_INVALID', `The series cannot be read: ${problem}.`);
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
