/** Upper bounds of the buckets of latencies, in milliseconds; there is one more for what takes longer. */
export const latencyBoundsMs: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** No request in any bucket. */
export function noLatencies(): number[] {
  return Array.from({ length: latencyBoundsMs.length + 1 }, () => 0);
}

/** Counts a request in its bucket. */
export function countLatency(counts: number[], ms: number): void {
  let bucket = 0;
  while (bucket < latencyBoundsMs.length && ms > (latencyBoundsMs[bucket] as number)) bucket += 1;
  counts[bucket] = (counts[bucket] as number) + 1;
}

/**
 * How long that share of the requests took at most, in milliseconds: read off the bucket it falls into, as if they were
 * spread evenly in it. What took longer than the last bound counts as that. `null` without requests.
 */
export function percentile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    const upper = latencyBoundsMs[bucket];
    if (upper === undefined) break;
    if (count > 0 && before + count >= total * share) {
      const lower = latencyBoundsMs[bucket - 1] ?? 0;
      return lower + ((upper - lower) * (total * share - before)) / count;
    }
    before += count;
  }
  return latencyBoundsMs.at(-1) as number;
}
