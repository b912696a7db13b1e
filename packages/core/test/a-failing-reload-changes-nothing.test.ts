import { describe, expect, it } from 'vitest';
import { createTestHost, manifestOf, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

async function setUp(members: object = {}): Promise<TestHost & { probe: Probe }> {
  const probe = createProbe();
  return Object.assign(await createTestHost({ db: probe, plugins: { demo: answering('demo', 'old', members) } }), {
    probe,
  });
}

const version = ({ http }: TestHost): Promise<unknown> => http.request('demo', 'GET', '/version');

const broken: Record<string, { files: PluginFiles; code: string; says: RegExp }> = {
  'has a syntax error': {
    files: { 'index.js': 'export default {\n  onLoad( {\n' },
    code: 'MODULE_FAILED',
    says: /index\.js:\d+:\d+/,
  },
  'throws while it is imported': {
    files: { 'index.js': "throw new Error('at import');" },
    code: 'MODULE_FAILED',
    says: /at import/,
  },
  'exports no plugin': { files: { 'index.js': 'export const a = 1;' }, code: 'ENTRY_INVALID', says: /only a/ },
  'throws in onLoad': {
    files: { 'index.js': "export default { onLoad() { throw new Error('no disk'); } };" },
    code: 'HOOK_FAILED',
    says: /onLoad.*no disk/,
  },
  'rejects in onLoad': {
    files: { 'index.js': "export default { async onLoad() { throw new Error('no disk'); } };" },
    code: 'HOOK_FAILED',
    says: /onLoad.*no disk/,
  },
  'throws in onEnable': {
    files: { 'index.js': "export default { onEnable() { throw new Error('no port'); } };" },
    code: 'HOOK_FAILED',
    says: /onEnable.*no port/,
  },
  'registers one route twice': {
    files: {
      'index.js':
        "export default { onLoad(ctx) { for (const _ of [1, 2]) ctx.registerRoute({ method: 'GET', url: '/a', handler() {} }); } };",
    },
    code: 'ROUTE_DUPLICATE',
    says: /GET \/a twice/,
  },
  'asks to be tried later': {
    files: { 'index.js': "export default { onLoad(ctx) { throw ctx.retryLater('no database'); } };" },
    code: 'RETRY_LATER',
    says: /no database/,
  },
  'has a manifest that is not JSON': {
    files: { 'plugin.json': '{ "name": ' },
    code: 'MANIFEST_INVALID',
    says: /plugin\.json:1:\d+/,
  },
  'has another name': {
    files: { 'plugin.json': manifestOf('other') },
    code: 'MANIFEST_INVALID',
    says: /called "demo"/,
  },
  'names an entry that is not there': {
    files: { 'plugin.json': manifestOf('demo', { backend: { entry: 'gone.js' } }) },
    code: 'ENTRY_NOT_FOUND',
    says: /gone\.js/,
  },
  'wants a newer host': {
    files: { 'plugin.json': manifestOf('demo', { catalystVersion: '>=9' }) },
    code: 'HOST_VERSION_MISMATCH',
    says: />=9/,
  },
  'wants another runtime': {
    files: { 'plugin.json': manifestOf('demo', { runtime: 'process' }) },
    code: 'RUNTIME_UNSUPPORTED',
    says: /process/,
  },
};

describe('a reload', () => {
  it.each(Object.entries(broken))(
    'of a release that %s keeps the old generation serving and says why',
    async (_what, { files, code, says }) => {
      await using test = await setUp();
      await test.folder.write('demo', files);
      const error = await rejection(test.host.reload('demo', { actor: 'anna' }));
      expect(error).toMatchObject({ code, message: expect.stringMatching(says) });
      expect(await version(test)).toBe('old');
      const summary = test.host.summary('demo');
      expect(summary).toMatchObject({
        state: 'active',
        enabled: true,
        reason: null,
        generation: 1,
        canRollback: false,
      });
      expect(summary?.lastFailure).toMatchObject({
        code,
        during: 'reload',
        message: expect.stringMatching(says),
        hint: expect.stringMatching(/./),
      });
      const entry = await eventually(async () => {
        const [first] = await test.host.audit({ type: 'plugin:reload-failed' });
        expect(first).toBeDefined();
        return first;
      });
      expect(entry).toMatchObject({
        plugin: 'demo',
        actor: 'anna',
        data: { code, message: expect.stringMatching(says) },
      });

      await test.folder.write('demo', answering('demo', 'new', { version: '1.0.1' }));
      await test.host.reload('demo');
      expect(await version(test)).toBe('new');
      expect(test.host.summary('demo')).toMatchObject({
        state: 'active',
        version: '1.0.1',
        lastFailure: null,
        error: null,
      });
      await test.expectNothingLeft();
    },
  );

  it.each(['onLoad', 'onEnable'])(
    'whose %s never ends gives up at its time limit and keeps the old generation serving',
    async (hook) => {
      await using test = await setUp();
      await test.folder.write(
        'demo',
        plugin('demo', `export default { ${hook}(ctx) { return ctx.db.wait('hook'); } };`),
      );
      const reload = rejection(test.host.reload('demo'));
      await eventually(() => expect(test.probe.waiting('hook')).toBe(1));
      expect(test.host.summary('demo')?.state).toBe('reloading');
      expect(await version(test)).toBe('old');
      test.clock.advance(30_000);
      expect(await reload).toMatchObject({ code: 'HOOK_TIMEOUT', message: expect.stringContaining(hook) });
      expect(await version(test)).toBe('old');
      expect(test.host.summary('demo')).toMatchObject({ state: 'active', generation: 1 });
      test.probe.release('hook');
      await test.expectNothingLeft();
    },
  );

  it('whose code waits forever while it is imported gives up too', async () => {
    await using test = await setUp();
    await test.folder.write('demo', { 'index.js': 'await new Promise(() => {});\nexport default {};' });
    const reload = rejection(test.host.reload('demo'));
    await eventually(() => expect(test.clock.pending()).toBe(1));
    expect(test.host.summary('demo')?.state).toBe('reloading');
    test.clock.advance(30_000);
    expect(await reload).toMatchObject({ code: 'MODULE_FAILED', message: expect.stringContaining('top-level await') });
    expect(await version(test)).toBe('old');
    await test.expectNothingLeft();
  });

  it('of a folder that is gone keeps the old generation serving', async () => {
    await using test = await setUp();
    await test.folder.remove('demo');
    expect(await rejection(test.host.reload('demo'))).toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining('plugin.json'),
    });
    expect(await version(test)).toBe('old');
    await test.expectNothingLeft();
  });

  it('swaps without a moment in which the plugin does not answer', async () => {
    await using test = await setUp();
    await test.folder.write('demo', answering('demo', 'new'));
    const answers: unknown[] = [];
    const progress = { isDone: false };
    const reload = test.host.reload('demo').finally(() => (progress.isDone = true));
    while (!progress.isDone) {
      answers.push(await version(test));
      await new Promise(setImmediate);
    }
    await reload;
    answers.push(await version(test));
    expect(new Set(answers)).toEqual(new Set(['old', 'new']));
    expect(answers.at(-1)).toBe('new');
    await test.expectNothingLeft();
  });

  it('whose registrations cannot go live puts the old generation back on, in the same tick', async () => {
    const probe = createProbe();
    const isFull = { value: false };
    const scheduler = {
      validate: () => undefined,
      next: () => undefined,
      schedule() {
        if (isFull.value) throw new Error('no more jobs');
        return () => undefined;
      },
    };
    const code = `export default { onLoad(ctx) {
      ctx.on('happened', () => ctx.db.note('heard'));
      ctx.registerRoute({ method: 'GET', url: '/version', handler: () => 'old' });
    } };`;
    await using test = await createTestHost({ db: probe, scheduler, plugins: { demo: plugin('demo', code) } });
    await test.folder.write('demo', {
      'index.js': code
        .replaceAll('old', 'new')
        .replace("ctx.on('", "ctx.scheduleTask('* * * * *', () => {}); ctx.on('"),
    });
    isFull.value = true;
    expect(await rejection(test.host.reload('demo'))).toMatchObject({ message: 'no more jobs' });
    expect(await version(test)).toBe('old');
    expect(test.host.emit('happened')).toBe(1);
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', generation: 1 });
    await test.expectNothingLeft();
  });

  it('announces itself once, and is written down with version, generation and actor', async () => {
    await using test = await setUp();
    const announced: unknown[] = [];
    test.host.events.subscribe(({ type, data }) => announced.push([type, data['actor']]));
    await test.folder.write('demo', answering('demo', 'new', { version: '2.0.0' }));
    await test.host.reload('demo', { actor: 'anna' });
    expect(announced.filter((event) => String(event).startsWith('plugin:reloaded'))).toEqual([
      ['plugin:reloaded', 'anna'],
    ]);
    expect(await test.host.audit({ type: 'plugin:reloaded' })).toMatchObject([
      { actor: 'anna', data: { version: '2.0.0', generation: 2 } },
    ]);
    expect(await test.stores.plugins.get('demo')).toMatchObject({
      version: '2.0.0',
      state: 'active',
      manifest: { version: '2.0.0' },
    });
  });

  it('of a disabled plugin takes note of the release and runs none of its code', async () => {
    await using test = await setUp();
    await test.host.disable('demo');
    await test.folder.write(
      'demo',
      plugin('demo', "export default { onLoad(ctx) { ctx.db.note('ran'); } };", { version: '2.0.0' }),
    );
    await test.host.reload('demo');
    expect(test.host.summary('demo')).toMatchObject({ state: 'disabled', version: '2.0.0', enabled: false });
    expect(test.probe.notes).toEqual([]);
    await test.host.enable('demo');
    expect(test.probe.notes).toEqual(['ran']);
    await test.expectNothingLeft();
  });
});

