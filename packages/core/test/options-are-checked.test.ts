import { describe, expect, it } from 'vitest';
import { createPluginHost, type PluginHostOptions } from '../src/index.ts';
import { createTestHost } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe } from './support/probe.ts';

describe('createPluginHost', () => {
  it.each<[string, object]>([
    ['pluginsDir', { pluginsDir: '' }],
    ['pluginsDir', { pluginsDir: 5 }],
    ['pluginsDir', {}],
    ['hostVersion', { pluginsDir: 'x', hostVersion: 'latest' }],
    ['drainMs', { pluginsDir: 'x', drainMs: -1 }],
    ['drainMs', { pluginsDir: 'x', drainMs: Number.NaN }],
    ['drainMs', { pluginsDir: 'x', drainMs: Infinity }],
    ['releases.keep', { pluginsDir: 'x', releases: { keep: 1 } }],
    ['startWaitMs', { pluginsDir: 'x', startWaitMs: 2 ** 31 }],
    ['watch.settleMs', { pluginsDir: 'x', watch: { settleMs: 0 } }],
    ['watch.settleMs', { pluginsDir: 'x', watch: { settleMs: 1_001 } }],
    ['guard', { pluginsDir: 'x', guard: 'nothing' }],
    ['stallWatch.reportMs', { pluginsDir: 'x', stallWatch: { reportMs: 5 } }],
    ['stallWatch.terminateMs', { pluginsDir: 'x', stallWatch: { terminateMs: 100 } }],
    ['safeMode', { pluginsDir: 'x', safeMode: 'tickets' }],
    ['safeMode', { pluginsDir: 'x', safeMode: ['tickets', 5] }],
    ['crashBudget.crashes', { pluginsDir: 'x', crashBudget: { crashes: 0 } }],
    ['crashBudget.crashes', { pluginsDir: 'x', crashBudget: { crashes: 1.5 } }],
    ['crashBudget.withinMs', { pluginsDir: 'x', crashBudget: { withinMs: -1 } }],
  ])('refuses a wrong %s with OPTIONS_INVALID, naming it: %j', (option, options) => {
    expect(() => createPluginHost(options as PluginHostOptions)).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringContaining(option) }),
    );
  });

  it('refuses a gateway after start, and a second start, with HOST_ALREADY_STARTED', async () => {
    await using test = await createTestHost();
    expect(() => test.host.attach({})).toThrow(expect.objectContaining({ code: 'HOST_ALREADY_STARTED' }));
    await expect(test.host.start()).rejects.toMatchObject({ code: 'HOST_ALREADY_STARTED' });
  });

  it.each([
    ['1.0.0', '>=1.0.0', 'active'],
    ['1.0.0', '^1.0.0', 'active'],
    ['1.4.2', '1.x', 'active'],
    ['1.0.0', '>=1.0', 'active'],
    ['2.0.0-rc.1', '>=1.0.0', 'active'],
    ['2.0.0', '^1.0.0', 'failed'],
    ['0.9.0', '>=1.0', 'failed'],
  ])('with hostVersion %s finds a plugin for "%s" %s', async (hostVersion, catalystVersion, state) => {
    await using test = await createTestHost({
      hostVersion,
      plugins: { demo: answering('demo', 'x', { catalystVersion }) },
    });
    expect(test.host.summary('demo')?.state).toBe(state);
  });

  it('with enableNewPlugins: false finds new plugins and runs none of their code', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      enableNewPlugins: false,
      plugins: { demo: plugin('demo', "export default { onLoad(ctx) { ctx.db.note('ran'); } };") },
    });
    expect(test.host.summary('demo')).toMatchObject({ state: 'disabled', enabled: false });
    expect(probe.notes).toEqual([]);
    await test.host.enable('demo');
    expect(probe.notes).toEqual(['ran']);
  });

  it('without a database tells plugins so when they use ctx.db, and not before', async () => {
    await using test = await createTestHost({
      plugins: {
        reader: plugin('reader', 'export default { onEnable(ctx) { return ctx.db.users.findMany(); } };'),
        passer: plugin('passer', 'export default { async onEnable(ctx) { await ctx.db; return { ...ctx }; } };'),
      },
    });
    expect(test.host.summary('reader')?.reason).toMatchObject({
      code: 'DATABASE_NOT_CONFIGURED',
      message: expect.stringContaining('ctx.db.users'),
    });
    expect(test.host.summary('passer')?.state).toBe('active');
  });

  it('keeps two hosts in one process apart', async () => {
    await using one = await createTestHost({ plugins: { demo: answering('demo', 'one') } });
    await using two = await createTestHost({ plugins: { demo: answering('demo', 'two') } });
    await one.host.disable('demo');
    expect(await two.http.request('demo', 'GET', '/version')).toBe('two');
    const heard: unknown[] = [];
    const stop = two.host.on('x', (data) => heard.push(data));
    one.host.emit('x', 1);
    stop();
    expect(heard).toEqual([]);
  });
});

describe('a context', () => {
  it('can be taken apart, tells who the plugin is, and keeps the install id over reloads and restarts', async () => {
    const probe = createProbe();
    const code = `export default { onLoad({ manifest, originalConfig, installId, logger, on, getConfig, db }) {
      on('x', () => {});
      logger.info('hello');
      db.note({ manifest, originalConfig, installId, config: getConfig() });
    } };`;
    await using test = await createTestHost({
      db: probe,
      plugins: { demo: plugin('demo', code, { displayName: 'Demo', config: { a: { type: 'integer', default: 1 } } }) },
    });
    await test.host.reload('demo');
    await test.host.stop();
    await using second = await createTestHost({ db: probe, folder: test.folder, stores: test.stores });
    const installId = (await second.stores.plugins.get('demo'))?.installId;
    expect(probe.notes).toHaveLength(3);
    for (const note of probe.notes) {
      expect(note).toMatchObject({
        installId,
        manifest: { name: 'demo', displayName: 'Demo' },
        originalConfig: { a: { type: 'integer', default: 1 } },
        config: { a: 1 },
      });
    }
    expect(
      test.logger.lines
        .filter(({ message }) => message === 'hello')
        .map(({ details }) => [details['plugin'], details['generation']]),
    ).toEqual([
      ['demo', 1],
      ['demo', 2],
    ]);
  });
});
