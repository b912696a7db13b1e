import { describe, expect, it } from 'vitest';
import type { PluginTaskCommands } from '../src/index.ts';
import type { PluginTask, PluginTaskRun } from '../src/protocol/index.ts';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { createTestHost, type TestHost, type TestHostOptions } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

interface Context {
  scheduleTask(cron: string, handler: () => unknown, options?: object): (() => void) & { stop(): void };
}

/** A plugin that schedules a task in `onEnable`, which notes that it runs and may be held up. */
const sweeper = (cron = '* * * * *', options: object = { name: 'sweep', timezone: 'UTC' }): string => `
  export default { onEnable(ctx) {
    ctx.db.kept.ctx = ctx;
    ctx.scheduleTask(${JSON.stringify(cron)}, () => ctx.db.kept.run?.(), ${JSON.stringify(options)});
  } };`;

type Test = TestHost & { probe: Probe; tasks: PluginTaskCommands; ctx: Context };

async function setUp(code = sweeper(), options: TestHostOptions = {}): Promise<Test> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, plugins: { demo: plugin('demo', code) }, ...options });
  return Object.assign(test, { probe, tasks: test.host.tasks, ctx: probe.kept['ctx'] as Context });
}

function only<Member>(members: readonly Member[]): Member {
  expect(members).toHaveLength(1);
  const [member] = members;
  if (member === undefined) throw new Error('there is none');
  return member;
}

const task = (test: Test): PluginTask => only(test.tasks.list('demo'));
const ended = (test: Test, count: number): Promise<PluginTaskRun[]> =>
  eventually(() => {
    const runs = test.tasks.runs('demo', task(test).id).filter(({ endedAt }) => endedAt !== null);
    expect(runs).toHaveLength(count);
    return runs;
  });

