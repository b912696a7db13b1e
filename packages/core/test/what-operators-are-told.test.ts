import { describe, expect, it } from 'vitest';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { createTestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually } from './support/probe.ts';

describe('the report of operations', () => {
  it('says for how long the host is up in hours, minutes and seconds', async () => {
    await using test = await createTestHost();
    expect(test.host.getPluginStatus().uptime).toBe('0s');
    test.clock.advance(8_130_000);
    expect(test.host.getPluginStatus().uptime).toBe('2h15m30s');
    await test.expectNothingLeft();
  });

  it('has a word for plugins that are reloaded, taken out or in quarantine', async () => {
    const probe = createProbe();
    const waits = (hook: string): string => `export default { ${hook}: (ctx) => ctx.db.wait('${hook}') };`;
    await using test = await createTestHost({
      db: probe,
      crashBudget: { crashes: 1 },
      plugins: {
        reloading: plugin('reloading', 'export default {};'),
        unloading: plugin(
          'unloading',
          `let ctx; export default { onLoad(given) { ctx = given; }, onUnload: () => ctx.db.wait('onUnload') };`,
        ),
        quarantined: plugin(
          'quarantined',
          `export default { onLoad(ctx) { ctx.on('crash', () => void setTimeout(() => { throw new Error('lost'); })); } };`,
        ),
      },
    });
    test.host.emit('crash');
    await test.folder.write('reloading', { 'index.js': waits('onEnable') });
    const reloaded = test.host.reload('reloading');
    await test.folder.remove('unloading');
    const scanned = test.host.rescan();
    await eventually(() =>
      expect(test.host.status().map(({ name, state }) => [name, state])).toEqual([
        ['quarantined', 'quarantined'],
        ['reloading', 'reloading'],
        ['unloading', 'unloading'],
      ]),
    );
    expect(test.host.getPluginStatus().plugin_system.plugin_states).toEqual({
      quarantined: 'failed',
      reloading: 'reloading',
      unloading: 'unloading',
    });
    probe.release('onEnable');
    probe.release('onUnload');
    await Promise.all([reloaded, scanned]);
    await test.expectNothingLeft();
  });
});

describe('without options', () => {
  it('each plugin is looked at every 30 seconds', async () => {
    const probe = createProbe();
    const code = `let ctx; export default { onLoad(given) { ctx = given; }, health() { ctx.db.note('looked'); } };`;
    await using test = await createTestHost({ db: probe, health: {}, plugins: { demo: plugin('demo', code) } });
    await eventually(() => expect(test.host.health.of('demo').status).toBe('healthy'));
    const looked = probe.notes.length;
    test.clock.advance(29_999);
    expect(probe.notes).toHaveLength(looked);
    test.clock.advance(1);
    await eventually(() => expect(probe.notes).toHaveLength(looked + 1));
    await test.expectNothingLeft();
  });

  it('a plugin has 5 seconds to say how it is', async () => {
    const code = 'export default { health: () => new Promise(() => {}) };';
    await using test = await createTestHost({ health: {}, plugins: { demo: plugin('demo', code) } });
    await eventually(() => expect(test.host.inspect().activeCalls).toBe(1));
    test.clock.advance(4_999);
    expect(test.host.inspect().activeCalls).toBe(1);
    test.clock.advance(1);
    await eventually(() => expect(test.host.health.of('demo').lastCheck?.message).toContain('within 5000 ms'));
    await test.expectNothingLeft();
  });

  it('rows of metrics are kept for seven days', async () => {
    const stores = createMemoryStores();
    const pruned: Date[] = [];
    const { metrics } = stores;
    if (!metrics) throw new Error('no store of metrics');
    metrics.prune = async (before) => {
      pruned.push(before);
      return 0;
    };
    await using test = await createTestHost({
      stores,
      metrics: {},
      plugins: { demo: plugin('demo', 'export default {};') },
    });
    test.clock.advance(3_600_000);
    await eventually(() => expect(pruned).not.toEqual([]));
    expect(test.clock.now() - (pruned.at(-1)?.getTime() ?? 0)).toBe(7 * 86_400_000);
    await test.expectNothingLeft();
  });
});

it('a plugin that crashed has an entry in the audit log that it is to be tried again, and comes up after a pause', async () => {
  const code = `export default { onLoad(ctx) { ctx.on('crash', () => void setTimeout(() => { throw new Error('lost'); })); } };`;
  await using test = await createTestHost({ plugins: { demo: plugin('demo', code) } });
  test.host.emit('crash');
  await eventually(async () =>
    expect(await test.host.audit({ type: 'plugin:retrying' })).toMatchObject([
      {
        plugin: 'demo',
        actor: 'system',
        result: 'failed',
        reason: expect.stringContaining('lost'),
        data: { code: 'PLUGIN_CRASHED', version: '1.0.0', before: { state: 'active' }, after: { state: 'retrying' } },
      },
    ]),
  );
  test.clock.advance(999);
  expect(test.host.summary('demo')?.state).toBe('retrying');
  test.clock.advance(60_000);
  await eventually(() => expect(test.host.summary('demo')?.state).toBe('active'));
  await test.expectNothingLeft();
});
