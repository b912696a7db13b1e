import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { describe, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection } from './support/probe.ts';

/** Every hook checks that no other hook of the plugin runs. */
const careful = plugin(
  'demo',
  `const guarded = (name) => async (ctx) => {
    if (ctx.db.kept.busy) ctx.db.note('overlap of ' + ctx.db.kept.busy + ' and ' + name);
    ctx.db.kept.busy = name;
    await new Promise(setImmediate);
    ctx.db.kept.busy = undefined;
  };
  export default {
    onLoad(ctx) { ctx.on('happened', () => ctx.db.note('heard')); },
    onEnable: guarded('onEnable'),
    onDisable: guarded('onDisable'),
  };`,
  { reload: 'restart' },
);

const commands = ['enable', 'disable', 'reload'] as const;

/** The same numbers each time, as a storm must be repeatable. */
function* pseudoRandom(seed: number): Generator<number> {
  for (let value = seed; ;) {
    value = (value * 1_103_515_245 + 12_345) % 2 ** 31;
    yield value;
  }
}

async function storm(test: TestHost, seed: number, count: number): Promise<void> {
  const numbers = pseudoRandom(seed);
  const given = Array.from({ length: count }, () => commands[Number(numbers.next().value) % 3] ?? 'enable');
  await Promise.all(given.map((command) => test.host[command]('demo')));
}

describe('commands on one plugin', () => {
  it.each([1, 2, 3])(
    '200 at once (storm %i) run one after the other and end in the state that is stored',
    async (seed) => {
      const probe = createProbe();
      await using test = await createTestHost({ db: probe, plugins: { demo: careful } });
      await storm(test, seed, 200);
      expect(probe.notes).toEqual([]);
      const summary = test.host.summary('demo');
      const record = await test.stores.plugins.get('demo');
      expect(summary?.state).toBe(summary?.enabled ? 'active' : 'disabled');
      expect(record).toMatchObject({ enabled: summary?.enabled, state: summary?.state });
      test.host.emit('happened');
      expect(probe.notes).toEqual(summary?.enabled ? ['heard'] : []);
      await test.expectNothingLeft();
    },
  );

  it('that fail among others fail alone', async () => {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'old') } });
    const results = await Promise.allSettled([
      test.host.disable('demo'),
      test.host.rollback('demo'),
      test.host.enable('demo'),
      test.host.rollback('demo'),
      test.host.reload('demo'),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(test.host.summary('demo')?.state).toBe('active');
    await test.expectNothingLeft();
  });

  it('that ask for what is so already do nothing and write nothing', async () => {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'old') } });
    await test.host.enable('demo');
    await test.host.disable('demo');
    await test.host.disable('demo');
    expect((await test.host.audit({ plugin: 'demo' })).map(({ type }) => type)).toEqual([
      'plugin:disabled',
      'plugin:enabled',
      'plugin:discovered',
    ]);
  });

  it('are refused with PLUGIN_NOT_FOUND for names that no plugin has, names of JavaScript included', async () => {
    await using test = await createTestHost();
    for (const name of ['nobody', '', '__proto__', 'constructor', 'toString', '../demo']) {
      await expect(test.host.enable(name)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND', status: 404 });
      expect(test.host.get(name)).toBeUndefined();
      expect(test.host.summary(name)).toBeUndefined();
    }
  });

  it('are told once each to readers of the live events, without gaps in the numbers', async () => {
    await using test = await createTestHost({ start: false, plugins: { demo: answering('demo', 'old') } });
    const heard: string[] = [];
    const numbers: number[] = [];
    test.host.events.subscribe(({ type, seq, data }) => {
      numbers.push(seq);
      if (!['plugin:operation', 'plugin:health', 'plugin:audit'].includes(type))
        heard.push(type === 'plugin:state' ? JSON.stringify(data['state']) : type);
    });
    await test.host.start();
    await test.host.disable('demo');
    await test.host.enable('demo');
    await test.host.reload('demo');
    expect(heard).toEqual(
      [
        ['"active"', 'plugin:enabled'],
        ['"draining"', '"disabled"', 'plugin:disabled'],
        ['"loading"', '"active"', 'plugin:enabled'],
        ['"reloading"', '"active"', 'plugin:reloaded'],
      ].flat(),
    );
    expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
  });

  it('are not disturbed by a reader of the live events, or a listener of the host, that throws', async () => {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'old') } });
    test.host.events.subscribe(() => {
      throw new Error('connection gone');
    });
    const stop = test.host.on('plugin:disabled', () => {
      throw new Error('listener');
    });
    await test.host.disable('demo');
    await test.host.enable('demo');
    stop();
    expect(test.host.summary('demo')?.state).toBe('active');
    expect(await test.http.request('demo', 'GET', '/version')).toBe('old');
    await test.expectNothingLeft();
  });
});

