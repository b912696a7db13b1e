import { describe, expect, it } from 'vitest';
import { createMemoryStores, type MetricsRow, type MetricsStore } from '../src/index.ts';
import { createTestHost, type TestHost, type TestHostOptions } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';
import { readExposition } from './support/read-exposition.ts';

const seconds = 1_000;
const minute = 60 * seconds;

const demo = plugin(
  'demo',
  `export default { onLoad(ctx) {
    ctx.registerRoute({ method: 'GET', url: '/x', handler: () => 'fine' });
    ctx.registerRoute({ method: 'GET', url: '/bad', handler: () => { throw new Error('bad'); } });
    ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => ctx.db.wait('slow') });
  } };`,
);

type Setting = TestHost & {
  readonly probe: Probe;
  readonly start: number;
  ask(times: number, url?: string): Promise<void>;
};

async function setUp({ metrics = {}, ...options }: TestHostOptions = {}): Promise<Setting> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, plugins: { demo }, metrics, ...options });
  return Object.assign(test, {
    probe,
    start: test.clock.now(),
    async ask(times: number, url = '/x') {
      for (let time = 0; time < times; time += 1) await test.http.request('demo', 'GET', url).catch(() => undefined);
    },
  });
}

/** Stores whose metrics answer as the test says. */
function storesWith(metrics: Partial<MetricsStore>): ReturnType<typeof createMemoryStores> & { rows: MetricsRow[] } {
  const stores = createMemoryStores();
  const rows: MetricsRow[] = [];
  const append = async (written: readonly MetricsRow[]): Promise<number> => {
    rows.push(...written);
    return stores.metrics.append(written);
  };
  const { metrics: memory } = stores;
  const series: MetricsStore['series'] = (query) => memory.series(query);
  const prune: MetricsStore['prune'] = (before, limit) => memory.prune(before, limit);
  return { ...stores, rows, metrics: { append, series, prune, ...metrics } };
}

