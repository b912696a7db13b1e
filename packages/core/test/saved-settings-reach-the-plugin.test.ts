import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/protocol/json.ts';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, rejection, type Probe } from './support/probe.ts';

const config = { port: { type: 'integer', default: 80, min: 1 }, other: 'x' };

/** Reads its settings when it starts, as most plugins do. */
const startsWith = `export default {
  onLoad(ctx) {
    this.port = ctx.getConfig('port');
    ctx.db.note('load ' + this.port);
    ctx.registerRoute({ method: 'GET', url: '/port', handler: () => this.port });
    ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => ctx.db.wait('slow') });
  },
  onEnable(ctx) {
    ctx.db.note('enable ' + this.port);
    if (this.port === 13) throw new Error('port 13 is taken');
  },
  onDisable(ctx) { ctx.db.note('disable ' + this.port); },
};`;

interface Started extends TestHost {
  readonly probe: Probe;
  port(): Promise<unknown>;
}

async function setUp(code: string = startsWith, members: object = {}, options: object = {}): Promise<Started> {
  const probe = createProbe();
  const plugins = { demo: plugin('demo', code, { config, ...members }) };
  const test = await createTestHost({ db: probe, plugins, ...options });
  const port = async (): Promise<unknown> => test.http.request('demo', 'GET', '/port');
  return Object.assign(test, { probe, port });
}

describe('settings that are saved', () => {
  it('make a plugin without onConfigChange begin anew with them, while calls to the old generation end', async () => {
    await using test = await setUp();
    expect(test.host.config.state('demo').effect).toBe('reload');
    const slow = test.http.request('demo', 'GET', '/slow');
    await test.host.config.update('demo', { port: 81 }, { actor: 'ana' });
    expect(await test.port()).toBe(81);
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', generation: 2 });
    expect(test.host.operations.list('demo')[0]).toMatchObject({ kind: 'reload', actor: 'ana' });
    test.probe.release('slow');
    await slow;
    await test.expectNothingLeft();
    expect(test.probe.notes).toEqual(['load 80', 'enable 80', 'load 81', 'enable 81', 'disable 80', 'disable 81']);
  });

  it('do not bring in files that have changed since', async () => {
    await using test = await setUp();
    await test.folder.write('demo', {
      'index.js': 'export default { onLoad() { throw new Error("half-written"); } };',
    });
    await test.host.config.update('demo', { port: 81 });
    expect(await test.port()).toBe(81);
  });

  it.each(['swap', 'restart'])(
    'with which a plugin does not start are taken back (reload: %s): it serves with the former ones, and the reason is thrown',
    async (reload) => {
      await using test = await setUp(startsWith, { reload });
      await test.host.config.update('demo', { port: 81, other: 'kept' });
      const error = await rejection(test.host.config.update('demo', { port: 13 }, { actor: 'ana' }));
      expect(error).toMatchObject({ code: 'HOOK_FAILED', message: expect.stringContaining('port 13 is taken') });
      expect(await test.port()).toBe(81);
      expect(test.host.summary('demo')).toMatchObject({ state: 'active', lastFailure: { code: 'HOOK_FAILED' } });
      expect(test.host.config.state('demo')).toMatchObject({ revision: 3, config: { port: 81, other: 'kept' } });
      expect((await test.stores.plugins.get('demo'))?.config).toEqual({ port: 81, other: 'kept' });
      expect(await test.host.audit({ type: 'plugin:config-restored' })).toMatchObject([
        { actor: 'system', data: { undone: 2, keys: ['port'], before: { port: 13 }, after: { port: 81 } } },
      ]);
      await test.expectNothingLeft();
    },
  );

  it('that a plugin saves itself do not reload it, and are seen at once', async () => {
    await using test = await setUp(`export default { async onEnable(ctx) {
      await ctx.setConfig('port', 99);
      ctx.db.note(ctx.getConfig('port'));
    } };`);
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', generation: 1 });
    expect(test.probe.notes).toEqual([99]);
  });

  it('that a plugin saves when it goes are kept, also when the host ends', async () => {
    await using test = await setUp(`export default {
      onConfigChange() {},
      async onDisable(ctx) { await ctx.setConfig('port', 99); ctx.db.note('saved'); },
    };`);
    await test.host.stop();
    expect(test.probe.notes).toEqual(['saved']);
    expect((await test.stores.plugins.get('demo'))?.config).toEqual({ port: 99 });
  });

  it('may be changed again from onConfigChange, in the name of an administrator too', async () => {
    await using test = await setUp(`export default {
      async onConfigChange(ctx, { keys }) { if (keys.includes('port')) await ctx.db.kept.save({ other: 'y' }); },
    };`);
    test.probe.kept['save'] = (patch: JsonObject) => test.host.config.update('demo', patch);
    await test.host.config.update('demo', { port: 81 });
    expect(test.host.config.state('demo')).toMatchObject({ revision: 2, config: { port: 81, other: 'y' } });
  });

  it('wait for a plugin that is off, which starts with them, whatever it had loaded before', async () => {
    await using test = await setUp();
    await test.host.disable('demo');
    expect(test.host.config.state('demo').effect).toBe('later');
    await test.host.config.update('demo', { port: 81 });
    expect(test.host.summary('demo')).toMatchObject({ state: 'disabled', generation: null });
    await test.host.enable('demo');
    expect(await test.port()).toBe(81);
  });

  it('reach a plugin that is just being reloaded', async () => {
    await using test = await setUp(`export default { async onLoad(ctx) {
      const port = ctx.getConfig('port');
      ctx.db.note(port);
      if (ctx.db.notes.length === 2) await ctx.db.wait('load');
      ctx.registerRoute({ method: 'GET', url: '/port', handler: () => port });
    } };`);
    const reloaded = test.host.reload('demo');
    await expect.poll(() => test.probe.waiting('load')).toBe(1);
    const saved = test.host.config.update('demo', { port: 81 });
    await expect.poll(() => test.host.config.state('demo').revision).toBe(1);
    test.probe.release('load');
    await Promise.all([reloaded, saved]);
    expect(await test.port()).toBe(81);
  });

  it('by several administrators at once are all there in the end', async () => {
    await using test = await setUp();
    const keys = ['a', 'b', 'c', 'd'];
    await Promise.all(keys.map((key) => test.host.config.update('demo', { [key]: key })));
    expect(test.host.config.state('demo').config).toMatchObject({ a: 'a', b: 'b', c: 'c', d: 'd' });
    expect(test.host.summary('demo')?.state).toBe('active');
  });
});