describe('the list of tasks', () => {
  it('says what each task is, when it comes next in its time zone, and how it went', async () => {
    await using test = await setUp(sweeper('30 2 * * *', { name: 'sweep', timezone: 'Europe/Berlin' }));
    expect(task(test)).toEqual({
      id: 'sweep',
      plugin: 'demo',
      name: 'sweep',
      cron: '30 2 * * *',
      timezone: 'Europe/Berlin',
      overlap: false,
      scope: 'cluster',
      state: 'waiting',
      paused: false,
      nextRunAt: '2026-01-01T01:30:00.000Z',
      nextRuns: ['2026-01-01T01:30:00.000Z', '2026-01-02T01:30:00.000Z', '2026-01-03T01:30:00.000Z'],
      lastRun: null,
      skipped: 0,
    });
    test.probe.kept['run'] = () => test.probe.wait('task');
    test.scheduler.tick();
    expect(task(test).state).toBe('running');
    test.clock.advance(1_500);
    test.probe.release('task');
    const [run] = await ended(test, 1);
    expect(run).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:01.500Z',
      ms: 1_500,
      result: 'ok',
      error: null,
      trigger: 'schedule',
      actor: null,
      scheduledFor: '2026-01-01T00:00:00.000Z',
      generation: 1,
      count: 1,
    });
    expect(task(test)).toMatchObject({ state: 'waiting', lastRun: run });
    await test.expectNothingLeft();
  });

  it('names tasks by their name, else by their expression, and the second of the same as #2, also after reloads', async () => {
    const code = `export default { onEnable(ctx) {
      for (const name of ['a', undefined, 'a', undefined, 'a']) ctx.scheduleTask('*/5 * * * *', () => {}, { name });
    } };`;
    await using test = await setUp(code);
    const ids = ['a', '*/5 * * * *', 'a#2', '*/5 * * * *#2', 'a#3'];
    for (let round = 0; round < 3; round += 1) {
      expect(test.tasks.list('demo').map(({ id }) => id)).toEqual(ids);
      await test.host.reload('demo');
    }
  });

  it('gives a task that was stopped and scheduled again the same id, and leaves out one that was stopped', async () => {
    await using test = await setUp();
    const stop = test.ctx.scheduleTask('0 0 * * *', () => undefined, { name: 'later' });
    expect(test.tasks.list('demo').map(({ id }) => id)).toEqual(['sweep', 'later']);
    stop();
    expect(test.tasks.list('demo').map(({ id }) => id)).toEqual(['sweep']);
    test.ctx.scheduleTask('0 1 * * *', () => undefined, { name: 'later' });
    stop();
    expect(test.tasks.list('demo').map(({ id, cron }) => [id, cron])).toEqual([
      ['sweep', '* * * * *'],
      ['later', '0 1 * * *'],
    ]);
  });

  it('leaves out what the present release does not schedule, and shows the tasks of a plugin that is disabled as off', async () => {
    await using test = await setUp();
    await test.host.disable('demo');
    expect(task(test)).toMatchObject({ id: 'sweep', state: 'off', nextRunAt: null, nextRuns: [] });
    await test.host.enable('demo');
    expect(task(test).state).toBe('waiting');
    await test.folder.write('demo', { 'index.js': 'export default {};' });
    await test.host.reload('demo');
    expect(test.tasks.list('demo')).toEqual([]);
  });

  it('has the tasks of all plugins, and throws PLUGIN_NOT_FOUND and TASK_NOT_FOUND for others', async () => {
    await using test = await setUp(undefined, {
      plugins: { b: plugin('b', sweeper()), a: plugin('a', sweeper()), none: plugin('none', 'export default {};') },
    });
    expect(test.tasks.list().map(({ plugin: name, id }) => `${name} ${id}`)).toEqual(['a sweep', 'b sweep']);
    expect(test.tasks.list('none')).toEqual([]);
    expect(() => test.tasks.list('nobody')).toThrow(expect.objectContaining({ code: 'PLUGIN_NOT_FOUND' }));
    for (const command of ['run', 'pause', 'resume'] as const) {
      expect(await rejection(test.tasks[command]('nobody', 'sweep'))).toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
      expect(await rejection(test.tasks[command]('a', 'nothing'))).toMatchObject({ code: 'TASK_NOT_FOUND' });
    }
    expect(() => test.tasks.runs('a', 'nothing')).toThrow(expect.objectContaining({ code: 'TASK_NOT_FOUND' }));
  });

  it.each([
    ['an empty name', { name: '' }],
    ['a name that is no text', { name: 5 }],
    ['a name of more than 80 characters', { name: 'x'.repeat(81) }],
    ['a control character in the name', { name: 'a\0b' }],
    ['half a character in the name', { name: '\ud800' }],
    ['a name that leads elsewhere in an address', { name: '..' }],
    ['another scope', { scope: 'galaxy' }],
  ])('takes no task with %s', async (_what, options) => {
    await using test = await setUp();
    expect(() => test.ctx.scheduleTask('* * * * *', () => undefined, options)).toThrow(
      expect.objectContaining({ code: 'TASK_INVALID', plugin: 'demo' }),
    );
    expect(test.tasks.list('demo')).toHaveLength(1);
  });
});

