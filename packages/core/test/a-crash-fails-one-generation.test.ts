import { setImmediate as nextRound } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { Logger } from '../src/ports/logger.ts';
import { createTestHost, type PluginFiles, type TestHost, type TestHostOptions } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

/** Answers with a word and, when the test says so, throws where nobody can catch it. */
const crashing = (word: string, members: object = {}): PluginFiles =>
  plugin(
    'demo',
    `import { AsyncResource } from 'node:async_hooks';
    export default {
      onLoad(ctx) {
        ctx.db.kept['${word}'] = AsyncResource.bind((error) => setTimeout(() => { throw error; }));
        ctx.db.kept['late ${word}'] = AsyncResource.bind((error) => void Promise.reject(error));
        ctx.db.kept['reject ${word}'] = AsyncResource.bind((error) => setTimeout(() => Promise.reject(error)));
        ctx.registerRoute({ method: 'GET', url: '/version', handler: () => '${word}' });
        ctx.registerRoute({ method: 'GET', url: '/slow', handler: async () => { await ctx.db.wait('request'); return '${word}'; } });
        ctx.signal.addEventListener('abort', () => ctx.db.note('aborted ${word}'));
      },
      onUnload(ctx) { ctx.db.note('unloaded ${word}'); },
    };`,
    members,
  );

interface CrashTest extends TestHost {
  readonly probe: Probe;
  version(): Promise<unknown>;
  /** Lets a plugin throw, and waits until that is written down. */
  crash(word: string, error?: unknown): Promise<void>;
}

async function setUp(options: TestHostOptions = {}): Promise<CrashTest> {
  const probe = (options.db as Probe | undefined) ?? createProbe();
  const plugins = { demo: crashing('old'), good: answering('good', 'fine') };
  const test = await createTestHost({ db: probe, plugins, ...options });
  const crashes = (): Promise<unknown[]> => test.host.audit({ type: 'plugin:crashed' });
  return Object.assign(test, {
    probe,
    version: () => test.http.request('demo', 'GET', '/version'),
    async crash(word: string, error: unknown = new Error('lost')) {
      const before = (await crashes()).length;
      (probe.kept[word] as (error: unknown) => void)(error);
      await eventually(async () => expect(await crashes()).toHaveLength(before + 1));
    },
  });
}

