import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricsRow, MetricsStore } from '../../ports/metrics-store.ts';
import { newPlugin, type OpenedStores, type OpenStores, uniquePluginName } from './opened-stores.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 2, 4, 12);

/** What every store of metrics must do. */
export function describeMetricsStore(name: string, open: OpenStores): void {
  describe(`the metrics store (${name})`, () => {
    let opened: OpenedStores;
    let store: MetricsStore;
    let plugin: string;
    beforeEach(async () => {
      opened = await open();
      store = opened.stores.metrics;
      plugin = uniquePluginName();
      await opened.stores.plugins.add(newPlugin(plugin), []);
    });
    afterEach(() => opened.close());

    /** A row of a minute that ends so many minutes after noon. */
    const row = (endsAfter: number, members: Partial<MetricsRow> = {}): MetricsRow => ({
      plugin,
      at: new Date(noon + endsAfter * minute),
      intervalMs: minute,
      requests: 0,
      errors: 0,
      totalMs: 0,
      latency: [],
      counts: {},
      peaks: {},
      ...members,
    });
    const series = (from: number, to: number, stepMs = minute): ReturnType<MetricsStore['series']> => {
      const since = new Date(noon + from * minute);
      return store.series({ plugin, since, until: new Date(noon + to * minute), stepMs });
    };

    it('gives back what was written, under the beginning of its step', async () => {
      const figures = {
        requests: 3,
        errors: 1,
        totalMs: 41.6,
        latency: [1, 2, 0],
        counts: { task: 2, busyMs: 12.5 },
        peaks: { requestsInFlight: 7 },
      };
      expect(await store.append([row(1, figures)])).toBe(1);
      expect(await series(0, 1)).toEqual([{ at: new Date(noon), coveredMs: minute, ...figures, totalMs: 42 }]);
    });

    it('puts the rows of a step together: sums, and the highest of peaks', async () => {
      await store.append([
        row(1, { requests: 1, errors: 1, totalMs: 10, latency: [1, 0], counts: { task: 1 }, peaks: { a: 5 } }),
        row(2, { requests: 2, totalMs: 20, latency: [0, 2], counts: { task: 2, hook: 1 }, peaks: { a: 3, b: 1 } }),
        row(4, { requests: 4, totalMs: 40, latency: [4] }),
      ]);
      expect(await series(0, 60, 3 * minute)).toEqual([
        {
          at: new Date(noon),
          coveredMs: 2 * minute,
          requests: 3,
          errors: 1,
          totalMs: 30,
          latency: [1, 2],
          counts: { task: 3, hook: 1 },
          peaks: { a: 5, b: 1 },
        },
        {
          at: new Date(noon + 3 * minute),
          coveredMs: minute,
          requests: 4,
          errors: 0,
          totalMs: 40,
          latency: [4],
          counts: {},
          peaks: {},
        },
      ]);
    });

    it('leaves out rows that are not wholly in the time, and those of others', async () => {
      const other = uniquePluginName();
      await opened.stores.plugins.add(newPlugin(other), []);
      await store.append([
        row(1, { requests: 1 }),
        row(2, { requests: 2 }),
        row(3, { requests: 4 }),
        row(2, { plugin: other, requests: 8 }),
        row(2, { intervalMs: 90_000, requests: 16 }),
      ]);
      expect((await series(1, 2)).map(({ requests }) => requests)).toEqual([2]);
      expect(await series(10, 20)).toEqual([]);
    });

    it('skips rows of plugins that have no record, and writes the others', async () => {
      expect(await store.append([row(1, { plugin: uniquePluginName() }), row(1, { requests: 5 })])).toBe(1);
      expect((await series(0, 1)).map(({ requests }) => requests)).toEqual([5]);
      expect(await store.append([])).toBe(0);
    });

    it('has nothing of a plugin whose record is removed', async () => {
      await store.append([row(1, { requests: 1 })]);
      await opened.stores.plugins.remove(plugin, []);
      await opened.stores.plugins.add(newPlugin(plugin), []);
      expect(await series(0, 60)).toEqual([]);
    });

    it('deletes the oldest rows first, not more than it was told', async () => {
      // long before the rows of other tests on the same store
      const old = (year: number): MetricsRow => row(0, { at: new Date(Date.UTC(year, 0)), requests: year });
      await store.append([old(1972), old(1971), old(1973), row(1, { requests: 1 })]);
      expect(await store.prune(new Date(Date.UTC(1973, 0)), 1)).toBe(1);
      const left = async (): Promise<number[]> => {
        const found = await store.series({ plugin, since: new Date(0), until: new Date(noon * 2), stepMs: minute });
        return found.map(({ requests }) => requests);
      };
      expect(await left()).toEqual([1972, 1973, 1]);
      expect(await store.prune(new Date(Date.UTC(1973, 0)), 100)).toBe(1);
      expect(await left()).toEqual([1973, 1]);
      expect(await store.prune(new Date(Date.UTC(1973, 0)), 100)).toBe(0);
    });
  });
}
