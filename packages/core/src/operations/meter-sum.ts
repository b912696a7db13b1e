import { callKinds } from '../ports/metered.ts';
import type { MetricsSum } from '../ports/metrics-store.ts';
import type { PluginMeter } from './plugin-meters.ts';

/** All that a meter has counted, in the form of rows; reading it begins a new span for its peaks. */
export function meterSum(meter: PluginMeter): MetricsSum {
  const { calls, refused, outcomes, counted, operations, drains, eventLoop } = meter;
  const counts: Record<string, number> = { ...counted };
  for (const kind of callKinds) {
    if (kind === 'request') continue;
    counts[kind] = calls[kind].count;
    counts[`${kind}Failures`] = calls[kind].failed;
  }
  counts['refused'] = Object.values(refused).reduce((sum, count) => sum + count, 0);
  counts['overloaded'] = refused.overloaded;
  counts['aborted'] = outcomes.aborted;
  counts['timeouts'] = outcomes.timeout;
  counts['reloads'] = operations.reload.succeeded;
  counts['reloadFailures'] = operations.reload.failed;
  counts['rollbacks'] = operations.rollback.succeeded;
  counts['drains'] = drains.count;
  counts['drainMs'] = drains.totalMs;
  counts['busyMs'] = eventLoop.busyMs;
  counts['stalls'] = eventLoop.stalls;
  counts['stalledMs'] = eventLoop.stalledMs;
  const { count, failed, totalMs } = calls.request;
  const peaks = { requestsInFlight: meter.takePeak() };
  return { requests: count, errors: failed, totalMs, latency: [...meter.latency], counts, peaks };
}

/** What was counted between two readings of a meter; `undefined` for nothing. Counts of 0 are left out. */
export function sumDifference(present: MetricsSum, before: MetricsSum): MetricsSum | undefined {
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(present.counts)) {
    const more = value - (before.counts[name] ?? 0);
    if (more !== 0) counts[name] = more;
  }
  const requests = present.requests - before.requests;
  const isBusy = Object.values(present.peaks).some((peak) => peak > 0);
  if (requests === 0 && !isBusy && Object.keys(counts).length === 0) return undefined;
  return {
    requests,
    errors: present.errors - before.errors,
    totalMs: present.totalMs - before.totalMs,
    latency: present.latency.map((count, bucket) => count - (before.latency[bucket] ?? 0)),
    counts,
    peaks: present.peaks,
  };
}
