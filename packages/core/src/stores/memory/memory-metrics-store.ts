import { stepsOf } from '../../ports/metrics-steps.ts';
import type { MetricsQuery, MetricsRow, MetricsStep, MetricsStore } from '../../ports/metrics-store.ts';
import type { MemoryState } from './memory-state.ts';

/** How many rows of a plugin are kept; a store that keeps more needs a database. */
const keptRows = 2_000;

interface MetricsState extends Pick<MemoryState, 'metrics'> {
  /** Those that have a record. */
  readonly plugins: { has(plugin: string): boolean };
}

/** The metrics of tests and of hosts that need not remember. */
export class MemoryMetricsStore implements MetricsStore {
  readonly #state: MetricsState;

  /** Without a state it keeps rows of every plugin, for hosts whose stores have no place for them. */
  constructor(state: MetricsState = { plugins: { has: () => true }, metrics: new Map() }) {
    this.#state = state;
  }

  async append(rows: readonly MetricsRow[]): Promise<number> {
    const { plugins, metrics } = this.#state;
    const kept = rows.filter(({ plugin }) => plugins.has(plugin));
    for (const row of kept) {
      const own = { ...structuredClone(row), totalMs: Math.round(row.totalMs) };
      metrics.set(row.plugin, [...(metrics.get(row.plugin) ?? []), own].slice(-keptRows));
    }
    return kept.length;
  }

  async series({ plugin, since, until, stepMs }: MetricsQuery): Promise<MetricsStep[]> {
    const rows = this.#state.metrics.get(plugin) ?? [];
    const wanted = rows.filter(({ at, intervalMs }) => at <= until && at.getTime() - intervalMs >= since.getTime());
    return structuredClone(stepsOf(wanted, stepMs));
  }

  async prune(before: Date, limit: number): Promise<number> {
    const { metrics } = this.#state;
    const old = [...metrics.values()].flat().filter(({ at }) => at < before);
    const gone = new Set(old.toSorted((left, right) => left.at.getTime() - right.at.getTime()).slice(0, limit));
    for (const [plugin, rows] of metrics) {
      const left = rows.filter((row) => !gone.has(row));
      if (left.length > 0) metrics.set(plugin, left);
      else metrics.delete(plugin);
    }
    return gone.size;
  }
}