describe('a run of a task', () => {
  it('that fails is in the history, in the audit with the name of the task, and told to live readers', async () => {
    await using test = await setUp();
    test.probe.kept['run'] = () => Promise.reject(new Error('no space'));
    test.scheduler.tick();
    const [run] = await ended(test, 1);
    expect(run).toMatchObject({ result: 'failed', error: 'no space', trigger: 'schedule' });
    await eventually(async () =>
      expect(await test.host.audit({ type: 'plugin:error' })).toMatchObject([
        { plugin: 'demo', data: { during: 'task sweep', message: 'no space' } },
      ]),
    );
    const told = (test.host.events.since(0) ?? []).filter(({ type }) => type === 'plugin:task');
    expect(told).toMatchObject([{ plugin: 'demo', data: { task: 'sweep', run, actor: 'system' } }]);
  });

  it('keeps secrets of the plugin out of the history', async () => {
    const secretive = plugin('demo', sweeper(), { config: { key: { type: 'password' } } });
    await using test = await setUp(undefined, { plugins: { demo: secretive } });
    await test.host.updateConfig('demo', { key: 'hunter2-hunter2' });
    test.probe.kept['run'] = () => {
      throw new Error('refused hunter2-hunter2');
    };
    test.scheduler.tick();
    const [run] = await ended(test, 1);
    expect(run?.result).toBe('failed');
    expect(run?.error).not.toContain('hunter2');
    expect(JSON.stringify(test.host.events.since(0))).not.toContain('hunter2');
  });

  it('leaves out the ticks that come before it has ended, which is counted and one entry of the history', async () => {
    await using test = await setUp();
    test.probe.kept['run'] = () => test.probe.wait('task');
    for (let tick = 0; tick < 4; tick += 1) {
      test.scheduler.tick();
      test.clock.advance(60_000);
    }
    expect(task(test)).toMatchObject({ state: 'running', skipped: 3, lastRun: { result: 'skipped', count: 3 } });
    test.probe.release('task');
    await ended(test, 2);
    expect(test.tasks.runs('demo', 'sweep')).toMatchObject([{ result: 'ok' }, { result: 'skipped', count: 3 }]);
  });

  it('is no overlap with a run of the generation before, which may still drain', async () => {
    await using test = await setUp();
    test.probe.kept['run'] = () => test.probe.wait('task');
    test.scheduler.tick();
    await test.host.reload('demo');
    test.scheduler.tick();
    expect(test.probe.waiting('task')).toBe(1);
    expect(task(test)).toMatchObject({ state: 'running', skipped: 1 });
    test.probe.release('task');
    const runs = await ended(test, 2);
    expect(runs).toMatchObject([
      { result: 'ok', generation: 1 },
      { result: 'skipped', generation: 2 },
    ]);
    await test.expectNothingLeft();
  });

  it('that does not end in the time to drain is cut, and recorded so', async () => {
    await using test = await setUp();
    test.probe.kept['run'] = () => test.probe.wait('task');
    test.scheduler.tick();
    await test.host.reload('demo');
    test.clock.advance(60_000);
    const [run] = await ended(test, 1);
    expect(run).toMatchObject({ result: 'cut', generation: 1, ms: 60_000, error: expect.stringContaining('drain') });
    test.probe.release('task');
    test.scheduler.tick();
    expect(task(test).state).toBe('running');
    expect(await ended(test, 1)).toEqual([run]);
    test.probe.release('task');
    await test.expectNothingLeft();
  });

  it('that is cut because its plugin crashed is recorded so', async () => {
    await using test = await setUp(`export default { onEnable(ctx) {
      ctx.db.kept.ctx = ctx;
      ctx.scheduleTask('* * * * *', async () => {
        setTimeout(() => { throw new Error('boom'); });
        await ctx.db.wait('task');
      }, { name: 'sweep' });
    } };`);
    test.scheduler.tick();
    const [run] = await ended(test, 1);
    expect(run).toMatchObject({ result: 'cut', error: expect.stringContaining('boom') });
    test.probe.release('task');
  });

  it('is one of the last 50 that are kept', async () => {
    await using test = await setUp();
    for (let tick = 1; tick <= 60; tick += 1) {
      test.scheduler.tick();
      await ended(test, Math.min(tick, 50));
      await eventually(() => expect(task(test).state).toBe('waiting'));
      test.clock.advance(60_000);
    }
    const runs = test.tasks.runs('demo', 'sweep');
    expect(runs).toHaveLength(50);
    expect(runs[0]?.startedAt).toBe('2026-01-01T00:59:00.000Z');
    expect(runs[49]?.startedAt).toBe('2026-01-01T00:10:00.000Z');
  });

  it('may overlap with itself up to 100 times', async () => {
    await using test = await setUp(sweeper('* * * * *', { name: 'sweep', overlap: true }));
    test.probe.kept['run'] = () => test.probe.wait('task');
    for (let tick = 0; tick < 105; tick += 1) test.scheduler.tick();
    expect(test.probe.waiting('task')).toBe(100);
    expect(task(test)).toMatchObject({ overlap: true, skipped: 5 });
    test.probe.release('task');
    await test.expectNothingLeft();
  });
});