const asks = `export default {
  onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/port', handler: () => ctx.getConfig('port') }); },
  onConfigChange() {},
  validateConfig(ctx, config) { return ctx.db.kept.verdict(config, ctx); },
};`;

describe('validateConfig', () => {
  async function asking(verdict: (config: Record<string, unknown>) => unknown): Promise<Started> {
    const test = await setUp(asks);
    test.probe.kept['verdict'] = (candidate: Record<string, unknown>) => {
      test.probe.note(candidate);
      return verdict(candidate);
    };
    return test;
  }

  it.each<[unknown, readonly object[], readonly string[]]>([
    [undefined, [], []],
    [true, [], []],
    [[], [], []],
    ['', [], []],
    [{ ok: true, messages: ['version 7 answered'] }, [], ['version 7 answered']],
    [{ warnings: ['it is slow'] }, [], ['it is slow']],
    [false, [{ pointer: '', message: 'the plugin refuses these values' }], []],
    [{ ok: false }, [{ pointer: '', message: 'the plugin refuses these values' }], []],
    ['nobody answers', [{ pointer: '', message: 'nobody answers' }], []],
    [
      ['a', { path: ['x', 1], message: 'b' }],
      [
        { pointer: '', message: 'a' },
        { pointer: '/x/1', message: 'b' },
      ],
      [],
    ],
    [{ errors: [{ key: 'smtp.host', message: 'c' }] }, [{ pointer: '/smtp/host', message: 'c' }], []],
    [{ errors: [{ pointer: '/port', message: 'd' }] }, [{ pointer: '/port', message: 'd' }], []],
    [new Error('refused'), [{ pointer: '', message: 'refused' }], []],
  ])('that answers %j finds %j', async (verdict, errors, messages) => {
    await using test = await asking(() => {
      if (verdict instanceof Error) throw verdict;
      return verdict;
    });
    expect(test.host.config.state('demo').canTest).toBe(true);
    expect(await test.host.config.test('demo', { port: 81 })).toEqual({ ok: errors.length === 0, errors, messages });
    expect(test.probe.notes).toEqual([{ port: 81, other: 'x' }]);
    expect(test.host.config.state('demo').revision).toBe(0);
  });

  it('is asked before a change is saved; what it finds is CONFIG_INVALID, and nothing is changed', async () => {
    await using test = await asking(({ port }) => (port === 81 ? [{ key: 'port', message: 'is taken' }] : []));
    expect(await rejection(test.host.config.update('demo', { port: 81 }))).toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [{ pointer: '/port', message: 'is taken' }],
    });
    expect(await test.port()).toBe(80);
    await test.host.config.update('demo', { port: 82 });
    expect(await test.port()).toBe(82);
  });

  it('is not asked about values that do not fit, nor when nothing changes, nor of a plugin that is off', async () => {
    await using test = await asking(() => true);
    expect(await test.host.config.test('demo', { port: 'x' })).toEqual({
      ok: false,
      errors: [{ pointer: '/port', message: 'expected a whole number' }],
      messages: [],
    });
    await test.host.config.update('demo', {});
    await test.host.disable('demo');
    expect(test.host.config.state('demo').canTest).toBe(false);
    expect(await test.host.config.test('demo', { port: 81 })).toEqual({ ok: true, errors: [], messages: [] });
    expect(test.probe.notes).toEqual([]);
  });

  it('that does not answer within 10 seconds says so', async () => {
    await using test = await asking(() => new Promise(() => undefined));
    const tested = test.host.config.test('demo', { port: 81 });
    await expect.poll(() => test.probe.notes.length).toBe(1);
    test.clock.advance(10_000);
    expect(await tested).toMatchObject({ ok: false, errors: [{ message: expect.stringContaining('10000 ms') }] });
  });
});
