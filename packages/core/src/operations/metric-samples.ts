import { stepsOf, sumOf } from '../ports/metrics-steps.ts';
import type { MetricsRow, MetricsStep, MetricsSum } from '../ports/metrics-store.ts';
import { meterSum, sumDifference } from './meter-sum.ts';
import type { PluginMeter } from './plugin-meters.ts';

/** How long samples are kept, in milliseconds. */
const keptMs = 15 * 60_000;

/** Spans of a plugin, in which something was counted. */
interface PluginSamples {
  rows: MetricsRow[];
  readonly meter: PluginMeter;
  last: MetricsSum;
}

/** What was counted lately, in short spans: the difference between what meters say at the beginning and the end. */
export class MetricSamples {
  readonly #plugins = new Map<string, PluginSamples>();
  /** Ends of spans that were put together in a row of the store; what is kept begins with one of them. */
  #marks: number[];
  #takenAt: number;

  constructor(now: number) {
    this.#marks = [now];
    this.#takenAt = now;
  }

  /** The end of the latest span, in milliseconds since the epoch. */
  get takenAt(): number {
    return this.#takenAt;
  }

  /** Since when everything is known. */
  get since(): number {
    return this.#marks[0] as number;
  }

  /** Ends the span that began with the last one. */
  take(now: number, meters: readonly (readonly [plugin: string, meter: PluginMeter])[]): void {
    const intervalMs = now - this.#takenAt;
    if (intervalMs <= 0) return;
    for (const [plugin, meter] of meters) {
      const samples = this.#of(plugin, meter);
      const present = meterSum(meter);
      const difference = sumDifference(present, samples.last);
      samples.last = present;
      if (difference) samples.rows.push({ plugin, at: new Date(now), intervalMs, ...difference });
    }
    this.#takenAt = now;
  }

  /** What was counted of each plugin since the last mark, as rows that end now; what comes next is in other rows. */
  mark(): MetricsRow[] {
    const from = this.#marks.at(-1) as number;
    const to = this.#takenAt;
    if (to <= from) return [];
    this.#marks.push(to);
    this.#forgetOld();
    return [...this.#plugins.keys()].flatMap((plugin) => {
      const sum = this.sum(plugin, from);
      return sum ? { plugin, at: new Date(to), intervalMs: to - from, ...sum } : [];
    });
  }

  /** What was counted of a plugin in the spans that began at a time or later; `undefined` for nothing. */
  sum(plugin: string, from: number): MetricsSum | undefined {
    const rows = this.#between(plugin, from, Infinity);
    return rows.reduce<MetricsSum | undefined>((sum, row) => sumOf(sum, row), undefined);
  }

  steps(plugin: string, from: number, to: number, stepMs: number): MetricsStep[] {
    return stepsOf(this.#between(plugin, from, to), stepMs);
  }

  forget(plugin: string): void {
    this.#plugins.delete(plugin);
  }

  #between(plugin: string, from: number, to: number): MetricsRow[] {
    const rows = this.#plugins.get(plugin)?.rows ?? [];
    return rows.filter(({ at, intervalMs }) => at.getTime() <= to && at.getTime() - intervalMs >= from);
  }

  #of(plugin: string, meter: PluginMeter): PluginSamples {
    const known = this.#plugins.get(plugin);
    if (known?.meter === meter) return known;
    const samples = { rows: known?.rows ?? [], meter, last: nothing };
    this.#plugins.set(plugin, samples);
    return samples;
  }

  #forgetOld(): void {
    const keptFrom = this.#marks.findLast((mark) => mark <= this.#takenAt - keptMs) ?? this.since;
    this.#marks = this.#marks.filter((mark) => mark >= keptFrom);
    for (const samples of this.#plugins.values())
      samples.rows = samples.rows.filter(({ at }) => at.getTime() > keptFrom);
  }
}

const nothing: MetricsSum = { requests: 0, errors: 0, totalMs: 0, latency: [], counts: {}, peaks: {} };