describe('a plugin that leaves an error uncaught', () => {
  it('is taken off at once, says why, and comes back after a pause', async () => {
    await using test = await setUp();
    await test.crash('old');
    expect(test.host.summary('demo')).toMatchObject({
      state: 'retrying',
      enabled: true,
      generation: null,
      reason: {
        code: 'PLUGIN_CRASHED',
        message: expect.stringContaining('lost'),
        hint: expect.stringMatching(/started again/),
      },
    });
    expect(await rejection(test.version())).toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    expect(await test.http.request('good', 'GET', '/version')).toBe('fine');
    await eventually(() => expect(test.probe.notes).toEqual(['aborted old', 'unloaded old']));
    test.clock.advance(1_000);
    await eventually(() => expect(test.host.summary('demo')).toMatchObject({ state: 'active', reason: null }));
    expect(await test.version()).toBe('old');
    expect(test.host.isTainted).toBe(true);
    await test.expectNothingLeft();
  });

  it('is written down and announced with what was thrown, where, how, and in which generation', async () => {
    await using test = await setUp();
    const announced: unknown[] = [];
    test.host.events.subscribe(({ type, data }) => announced.push([type, data['message']]));
    await test.folder.write('demo', {
      'index.js':
        "export default {\n  onEnable(ctx) {\n    ctx.db.kept.now = () => setTimeout(() => {\n      throw new Error('at line four');\n    });\n  },\n};",
    });
    await test.host.reload('demo');
    await test.crash('now');
    expect(await test.host.audit({ type: 'plugin:crashed' })).toMatchObject([
      {
        plugin: 'demo',
        actor: 'system',
        data: {
          message: expect.stringContaining('at line four (index.js:4:13)'),
          origin: 'uncaughtException',
          where: 'index.js:4:13',
          generation: 3,
        },
      },
    ]);
    expect(announced).toContainEqual(['plugin:crashed', expect.stringContaining('at line four')]);
    expect(await test.stores.plugins.get('demo')).toMatchObject({
      enabled: true,
      state: 'retrying',
      reason: { code: 'PLUGIN_CRASHED' },
    });
    await test.expectNothingLeft();
  });

  it('is told apart from one that leaves a rejection unhandled', async () => {
    await using test = await setUp();
    await test.crash('reject old', null);
    expect(await test.host.audit({ type: 'plugin:crashed' })).toMatchObject([
      { data: { origin: 'unhandledRejection', message: expect.stringMatching(/rejection unhandled: null/) } },
    ]);
    await test.expectNothingLeft();
  });

  it('is not heard by listeners of the application, which may end the process; monitors hear of it', async () => {
    const heard = vi.fn();
    const monitored = vi.fn();
    process.on('uncaughtException', heard).on('unhandledRejection', heard).on('uncaughtExceptionMonitor', monitored);
    await using test = await setUp();
    await test.crash('old');
    test.clock.advance(1_000);
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('active'));
    await test.crash('reject old');
    process.off('uncaughtException', heard).off('unhandledRejection', heard).off('uncaughtExceptionMonitor', monitored);
    expect(heard).not.toHaveBeenCalled();
    expect(monitored).toHaveBeenCalledOnce();
    await test.expectNothingLeft();
  });

  it('keeps no request waiting: those in flight are cut', async () => {
    await using test = await setUp();
    void test.http.request('demo', 'GET', '/slow');
    await eventually(() => expect(test.host.inspect().activeCalls).toBe(1));
    await test.crash('old');
    expect(test.host.inspect().activeCalls).toBe(0);
    await eventually(() => expect(test.host.inspect().generations).toBe(1));
    test.probe.release('request');
    await test.expectNothingLeft();
  });

  it('is counted once, however much the generation throws while it ends', async () => {
    await using test = await setUp();
    const crash = test.probe.kept['late old'] as (error: unknown) => void;
    for (const index of [1, 2, 3, 4]) crash(new Error(`lost ${index}`));
    await eventually(() => expect(test.logger.lines.filter(({ message }) => message.includes('lost'))).toHaveLength(4));
    expect(await test.host.audit({ type: 'plugin:crashed' })).toHaveLength(1);
    expect(test.host.summary('demo')?.state).toBe('retrying');
    await test.expectNothingLeft();
  });

  it('fails only the old generation when that is where the error comes from', async () => {
    await using test = await setUp();
    const slow = test.http.request('demo', 'GET', '/slow');
    await eventually(() => expect(test.probe.waiting('request')).toBe(1));
    await test.folder.write('demo', crashing('new'));
    await test.host.reload('demo');
    await test.crash('old');
    await eventually(() => expect(test.probe.notes).toContain('unloaded old'));
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', generation: 3 });
    expect(await test.version()).toBe('new');
    test.probe.release('request');
    await slow;
    await test.expectNothingLeft();
  });

  it('is only written down when the generation is long gone', async () => {
    await using test = await setUp();
    await test.folder.write('demo', crashing('new'));
    await test.host.reload('demo');
    await eventually(() => expect(test.probe.notes).toContain('unloaded old'));
    await eventually(() => expect(test.host.inspect().generations).toBe(2));
    (test.probe.kept['late old'] as (error: unknown) => void)(new Error('late'));
    await eventually(async () =>
      expect(await test.host.audit({ type: 'plugin:error' })).toMatchObject([
        { plugin: 'demo', data: { message: 'late' } },
      ]),
    );
    expect(await test.version()).toBe('new');
    expect(await test.host.audit({ type: 'plugin:crashed' })).toEqual([]);
    await test.expectNothingLeft();
  });

  it('stays disabled when it was disabled, and loses the code that was loaded', async () => {
    await using test = await setUp();
    await test.host.disable('demo');
    await test.crash('old');
    await eventually(() => expect(test.probe.notes).toContain('unloaded old'));
    expect(test.host.summary('demo')).toMatchObject({ state: 'disabled', enabled: false, generation: null });
    await test.host.enable('demo');
    expect(await test.version()).toBe('old');
    await test.expectNothingLeft();
  });

  it('may do so by what it hands to the logger, which the host survives like any other crash', async () => {
    const log = (object: string): string =>
      `export default { onLoad(ctx) { ctx.on('log', () => void setTimeout(() => { ctx.logger.info(${object}, 'hostile'); ctx.db.note('logged'); throw new Error('after'); })); } };`;
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) as Logger;
    await using test = await setUp({
      logger,
      plugins: {
        getter: plugin('getter', log("{ get now() { throw new Error('in a getter'); } }")),
        json: plugin('json', log("{ value: { toJSON() { throw new Error('in toJSON'); } } }")),
        error: plugin('error', log("Object.freeze(new Error('frozen'))")),
        good: answering('good', 'fine'),
      },
    });
    test.host.emit('log');
    for (const name of ['getter', 'json', 'error'])
      await eventually(() => expect(test.host.summary(name)).toMatchObject({ reason: { code: 'PLUGIN_CRASHED' } }));
    expect(await test.http.request('good', 'GET', '/version')).toBe('fine');
    await test.expectNothingLeft();
  });

  it('while it is disabled is disabled all the same, even if its hook would never end', async () => {
    const code =
      "export default { onDisable(ctx) { setTimeout(() => { throw new Error('too late'); }); return new Promise(() => {}); }, onUnload(ctx) { ctx.db.note('unloaded'); } };";
    await using test = await setUp({ plugins: { demo: plugin('demo', code) } });
    await test.host.disable('demo');
    expect(test.host.summary('demo')).toMatchObject({ state: 'disabled', enabled: false, generation: null });
    expect(test.host.inspect().generations).toBe(0);
    expect(test.probe.notes).toEqual(['unloaded']);
    expect(await test.host.audit({ type: 'plugin:crashed' })).toHaveLength(1);
    await test.expectNothingLeft();
  });

  it('while it starts fails the start, even if its hook would never end', async () => {
    await using test = await setUp();
    const hang =
      "export default { onLoad(ctx) { setTimeout(() => { throw new Error('too early'); }); return ctx.db.wait('hook'); } };";
    await test.folder.write('demo', plugin('demo', hang));
    expect(await rejection(test.host.reload('demo'))).toMatchObject({
      code: 'PLUGIN_CRASHED',
      message: expect.stringContaining('too early'),
    });
    expect(await test.version()).toBe('old');
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', lastFailure: { code: 'PLUGIN_CRASHED' } });
    test.probe.release('hook');
    await test.expectNothingLeft();
  });

  it('while its code is loaded fails the start too, and boots try again', async () => {
    const code = "setTimeout(() => { throw new Error('at import'); }); await new Promise(() => {});";
    await using test = await setUp({ plugins: { demo: plugin('demo', `${code}\nexport default {};`) } });
    expect(test.host.summary('demo')).toMatchObject({ state: 'retrying', reason: { code: 'PLUGIN_CRASHED' } });
    expect(test.host.summary('demo')?.reason?.message).toMatch(/at import/);
    await test.expectNothingLeft();
  });

  it('while the next generation is made leaves the field to that one', async () => {
    await using test = await setUp();
    const files = crashing('new');
    const slow = (files['index.js'] as string).replace(
      'onUnload',
      "onEnable(ctx) { return ctx.db.wait('hook'); }, onUnload",
    );
    await test.folder.write('demo', { ...files, 'index.js': slow });
    const reload = test.host.reload('demo');
    await eventually(() => expect(test.probe.waiting('hook')).toBe(1));
    await test.crash('old');
    expect(await rejection(test.version())).toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    test.probe.release('hook');
    await reload;
    expect(await test.version()).toBe('new');
    expect(test.host.summary('demo')).toMatchObject({ state: 'active' });
    await test.expectNothingLeft();
  });

  it('while a reload fails is not put back on', async () => {
    await using test = await setUp();
    await test.folder.write(
      'demo',
      plugin('demo', "export default { async onLoad(ctx) { await ctx.db.wait('hook'); throw new Error('bad'); } };"),
    );
    const reload = rejection(test.host.reload('demo'));
    await eventually(() => expect(test.probe.waiting('hook')).toBe(1));
    await test.crash('old');
    test.probe.release('hook');
    expect(await reload).toMatchObject({ code: 'HOOK_FAILED' });
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('retrying'));
    test.clock.advance(1_000);
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('active'));
    expect(await test.version()).toBe('old');
    await test.expectNothingLeft();
  });

  it('cannot keep the host from stopping by what it leaves behind', async () => {
    await using test = await setUp({
      plugins: {
        demo: plugin(
          'demo',
          `export default { onLoad(ctx) { ctx.signal.addEventListener('abort', () => { throw new Error('in abort'); }); },
            onUnload() { Promise.reject(new Error('in onUnload')); process.nextTick(() => { throw null; }); } };`,
        ),
      },
    });
    // Node 24 drops what is thrown in the round of the event loop that a native module has begun
    await nextRound();
    await test.expectNothingLeft();
    const lines = test.logger.lines.map(({ message }) => message).join('\n');
    expect(lines).toMatch(/in abort/);
    expect(lines).toMatch(/in onUnload/);
    expect(lines).toMatch(/null/);
  });

  it('is found by its folder where the async context is lost, and the longest folder wins', async () => {
    const outer = "export default { onLoad(ctx) { ctx.db.kept.outer = () => { throw new Error('outer'); }; } };";
    const inner = "export default { onLoad(ctx) { ctx.db.kept.inner = () => { throw new Error('inner'); }; } };";
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: { outer: plugin('outer', outer), 'outer-2': plugin('outer-2', inner.replaceAll('inner', 'other')) },
    });
    await using nested = await createTestHost({
      db: probe,
      folder: { ...test.folder, directory: `${test.folder.directory}/outer/plugins` },
      start: false,
    });
    await test.folder.write('outer/plugins/inner', plugin('inner', inner));
    await nested.host.start();
    // timers of the test have the context of the test
    for (const name of ['inner', 'other', 'outer']) setTimeout(probe.kept[name] as () => void);
    await eventually(() => {
      expect(nested.host.summary('inner')?.state).toBe('retrying');
      expect(test.host.summary('outer')?.state).toBe('retrying');
      expect(test.host.summary('outer-2')?.state).toBe('retrying');
    });
    expect(await test.host.audit({ type: 'plugin:crashed', plugin: 'outer' })).toMatchObject([
      { data: { message: expect.stringContaining('outer') } },
    ]);
    await nested.expectNothingLeft();
    await test.expectNothingLeft();
  });

  it('is blamed by the async context when the stack names another plugin; the log says both', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        lender: plugin(
          'lender',
          "export default { onLoad(ctx) { ctx.db.kept.work = () => { throw new Error('lent'); }; } };",
        ),
        demo: plugin(
          'demo',
          'export default { onLoad(ctx) { ctx.db.kept.go = () => setTimeout(() => ctx.db.kept.work()); ctx.on("go", () => ctx.db.kept.go()); } };',
        ),
      },
    });
    test.host.emit('go');
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('retrying'));
    expect(test.host.summary('lender')?.state).toBe('active');
    expect(test.logger.lines.find(({ message }) => message.includes('lent'))?.details).toMatchObject({
      plugin: 'demo',
      stackSays: 'lender',
    });
    await test.expectNothingLeft();
  });
});