describe('commands on different plugins', () => {
  it('run side by side: one that hangs holds no other up', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        demo: plugin('demo', "export default { onDisable(ctx) { return ctx.db.wait('disable'); } };"),
        other: answering('other', 'old'),
      },
    });
    const disabled = test.host.disable('demo');
    await eventually(() => expect(probe.waiting('disable')).toBe(1));
    await test.host.reload('other');
    await test.host.disable('other');
    expect(test.host.summary('other')?.state).toBe('disabled');
    expect(test.host.summary('demo')?.state).toBe('draining');
    probe.release('disable');
    await disabled;
    await test.expectNothingLeft();
  });
});

describe('a plugin that asks to be tried later', () => {
  const waiting = plugin(
    'demo',
    `export default { onEnable(ctx) {
      ctx.db.note('tried');
      if (!ctx.db.kept.ready) throw ctx.retryLater('the database is not there yet');
    } };`,
  );

  it('is retrying, not failed, is tried after 1, 2, 4 … at most 60 seconds, and is active once it succeeds', async () => {
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, plugins: { demo: waiting } });
    const expectTried = (times: number) =>
      eventually(() => {
        expect(probe.notes).toHaveLength(times);
        expect(test.clock.pending()).toBe(1);
      });
    expect(test.host.summary('demo')).toMatchObject({
      state: 'retrying',
      enabled: true,
      reason: { code: 'RETRY_LATER', message: 'the database is not there yet' },
    });
    for (const [index, seconds] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
      await expectTried(index + 1);
      test.clock.advance(seconds * 1_000 - 1);
      expect(probe.notes).toHaveLength(index + 1);
      test.clock.advance(1);
      await expectTried(index + 2);
      expect(test.host.summary('demo')?.state).toBe('retrying');
    }
    probe.kept['ready'] = true;
    test.clock.advance(60_000);
    await eventually(() =>
      expect(test.host.summary('demo')).toMatchObject({ state: 'active', reason: null, lastFailure: null }),
    );
    await test.expectNothingLeft();
  });

  it('is tried at once by enable, and no more after disable', async () => {
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, plugins: { demo: waiting } });
    await expect(test.host.enable('demo')).rejects.toMatchObject({ code: 'RETRY_LATER' });
    expect(probe.notes).toHaveLength(2);
    expect(test.clock.pending()).toBe(1);
    await test.host.disable('demo');
    expect(test.clock.pending()).toBe(0);
    expect(test.host.summary('demo')).toMatchObject({ state: 'disabled', reason: null });
    await test.expectNothingLeft();
  });

  it('begins with the shortest pause again after it ran', async () => {
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, plugins: { demo: waiting } });
    test.clock.advance(1_000);
    await eventually(() => expect(test.clock.pending()).toBe(1));
    probe.kept['ready'] = true;
    await test.host.enable('demo');
    await test.host.disable('demo');
    probe.kept['ready'] = false;
    await expect(test.host.enable('demo')).rejects.toMatchObject({ code: 'RETRY_LATER' });
    probe.kept['ready'] = true;
    test.clock.advance(1_000);
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('active'));
    await test.expectNothingLeft();
  });

  it('is wanted, so a restart tries it too', async () => {
    const stores = createMemoryStores();
    const never = plugin('demo', "export default { onEnable(ctx) { throw ctx.retryLater('not yet'); } };");
    const first = await createTestHost({ stores, enableNewPlugins: false, plugins: { demo: never } });
    await rejection(first.host.enable('demo'));
    expect(first.host.summary('demo')).toMatchObject({ state: 'retrying', enabled: true });
    await first.host.stop();
    await using second = await createTestHost({ stores, folder: first.folder });
    expect(second.host.summary('demo')).toMatchObject({ state: 'retrying', enabled: true });
    await second.expectNothingLeft();
  });

  it('is tried no more after stop', async () => {
    await using test = await createTestHost({ db: createProbe(), plugins: { demo: waiting } });
    expect(test.clock.pending()).toBe(1);
    await test.expectNothingLeft();
  });
});
