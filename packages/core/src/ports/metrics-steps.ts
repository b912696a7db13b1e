import type { MetricsRow, MetricsStep, MetricsSum } from './metrics-store.ts';

/** Puts rows together by steps, the oldest first; what stores promise of their series. */
export function stepsOf(rows: readonly MetricsRow[], stepMs: number): MetricsStep[] {
  const steps = new Map<number, MetricsStep>();
  for (const row of rows) {
    const at = Math.floor((row.at.getTime() - row.intervalMs) / stepMs) * stepMs;
    const step = steps.get(at);
    const coveredMs = (step?.coveredMs ?? 0) + row.intervalMs;
    steps.set(at, { at: new Date(at), coveredMs, ...sumOf(step, row) });
  }
  return [...steps.values()].toSorted((left, right) => left.at.getTime() - right.at.getTime());
}

/** What two spans have together. */
export function sumOf(left: MetricsSum | undefined, right: MetricsSum): MetricsSum {
  const { requests, errors, totalMs, latency, counts, peaks } = right;
  if (!left) return { requests, errors, totalMs, latency, counts, peaks };
  const buckets = Math.max(left.latency.length, latency.length);
  return {
    requests: left.requests + requests,
    errors: left.errors + errors,
    totalMs: left.totalMs + totalMs,
    latency: Array.from({ length: buckets }, (_, bucket) => (left.latency[bucket] ?? 0) + (latency[bucket] ?? 0)),
    counts: joined(left.counts, counts, (one, other) => one + other),
    peaks: joined(left.peaks, peaks, Math.max),
  };
}

type Numbers = Readonly<Record<string, number>>;

function joined(left: Numbers, right: Numbers, join: (one: number, other: number) => number): Numbers {
  const all = new Map(Object.entries(left));
  for (const [name, value] of Object.entries(right)) {
    const before = all.get(name);
    all.set(name, before === undefined ? value : join(before, value));
  }
  return Object.fromEntries(all);
}