describe('running a task now', () => {
  it('resolves when it has begun, with the id of the run; the audit and live readers hear who ran it', async () => {
    await using test = await setUp();
    test.probe.kept['run'] = () => test.probe.wait('task');
    const run = await test.tasks.run('demo', 'sweep', { actor: 'ada' });
    expect(run).toMatchObject({ trigger: 'manual', actor: 'ada', result: null, endedAt: null, scheduledFor: null });
    expect(test.probe.waiting('task')).toBe(1);
    expect(test.tasks.runs('demo', 'sweep')).toEqual([run]);
    test.probe.release('task');
    const [done] = await ended(test, 1);
    expect(done).toMatchObject({ id: run.id, result: 'ok', actor: 'ada' });
    await eventually(async () =>
      expect(await test.host.audit({ type: 'plugin:task-run' })).toMatchObject([
        { plugin: 'demo', actor: 'ada', data: { task: 'sweep', run: run.id } },
      ]),
    );
    const told = (test.host.events.since(0) ?? []).map(({ type, data }) => [type, data['actor']]);
    expect(told).toContainEqual(['plugin:task-run', 'ada']);
    expect(told).toContainEqual(['plugin:task', 'ada']);
    await test.expectNothingLeft();
  });

  it('is refused with TASK_RUNNING while it runs, unless it may overlap', async () => {
    await using test = await setUp();
    test.probe.kept['run'] = () => test.probe.wait('task');
    test.scheduler.tick();
    expect(await rejection(test.tasks.run('demo', 'sweep'))).toMatchObject({ code: 'TASK_RUNNING' });
    expect(task(test).skipped).toBe(0);
    test.probe.release('task');
    await ended(test, 1);
    await test.tasks.run('demo', 'sweep');
    test.scheduler.tick();
    expect(task(test).skipped).toBe(1);
    test.probe.release('task');
    await test.expectNothingLeft();
  });

  it('is refused with PLUGIN_NOT_ACTIVE while the plugin is disabled', async () => {
    await using test = await setUp();
    await test.host.disable('demo');
    expect(await rejection(test.tasks.run('demo', 'sweep'))).toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    expect(await test.host.audit({ type: 'plugin:task-run' })).toEqual([]);
  });
});