describe('what was counted over time', () => {
  it('is known in steps of ten seconds, empty where nothing happened', async () => {
    await using test = await setUp();
    await test.ask(20);
    await test.ask(5, '/bad');
    test.clock.advance(20 * seconds);
    await test.ask(10);
    test.clock.advance(10 * seconds);
    const { points, ...about } = await test.host.metrics.series('demo', {
      stepMs: 10 * seconds,
      since: new Date(test.start),
    });
    expect(about).toEqual({
      plugin: 'demo',
      since: new Date(test.start).toISOString(),
      until: new Date(test.start + 30 * seconds).toISOString(),
      stepMs: 10 * seconds,
      isComplete: true,
    });
    expect(
      points.map(({ requests, errors, requestsPerSecond, at }) => [requests, errors, requestsPerSecond, at]),
    ).toEqual([
      [25, 5, 2.5, new Date(test.start).toISOString()],
      [0, 0, 0, new Date(test.start + 10 * seconds).toISOString()],
      [10, 0, 1, new Date(test.start + 20 * seconds).toISOString()],
    ]);
    expect(points[1]).toMatchObject({ meanMs: null, p50Ms: null, counts: {} });
    expect(test.host.metrics.of('demo').lastMinute).toMatchObject({ requests: 35, errors: 5 });
    await test.expectNothingLeft();
  });

  it('has percentiles of each step, and the most requests at a time', async () => {
    await using test = await setUp();
    for (const ms of [4, 40, 400]) {
      const asked = test.ask(1, '/slow');
      test.clock.advance(ms);
      test.probe.release('slow');
      await asked;
    }
    const both = Promise.all([test.ask(1, '/slow'), test.ask(1, '/slow')]);
    test.probe.release('slow');
    await both;
    test.clock.advance(10 * seconds);
    const { points } = await test.host.metrics.series('demo', { since: new Date(test.start) });
    const [point] = points;
    expect(point).toMatchObject({ requests: 5, mostInFlight: 2 });
    expect(point?.p50Ms).toBeLessThanOrEqual(5);
    expect(point?.p99Ms).toBeGreaterThan(250);
    expect(point?.p99Ms).toBeLessThanOrEqual(500);
    test.clock.advance(minute);
    await test.ask(1);
    test.clock.advance(10 * seconds);
    const later = await test.host.metrics.series('demo', { since: new Date(test.start), stepMs: 10 * seconds });
    expect(later.points.map(({ mostInFlight }) => mostInFlight).filter((most) => most > 0)).toEqual([2, 1]);
  });

  it('is written in rows, one for each plugin that did something', async () => {
    const stores = storesWith({});
    await using test = await setUp({ stores });
    await test.ask(3);
    test.clock.advance(minute);
    await eventually(() => expect(stores.rows).toHaveLength(1));
    expect(stores.rows[0]).toMatchObject({
      plugin: 'demo',
      requests: 3,
      errors: 0,
      intervalMs: minute,
      at: new Date(test.start + minute),
      counts: { hook: 2 },
    });
    test.clock.advance(5 * minute);
    await test.ask(4, '/bad');
    test.clock.advance(seconds);
    await test.expectNothingLeft();
    // the rest is written at the end
    expect(stores.rows.map(({ requests, errors }) => [requests, errors])).toEqual([
      [3, 0],
      [4, 4],
    ]);
  });

  it('is read from the store where it is older than what memory has, and nothing counts twice', async () => {
    const stores = createMemoryStores();
    await using first = await setUp({ stores });
    await first.ask(7);
    first.clock.advance(minute);
    await first.ask(2);
    first.clock.advance(seconds);
    await first.host.stop();
    const { clock } = first;
    await using second = await setUp({ stores, folder: first.folder, clock });
    for (let time = 0; time < 40; time += 1) {
      await second.ask(1);
      clock.advance(minute);
      await eventually(() => expect(second.host.metrics.snapshot().host.metricRows.written).toBe(time + 1));
    }
    const { points, stepMs } = await second.host.metrics.series('demo', {
      since: new Date(first.start),
      stepMs: 10 * seconds,
    });
    expect(stepMs).toBe(minute);
    expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(49);
  });

  it('costs rows while the store is away, which are counted and said once, and nobody an error', async () => {
    let isDown = true;
    const memory = createMemoryStores();
    const stores = storesWith({
      append: (rows) => (isDown ? Promise.reject(new Error('down')) : memory.metrics.append(rows)),
      series: () => Promise.reject(new Error('down')),
    });
    await using test = await setUp({ stores });
    const lines = (): number => test.logger.lines.filter(({ message }) => message.includes('metrics')).length;
    for (let time = 0; time < 3; time += 1) {
      await test.ask(1);
      test.clock.advance(minute);
      await eventually(() => expect(test.host.metrics.snapshot().host.metricRows.dropped).toBe(time + 1));
    }
    expect(lines()).toBe(1);
    const { isComplete, points } = await test.host.metrics.series('demo', {
      since: new Date(test.start - 60 * minute),
    });
    expect(isComplete).toBe(false);
    expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(3);
    isDown = false;
    expect(readExposition(test.host.metrics.prometheus()).value('catalyst_host_metric_rows_dropped_total')).toBe(3);
    await test.expectNothingLeft();
  });

  it('waits for no store: while one does not answer the next row is longer, and stopping takes two seconds of it', async () => {
    const asked: MetricsRow[][] = [];
    const answers: ((count: number) => void)[] = [];
    const append = (rows: readonly MetricsRow[]): Promise<number> => {
      asked.push([...rows]);
      return new Promise((resolve) => answers.push(resolve));
    };
    const stores = storesWith({ append });
    await using test = await setUp({ stores, metrics: { intervalMs: 10 * seconds } });
    await test.ask(1);
    test.clock.advance(10 * seconds);
    await test.ask(2);
    test.clock.advance(10 * seconds);
    await test.ask(3);
    test.clock.advance(5 * seconds);
    answers[0]?.(1);
    await eventually(() => {
      test.clock.advance(seconds);
      expect(asked).toHaveLength(2);
    });
    expect(asked[1]).toMatchObject([{ requests: 5 }]);
    expect(asked[1]?.[0]?.intervalMs).toBeGreaterThanOrEqual(20 * seconds);
    let isStopped = false;
    const stopped = test.host.stop().then(() => (isStopped = true));
    await eventually(() => {
      test.clock.advance(30 * seconds);
      expect(isStopped).toBe(true);
    });
    await stopped;
    expect(test.clock.pending()).toBe(0);
  });

  it('is deleted from the store when it is old', async () => {
    const pruned: [string, number][] = [];
    const stores = storesWith({
      async prune(before, limit) {
        pruned.push([before.toISOString(), limit]);
        return pruned.length === 1 ? limit : 0;
      },
    });
    await using test = await setUp({ stores, metrics: { keepDays: 2 } });
    test.clock.advance(minute);
    await eventually(() => expect(pruned).toHaveLength(2));
    expect(pruned[0]).toEqual([new Date(test.start + minute - 2 * 24 * 60 * minute).toISOString(), 5_000]);
    test.clock.advance(minute);
    await test.host.stop();
    expect(pruned).toHaveLength(2);
  });

  it('is told once a second to those who listen, of plugins that did something', async () => {
    await using test = await setUp();
    const heard: unknown[] = [];
    await test.ask(1);
    const before = test.clock.pending();
    const unsubscribe = test.host.metrics.subscribe((changed) =>
      heard.push(changed.map(({ plugin: name, calls }) => [name, calls.request.count])),
    );
    test.clock.advance(3 * seconds);
    expect(heard).toEqual([]);
    await test.ask(2);
    test.clock.advance(3 * seconds);
    expect(heard).toEqual([[['demo', 3]]]);
    unsubscribe();
    expect(test.clock.pending()).toBe(before);
    await test.expectNothingLeft();
  });

  it('is refused in ways that make no sense', async () => {
    await using test = await setUp();
    const { series } = test.host.metrics;
    const read = (query: Parameters<typeof series>[1], name = 'demo'): Promise<unknown> =>
      rejection(test.host.metrics.series(name, query));
    expect(await read({}, 'nobody')).toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    const now = new Date(test.start);
    expect(await read({ since: now, until: now })).toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await read({ stepMs: 1 })).toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await read({ since: new Date(0), stepMs: minute })).toMatchObject({ code: 'REQUEST_INVALID' });
    for (const metrics of [{ intervalMs: 5 }, { intervalMs: Number.NaN }, { keepDays: 0 }])
      expect(await rejection(createTestHost({ metrics }))).toMatchObject({ code: 'OPTIONS_INVALID' });
  });

  it('is kept in memory where stores have no place for it, and not at all where the host wants none', async () => {
    const { metrics: _metrics, ...older } = createMemoryStores();
    await using test = await setUp({ stores: older });
    await test.ask(3);
    test.clock.advance(30 * minute);
    await eventually(() => expect(test.host.metrics.snapshot().host.metricRows.written).toBe(1));
    const { points } = await test.host.metrics.series('demo', { since: new Date(test.start), stepMs: 60 * minute });
    expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(3);
    await using none = await setUp({ metrics: false });
    expect(none.clock.pending()).toBe(0);
    await none.ask(2);
    expect(none.host.metrics.of('demo')).toMatchObject({ calls: { request: { count: 2 } }, lastMinute: null });
  });
});
