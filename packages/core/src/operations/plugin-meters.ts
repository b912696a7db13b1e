import type { CallKind, CallMeter } from '../scope/call-gate.ts';

/** Upper bounds of the buckets of latencies, in milliseconds; there is one more for what takes longer. */
const latencyBoundsMs: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** Calls of one kind that have ended. */
export interface CallCount {
  count: number;
  failed: number;
  /** How long they took together, in milliseconds. */
  totalMs: number;
}

/** Counts the calls of one plugin, over all of its generations since the host started. */
export class PluginMeter implements CallMeter {
  readonly calls: Readonly<Record<CallKind, CallCount>> = {
    request: none(),
    task: none(),
    event: none(),
    message: none(),
    api: none(),
    hook: none(),
  };
  /** Requests by how long they took: one number for each bound, and one for those beyond. */
  readonly latency: number[] = Array.from({ length: latencyBoundsMs.length + 1 }, () => 0);

  ended(kind: CallKind, _label: string, ms: number, hasFailed: boolean): void {
    const calls = this.calls[kind];
    calls.count += 1;
    calls.totalMs += ms;
    if (hasFailed) calls.failed += 1;
    if (kind === 'request') this.#countLatency(ms);
  }

  #countLatency(ms: number): void {
    let bucket = 0;
    while (bucket < latencyBoundsMs.length && ms > (latencyBoundsMs[bucket] as number)) bucket += 1;
    this.latency[bucket] = (this.latency[bucket] as number) + 1;
  }
}

function none(): CallCount {
  return { count: 0, failed: 0, totalMs: 0 };
}

/** The meters of all plugins of a host. */
export class PluginMeters {
  readonly #meters = new Map<string, PluginMeter>();

  /** The meter of a plugin; one that was not counted yet begins now. */
  of(plugin: string): PluginMeter {
    const meter = this.#meters.get(plugin) ?? new PluginMeter();
    this.#meters.set(plugin, meter);
    return meter;
  }

  forget(plugin: string): void {
    this.#meters.delete(plugin);
  }
}