describe('a rollback', () => {
  it('goes back to the release that ran before, and forth again', async () => {
    await using test = await setUp({ version: '1.0.0' });
    await test.folder.write('demo', answering('demo', 'new', { version: '2.0.0' }));
    await test.host.reload('demo');
    expect(test.host.summary('demo')?.canRollback).toBe(true);
    await test.host.rollback('demo', { actor: 'anna' });
    expect(await version(test)).toBe('old');
    expect(test.host.summary('demo')).toMatchObject({ version: '1.0.0', state: 'active', canRollback: true });
    expect(await test.host.audit({ type: 'plugin:rolled-back' })).toMatchObject([
      { actor: 'anna', data: { version: '1.0.0' } },
    ]);
    await test.host.rollback('demo');
    expect(await version(test)).toBe('new');
    await test.expectNothingLeft();
  });

  it('is refused when nothing ran before', async () => {
    await using test = await setUp();
    expect(await rejection(test.host.rollback('demo'))).toMatchObject({ code: 'ROLLBACK_UNAVAILABLE' });
    await test.host.reload('demo');
    expect(await rejection(test.host.rollback('demo'))).toMatchObject({ code: 'ROLLBACK_UNAVAILABLE' });
    expect(await version(test)).toBe('old');
  });

  it('never goes to a release that did not run', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: { demo: plugin('demo', "throw new Error('broken from the start');") },
    });
    await test.folder.write('demo', answering('demo', 'repaired'));
    await test.host.reload('demo');
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', canRollback: false });
    expect(await rejection(test.host.rollback('demo'))).toMatchObject({ code: 'ROLLBACK_UNAVAILABLE' });
  });

  it('to a release that fails now keeps the present one serving', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        demo: plugin('demo', "export default { onLoad(ctx) { if (ctx.db.kept.full) throw new Error('disk full'); } };"),
      },
    });
    await test.folder.write('demo', answering('demo', 'new'));
    await test.host.reload('demo');
    probe.kept['full'] = true;
    expect(await rejection(test.host.rollback('demo'))).toMatchObject({ code: 'HOOK_FAILED' });
    expect(await version(test)).toBe('new');
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', lastFailure: { during: 'rollback' } });
    await test.expectNothingLeft();
  });
});

