import { describe, expect, it } from 'vitest';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';

const slow = (word: string, members: object = {}): PluginFiles =>
  plugin(
    'demo',
    `export default {
      onLoad(ctx) {
        ctx.registerRoute({ method: 'GET', url: '/slow', handler: async () => { await ctx.db.wait('request'); return '${word}'; } });
        ctx.registerRoute({ method: 'GET', url: '/fast', handler: () => '${word}' });
        ctx.signal.addEventListener('abort', () => ctx.db.note('aborted ${word}'));
      },
      onDisable(ctx) { ctx.db.note('onDisable ${word}'); },
      onUnload(ctx) { ctx.db.note('onUnload ${word}'); },
    };`,
    members,
  );

async function setUp(
  members: object = {},
): Promise<TestHost & { probe: Probe; ask: (url: string) => Promise<unknown> }> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, drainMs: 10_000, plugins: { demo: slow('old', members) } });
  return Object.assign(test, { probe, ask: (url: string) => test.http.request('demo', 'GET', url) });
}

const cutEntries = ({ host }: TestHost) => host.audit({ type: 'plugin:drain-cut' });

describe('a request in flight', () => {
  it('ends on the old generation while new requests reach the next one', async () => {
    await using test = await setUp();
    const inFlight = test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    expect(test.host.summary('demo')?.activeRequests).toBe(1);
    await test.folder.write('demo', slow('new'));
    await test.host.reload('demo');
    expect(await test.ask('/fast')).toBe('new');
    expect(test.host.inspect().generations).toBe(2);
    expect(test.probe.notes).toEqual([]);
    test.probe.release('request');
    expect(await inFlight).toBe('old');
    await eventually(() => expect(test.probe.notes).toEqual(['onDisable old', 'aborted old', 'onUnload old']));
    await eventually(() => expect(test.host.inspect().generations).toBe(1));
    expect(await cutEntries(test)).toEqual([]);
    await test.expectNothingLeft();
  });

  it('is cut at the drain deadline of a reload: signal aborted, and the number of cut calls in the audit', async () => {
    await using test = await setUp();
    void test.ask('/slow');
    void test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(2));
    await test.host.reload('demo');
    test.clock.advance(9_999);
    expect(test.probe.notes).toEqual([]);
    test.clock.advance(1);
    await eventually(() => expect(test.probe.notes).toEqual(['aborted old', 'onDisable old', 'onUnload old']));
    await eventually(async () => expect(await cutEntries(test)).toMatchObject([{ plugin: 'demo', data: { cut: 2 } }]));
    test.probe.release('request');
    await test.expectNothingLeft();
  });

  it('holds a disable back until it ends, while new requests are refused at once', async () => {
    await using test = await setUp();
    const inFlight = test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    const disabled = test.host.disable('demo');
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('draining'));
    await expect(test.ask('/fast')).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    expect(test.probe.notes).toEqual([]);
    test.probe.release('request');
    expect(await inFlight).toBe('old');
    await disabled;
    expect(test.probe.notes).toEqual(['onDisable old']);
    expect(test.host.summary('demo')?.state).toBe('disabled');
    await test.expectNothingLeft();
  });

  it('is cut at the drain deadline of a disable, which is written down too; the plugin can be enabled again', async () => {
    await using test = await setUp();
    void test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    const disabled = test.host.disable('demo');
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('draining'));
    test.clock.advance(10_000);
    await disabled;
    expect(test.probe.notes).toEqual(['aborted old', 'onDisable old', 'onUnload old']);
    await eventually(async () => expect(await cutEntries(test)).toMatchObject([{ data: { cut: 1 } }]));
    await test.host.enable('demo');
    expect(await test.ask('/fast')).toBe('old');
    test.probe.release('request');
    await test.expectNothingLeft();
  });

  it('is waited for by stop, and cut at the deadline', async () => {
    await using test = await setUp();
    void test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    const stopped = test.host.stop();
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('unloading'));
    test.clock.advance(10_000);
    await stopped;
    expect(test.probe.notes).toEqual(['aborted old', 'onDisable old', 'onUnload old']);
    expect(await cutEntries(test)).toMatchObject([{ data: { cut: 1 } }]);
    test.probe.release('request');
    await test.expectNothingLeft();
  });

  it('may be on each of several old generations; stop waits for all of them', async () => {
    await using test = await setUp();
    const answers: unknown[] = [];
    for (const word of ['b', 'c']) {
      void test.ask('/slow').then((answer) => answers.push(answer));
      await test.folder.write('demo', slow(word));
      await test.host.reload('demo');
    }
    await eventually(() => expect(test.probe.waiting('request')).toBe(2));
    expect(test.host.inspect().generations).toBe(3);
    const stopped = test.host.stop();
    test.probe.release('request');
    await stopped;
    expect(answers).toEqual(['old', 'b']);
    await test.expectNothingLeft();
  });

  it('on an old generation does not hold back a disable of the new one, nor is it cut by it', async () => {
    await using test = await setUp();
    const inFlight = test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    await test.folder.write('demo', slow('new'));
    await test.host.reload('demo');
    await test.host.disable('demo');
    expect(test.probe.notes).toEqual(['onDisable new']);
    test.probe.release('request');
    expect(await inFlight).toBe('old');
    await test.expectNothingLeft();
  });

  it('is waited for before the next generation starts where "reload" is "restart", and requests are refused meanwhile', async () => {
    await using test = await setUp({ reload: 'restart' });
    const inFlight = test.ask('/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    await test.folder.write('demo', slow('new', { reload: 'restart' }));
    const reloaded = test.host.reload('demo');
    await eventually(() => expect(test.host.operations.list()[0]?.phase).toBe('draining'));
    await expect(test.ask('/fast')).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    test.probe.release('request');
    expect(await inFlight).toBe('old');
    await reloaded;
    expect(await test.ask('/fast')).toBe('new');
    await test.expectNothingLeft();
  });
});