describe('a task that is paused', () => {
  it('lets its schedule pass by over reloads, and can be run by hand; when it is resumed, it makes nothing up', async () => {
    await using test = await setUp(sweeper(), { tickByClock: true });
    const times: number[] = [];
    test.probe.kept['run'] = () => times.push(test.clock.now());
    const paused = await test.tasks.pause('demo', 'sweep', { actor: 'ada' });
    expect(paused).toMatchObject({ state: 'paused', paused: true, nextRunAt: null, nextRuns: [] });
    test.clock.advance(180_000);
    await test.host.reload('demo');
    test.clock.advance(180_000);
    expect(times).toEqual([]);
    expect(task(test)).toMatchObject({ state: 'paused', skipped: 0 });
    await test.tasks.run('demo', 'sweep');
    expect(times).toHaveLength(1);
    await eventually(() => expect(task(test).state).toBe('paused'));
    const resumed = await test.tasks.resume('demo', 'sweep', { actor: 'eve' });
    expect(resumed).toMatchObject({ state: 'waiting', paused: false, nextRunAt: '2026-01-01T00:07:00.000Z' });
    test.clock.advance(60_000);
    await eventually(() => expect(times).toHaveLength(2));
    const audit = await test.host.audit({ plugin: 'demo' });
    expect(audit.filter(({ type }) => /paused|resumed/.test(type))).toMatchObject([
      { type: 'plugin:task-resumed', actor: 'eve', data: { task: 'sweep' } },
      { type: 'plugin:task-paused', actor: 'ada', data: { task: 'sweep' } },
    ]);
    await test.expectNothingLeft();
  });

  it('stays paused over a restart of the host', async () => {
    const stores = createMemoryStores();
    await using first = await setUp(sweeper(), { stores });
    await first.tasks.pause('demo', 'sweep');
    await first.host.stop();
    await using second = await setUp(sweeper(), { stores, folder: first.folder });
    expect(task(second)).toMatchObject({ state: 'paused', paused: true });
    await second.tasks.resume('demo', 'sweep');
    expect((await stores.plugins.get('demo'))?.pausedTasks).toEqual([]);
  });

  it('is paused once, whoever asks; many changes at once lose none of them', async () => {
    const code = `export default { onEnable(ctx) {
      for (const name of ['a', 'b', 'c', 'd']) ctx.scheduleTask('* * * * *', () => {}, { name });
    } };`;
    await using test = await setUp(code);
    await Promise.all(['a', 'b', 'c', 'd', 'a', 'b'].map((id) => test.tasks.pause('demo', id)));
    await Promise.all(['a', 'c'].map((id) => test.tasks.resume('demo', id)));
    expect((await test.stores.plugins.get('demo'))?.pausedTasks).toEqual(['b', 'd']);
    expect(await test.host.audit({ type: 'plugin:task-paused' })).toHaveLength(4);
  });

  it('is not paused when the store does not answer', async () => {
    const stores = createMemoryStores();
    await using test = await setUp(sweeper(), { stores });
    const { update } = stores.plugins;
    stores.plugins.update = () => Promise.reject(new Error('down'));
    expect(await rejection(test.tasks.pause('demo', 'sweep'))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(task(test).paused).toBe(false);
    stores.plugins.update = update;
    expect(await test.tasks.pause('demo', 'sweep')).toMatchObject({ paused: true });
  });
});

describe('a task over reloads', () => {
  it('of each second ticks exactly once a slot while its plugin is reloaded 100 times', async () => {
    await using test = await setUp(sweeper('* * * * * *'), { tickByClock: true });
    const slots: string[] = [];
    const unsubscribe = test.host.on('plugin:task', (event) => {
      const { run } = event as { run: PluginTaskRun };
      if (run.result === 'ok') slots.push(String(run.scheduledFor));
    });
    const start = test.clock.now();
    for (let round = 0; round < 100; round += 1) {
      const reloaded = test.host.reload('demo');
      for (let step = 0; step < 8; step += 1) {
        test.clock.advance(173);
        await new Promise(setImmediate);
      }
      await reloaded;
    }
    const seconds = Math.floor((test.clock.now() - start) / 1_000);
    await eventually(() => expect(slots).toHaveLength(seconds));
    expect(slots).toEqual(
      Array.from({ length: seconds }, (_, index) => new Date(start + (index + 1) * 1_000).toISOString()),
    );
    expect(task(test).skipped).toBe(0);
    unsubscribe();
    await test.expectNothingLeft();
  });

  it('gets the slot that was due in the moment of the swap', async () => {
    await using test = await setUp(sweeper('* * * * * *'), { tickByClock: true });
    const slots: unknown[] = [];
    test.probe.kept['run'] = () => slots.push(test.clock.now());
    // the timer is late, as it is on a busy machine: the date is there before it
    test.clock.advance(999);
    test.clock.shiftDate(1);
    await test.host.reload('demo');
    expect(slots).toEqual([]);
    test.clock.advance(0);
    await ended(test, 1);
    test.clock.advance(1_000);
    expect(slots).toHaveLength(2);
    await test.expectNothingLeft();
  });

  it('that was off for a while makes nothing up', async () => {
    await using test = await setUp(sweeper('* * * * * *'), { tickByClock: true });
    const slots: unknown[] = [];
    test.probe.kept['run'] = () => slots.push(test.clock.now());
    await test.host.disable('demo');
    test.clock.advance(10_000);
    await test.host.enable('demo');
    test.clock.advance(500);
    expect(slots).toEqual([]);
    test.clock.advance(500);
    expect(slots).toHaveLength(1);
  });
});
