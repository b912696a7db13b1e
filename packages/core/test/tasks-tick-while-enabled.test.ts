import { describe, expect, it } from 'vitest';
import { createCronScheduler } from '../src/capabilities/tasks/cron-scheduler.ts';
import { createTestHost, type TestHost, type TestHostOptions } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';

interface Context {
  scheduleTask(cron: unknown, handler: unknown, options?: object | null): (() => void) & { stop(): void };
}

async function setUp(options: TestHostOptions = {}): Promise<TestHost & { probe: Probe; ctx: Context }> {
  const probe = createProbe();
  const test = await createTestHost({
    db: probe,
    plugins: { demo: plugin('demo', 'export default { onEnable(ctx) { ctx.db.kept.ctx = ctx; } };') },
    ...options,
  });
  return Object.assign(test, { probe, ctx: probe.kept['ctx'] as Context });
}

describe('a task', () => {
  it.each(['', 'often', '* * * *', '* * * * * * *', '61 * * * *', '* 25 * * *', '*/0 * * * *', undefined, null, 5, {}])(
    'with the expression %o throws TASK_INVALID at once, naming plugin and expression',
    async (expression) => {
      await using test = await setUp();
      expect(() => test.ctx.scheduleTask(expression, () => undefined)).toThrow(
        expect.objectContaining({
          code: 'TASK_INVALID',
          plugin: 'demo',
          message: expect.stringMatching(/"demo".*cron expression/),
        }),
      );
      expect(test.scheduler.jobs()).toEqual([]);
    },
  );

  it('with a time zone that there is not throws TASK_INVALID, naming it; one that there is reaches the scheduler', async () => {
    await using test = await setUp();
    expect(() => test.ctx.scheduleTask('* * * * *', () => undefined, { timezone: 'Mars/Olympus' })).toThrow(
      expect.objectContaining({ code: 'TASK_INVALID', message: expect.stringContaining('Mars/Olympus') }),
    );
    test.ctx.scheduleTask('0 3 * * *', () => undefined, { timezone: 'Europe/Berlin' });
    expect(test.scheduler.jobs()).toMatchObject([{ expression: '0 3 * * *', timezone: 'Europe/Berlin' }]);
  });

  it('without a function throws LISTENER_INVALID', async () => {
    await using test = await setUp();
    expect(() => test.ctx.scheduleTask('* * * * *', 'sweep')).toThrow(
      expect.objectContaining({ code: 'LISTENER_INVALID', plugin: 'demo' }),
    );
  });

  it('of the same expression as another one is another task', async () => {
    await using test = await setUp();
    const stopped = test.ctx.scheduleTask('* * * * *', () => test.probe.note('stopped'), null);
    stopped.stop();
    stopped();
    test.ctx.scheduleTask('* * * * *', () => test.probe.note('one'));
    const undo = test.ctx.scheduleTask('* * * * *', () => test.probe.note('two'));
    expect(test.scheduler.tick()).toBe(2);
    expect(test.probe.notes).toEqual(['one', 'two']);
    undo();
    expect(test.scheduler.tick()).toBe(1);
  });

  it('that still runs is not started again, and says so in the log; it is once it has ended', async () => {
    await using test = await setUp();
    test.ctx.scheduleTask(
      '* * * * *',
      async () => {
        test.probe.note('begin');
        await test.probe.wait('task');
      },
      { name: 'sweep' },
    );
    test.scheduler.tick();
    test.scheduler.tick();
    expect(test.probe.notes).toEqual(['begin']);
    expect(test.logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        details: expect.objectContaining({ plugin: 'demo', task: 'task sweep' }),
      }),
    );
    test.probe.release('task');
    await eventually(() => {
      test.scheduler.tick();
      expect(test.probe.notes.length).toBeGreaterThan(1);
    });
    test.probe.release('task');
    await test.expectNothingLeft();
  });

  it('may overlap with itself when it says so', async () => {
    await using test = await setUp();
    test.ctx.scheduleTask('* * * * *', () => test.probe.wait('task'), { overlap: true });
    test.scheduler.tick();
    test.scheduler.tick();
    expect(test.probe.waiting('task')).toBe(2);
    test.probe.release('task');
    await test.expectNothingLeft();
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('bad task');
      },
    ],
    ['rejects', () => Promise.reject(new Error('bad task'))],
  ])('that %s is recorded against its plugin and ticks again', async (_how, handler) => {
    await using test = await setUp();
    test.ctx.scheduleTask(
      '* * * * *',
      () => {
        test.probe.note('tick');
        return handler();
      },
      { name: 'sweep' },
    );
    test.scheduler.tick();
    await eventually(async () =>
      expect(await test.host.audit({ type: 'plugin:error' })).toMatchObject([
        { plugin: 'demo', data: { during: 'task sweep', message: 'bad task' } },
      ]),
    );
    test.scheduler.tick();
    expect(test.probe.notes).toEqual(['tick', 'tick']);
    expect(test.host.summary('demo')?.state).toBe('active');
    await test.expectNothingLeft();
  });

  it('is in the log at each failure, and in the audit once a minute', async () => {
    await using test = await setUp();
    test.ctx.scheduleTask('* * * * *', () => {
      throw new Error('bad task');
    });
    const failures = () => test.logger.lines.filter(({ level }) => level === 'error').length;
    for (const count of [1, 2, 3]) {
      test.scheduler.tick();
      await eventually(() => expect(failures()).toBe(count));
    }
    test.clock.advance(60_000);
    test.scheduler.tick();
    await eventually(async () => expect(await test.host.audit({ type: 'plugin:error' })).toHaveLength(2));
    expect(failures()).toBe(4);
  });

  it('does not tick while its plugin is disabled', async () => {
    await using test = await setUp();
    test.ctx.scheduleTask('* * * * *', () => test.probe.note('tick'));
    await test.host.disable('demo');
    expect(test.scheduler.tick()).toBe(0);
    await test.host.enable('demo');
    expect(test.scheduler.tick()).toBe(0);
    expect(test.probe.notes).toEqual([]);
  });

  it('is waited for by disable', async () => {
    await using test = await setUp();
    test.ctx.scheduleTask('* * * * *', () => test.probe.wait('task'));
    test.scheduler.tick();
    const disabled = test.host.disable('demo');
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('draining'));
    test.probe.release('task');
    await disabled;
    expect(test.host.summary('demo')?.state).toBe('disabled');
  });

  it('ticks by the real clock, once a second, and no more after its undo', async () => {
    await using test = await setUp({ scheduler: createCronScheduler() });
    const times: number[] = [];
    const undo = test.ctx.scheduleTask('* * * * * *', () => times.push(Date.now()));
    await eventually(() => expect(times.length).toBeGreaterThanOrEqual(2));
    undo();
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThan(500);
    expect(second - first).toBeLessThan(1_600);
    const count = times.length;
    const later = createCronScheduler();
    let ticked = 0;
    const stop = later.schedule({ expression: '* * * * * *', tick: () => (ticked += 1) });
    await eventually(() => expect(ticked).toBeGreaterThan(0));
    stop();
    expect(times).toHaveLength(count);
  });
});