describe('stop', () => {
  it('during a reload lets it end and unloads what came of it', async () => {
    await using test = await setUp();
    await test.folder.write(
      'demo',
      plugin(
        'demo',
        "export default { async onEnable(ctx) { await ctx.db.wait('enable'); }, onUnload(ctx) { ctx.db.note('onUnload new'); } };",
      ),
    );
    const reload = test.host.reload('demo');
    await eventually(() => expect(test.probe.waiting('enable')).toBe(1));
    const stopped = test.host.stop();
    await expect(test.host.enable('demo')).rejects.toMatchObject({ code: 'HOST_CLOSED' });
    test.probe.release('enable');
    await reload;
    await stopped;
    expect(test.probe.notes.map(String).toSorted()).toEqual([
      'aborted old',
      'onDisable old',
      'onUnload new',
      'onUnload old',
    ]);
    expect(test.host.inspect()).toEqual({ listeners: 0, generations: 0, activeCalls: 0 });
    await test.expectNothingLeft();
  });

  it('keeps what is wanted: another host on the same stores brings up what was enabled, and only that', async () => {
    await using test = await createTestHost({
      plugins: { on: plugin('on', 'export default {};'), off: plugin('off', 'export default {};') },
    });
    await test.host.disable('off');
    await test.host.stop();
    await using second = await createTestHost({ folder: test.folder, stores: test.stores });
    expect(second.host.status().map(({ name, state, enabled }) => [name, state, enabled])).toEqual([
      ['off', 'disabled', false],
      ['on', 'active', true],
    ]);
  });

  it('refuses every command afterwards, a second start too, and may be called twice', async () => {
    await using test = await setUp();
    await Promise.all([test.host.stop(), test.host.stop()]);
    for (const command of ['enable', 'disable', 'reload', 'rollback'] as const) {
      await expect(test.host[command]('demo')).rejects.toMatchObject({ code: 'HOST_CLOSED' });
    }
    await expect(test.host.rescan()).rejects.toMatchObject({ code: 'HOST_CLOSED' });
    await expect(test.host.updateConfig('demo', {})).rejects.toMatchObject({ code: 'HOST_CLOSED' });
    await expect(test.host.start()).rejects.toMatchObject({ code: 'HOST_CLOSED' });
  });

  it('while the host is still starting leaves nothing running', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      start: false,
      plugins: {
        demo: plugin(
          'demo',
          "export default { onLoad(ctx) { ctx.db.note('loaded'); }, onUnload(ctx) { ctx.db.note('unloaded'); } };",
        ),
      },
    });
    const start = test.host.start();
    await test.host.stop();
    await start;
    expect(probe.notes.filter((note) => note === 'loaded')).toHaveLength(
      probe.notes.filter((note) => note === 'unloaded').length,
    );
    await test.expectNothingLeft();
  });

  it('during a rescan leaves nothing running', async () => {
    await using test = await setUp();
    await test.folder.write('added', plugin('added', "export default { onLoad(ctx) { ctx.on('x', () => {}); } };"));
    const rescan = test.host.rescan();
    await test.host.stop();
    await rescan;
    await test.expectNothingLeft();
  });
});