describe('a plugin that holds something exclusive ("reload": "restart")', () => {
  const exclusive = (word: string, members: object = {}, hooks = ''): PluginFiles =>
    plugin(
      'demo',
      `export default {
        onEnable(ctx) {
          if (ctx.db.kept.port) throw new Error('port in use');
          ctx.db.kept.port = '${word}';
          ctx.db.note('open ${word}');
          ctx.registerRoute({ method: 'GET', url: '/version', handler: () => '${word}' });
          if ('${word}' === 'bad') throw new Error('bad release');
        },
        onDisable(ctx) { ctx.db.note('close ${word}'); ctx.db.kept.port = undefined; },
        onUnload(ctx) { ctx.db.kept.port = undefined; },
        ${hooks}
      };`,
      { reload: 'restart', ...members },
    );

  async function start(): Promise<TestHost & { probe: Probe }> {
    const probe = createProbe();
    return Object.assign(await createTestHost({ db: probe, plugins: { demo: exclusive('old') } }), { probe });
  }

  it('is stopped before the next generation starts', async () => {
    await using test = await start();
    await test.folder.write('demo', exclusive('new'));
    await test.host.reload('demo');
    expect(test.probe.notes).toEqual(['open old', 'close old', 'open new']);
    expect(await version(test)).toBe('new');
    await test.expectNothingLeft();
  });

  it('is brought back when the next generation fails', async () => {
    await using test = await start();
    await test.folder.write('demo', exclusive('bad'));
    expect(await rejection(test.host.reload('demo'))).toMatchObject({
      code: 'HOOK_FAILED',
      message: expect.stringContaining('bad release'),
    });
    expect(test.probe.notes).toEqual(['open old', 'close old', 'open bad', 'open old']);
    expect(await version(test)).toBe('old');
    expect(test.host.summary('demo')).toMatchObject({
      state: 'active',
      lastFailure: { message: expect.stringContaining('bad release') },
    });
    await test.expectNothingLeft();
  });

  it('is brought back when the next generation is not healthy', async () => {
    await using test = await start();
    await test.folder.write('demo', exclusive('new', {}, 'health() { return false; },'));
    expect(await rejection(test.host.reload('demo'))).toMatchObject({ code: 'HEALTH_FAILED' });
    expect(test.probe.notes).toEqual(['open old', 'close old', 'open new', 'close new', 'open old']);
    expect(await version(test)).toBe('old');
    await test.expectNothingLeft();
  });

  it('is stopped first also by the release that gives the exclusive thing up', async () => {
    await using test = await start();
    await test.folder.write('demo', exclusive('new', { reload: 'swap' }));
    await test.host.reload('demo');
    expect(test.probe.notes).toEqual(['open old', 'close old', 'open new']);
    await test.expectNothingLeft();
  });

  it('has failed, with the reason, when it cannot be brought back either', async () => {
    await using test = await start();
    await test.folder.write('demo', exclusive('bad', {}));
    await test.folder.write('demo', {
      'index.js': "export default { onLoad(ctx) { ctx.db.kept.port = 'stolen'; throw new Error('bad release'); } };",
    });
    await rejection(test.host.reload('demo'));
    expect(test.host.summary('demo')).toMatchObject({
      state: 'failed',
      enabled: true,
      reason: { code: 'HOOK_FAILED' },
    });
    await test.expectNothingLeft();
  });
});
