import { describe, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';

/** Registers one of everything; `note` tells which hook did it. */
const registerAll = `
  const registerAll = (ctx, phase) => [
    ctx.registerRoute({ method: 'GET', url: '/' + phase, handler: () => phase }),
    ctx.registerMiddleware(() => ctx.db.note('middleware ' + phase)),
    ctx.onWebSocketMessage('ping-' + phase, () => ctx.db.note('socket ' + phase)),
    ctx.scheduleTask('* * * * *', () => ctx.db.note('task ' + phase), { name: phase }),
    ctx.on('happened', () => ctx.db.note('event ' + phase)),
    ctx.once('once', () => ctx.db.note('once ' + phase)),
  ];`;

const everything = plugin(
  'all',
  `${registerAll}
  export default {
    onLoad(ctx) { ctx.db.note('onLoad'); registerAll(ctx, 'loaded'); },
    onEnable(ctx) { ctx.db.note('onEnable'); registerAll(ctx, 'enabled'); ctx.db.kept.register = () => registerAll(ctx, 'late'); },
    onDisable(ctx) { ctx.db.note('onDisable'); },
    onUnload(ctx) { ctx.db.note('onUnload'); },
  };`,
);

async function setUp(): Promise<TestHost & { probe: Probe }> {
  const probe = createProbe();
  return Object.assign(await createTestHost({ db: probe, plugins: { all: everything } }), { probe });
}

/** Uses everything that a phase may have registered; returns what answered. */
async function use(
  { host, http, sockets, scheduler, probe }: TestHost & { probe: Probe },
  phase: string,
): Promise<unknown[]> {
  probe.notes.length = 0;
  const answer = await http.request('all', 'GET', `/${phase}`).catch((error: { code: string }) => error.code);
  sockets.deliver(`ping-${phase}`, null, { id: 'c' });
  for (const job of scheduler.jobs()) job.tick(0);
  host.emit('happened');
  host.emit('once');
  return [answer, ...probe.notes];
}

describe('registrations', () => {
  it('of onLoad and onEnable all work while the plugin is enabled, each once', async () => {
    await using test = await setUp();
    expect(test.probe.notes).toEqual(['onLoad', 'onEnable']);
    expect((await use(test, 'enabled')).map(String).toSorted()).toEqual(
      [
        'enabled',
        'middleware loaded',
        'middleware enabled',
        'socket enabled',
        'task loaded',
        'task enabled',
        'event loaded',
        'event enabled',
        'once loaded',
        'once enabled',
      ].toSorted(),
    );
    await test.expectNothingLeft();
  });

  it('are all gone after disable: no route, middleware, socket handler, task or listener', async () => {
    await using test = await setUp();
    await test.host.disable('all');
    for (const phase of ['loaded', 'enabled']) expect(await use(test, phase)).toEqual(['PLUGIN_NOT_ACTIVE']);
    expect(test.host.inspect().listeners).toBe(0);
    expect(test.sockets.handlerCount()).toBe(0);
    expect(test.scheduler.jobs()).toEqual([]);
    expect(test.http.mounted()).toEqual([]);
    await test.expectNothingLeft();
  });

  it('of onLoad wait through a disabled time without running again; those of onEnable are made anew', async () => {
    await using test = await setUp();
    await test.host.disable('all');
    expect(test.host.get('all')?.registrations.map(({ phase, live }) => [phase, live])).toEqual(
      Array.from({ length: 7 }, () => ['loaded', false]),
    );
    test.probe.notes.length = 0;
    await test.host.enable('all');
    expect(test.probe.notes).toEqual(['onEnable']);
    await test.expectNothingLeft();
  });

  it('exist exactly once after any number of disable and enable', async () => {
    await using test = await setUp();
    for (let round = 0; round < 5; round += 1) {
      await test.host.disable('all');
      await test.host.enable('all');
    }
    expect(test.host.inspect().listeners).toBe(4);
    expect(test.scheduler.jobs()).toHaveLength(2);
    expect(test.sockets.handlerCount()).toBe(4);
    expect(test.http.mounted()).toEqual(['all']);
    const answers = await use(test, 'loaded');
    expect(new Set(answers).size).toBe(answers.length);
    expect(answers).toContain('event loaded');
    await test.expectNothingLeft();
  });

  it('made while the plugin runs work at once and are gone after disable, and do not come back', async () => {
    await using test = await setUp();
    const { register } = test.probe.kept as { register: () => unknown };
    register();
    expect(await use(test, 'late')).toEqual(
      expect.arrayContaining(['late', 'middleware late', 'socket late', 'task late', 'event late', 'once late']),
    );
    await test.host.disable('all');
    await test.host.enable('all');
    expect(await use(test, 'late')).not.toEqual(expect.arrayContaining(['event late']));
    await expect(test.http.request('all', 'GET', '/late')).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    await test.expectNothingLeft();
  });

  it('are taken back one by one by what registering returned', async () => {
    await using test = await setUp();
    const { register } = test.probe.kept as { register: () => Array<() => void> };
    const before = test.host.get('all')?.registrations;
    const undos = register();
    expect(test.host.get('all')?.registrations).toHaveLength((before?.length ?? 0) + 6);
    for (const undo of undos) {
      undo();
      undo();
    }
    expect(test.host.get('all')?.registrations).toEqual(before);
    expect((await use(test, 'late')).filter((note) => String(note).includes('late'))).toEqual([]);
    expect(register).not.toThrow();
    await test.expectNothingLeft();
  });

  it.each(['disable', 'reload', 'stop'] as const)(
    'made by a generation after %s are refused with SCOPE_CLOSED',
    async (command) => {
      await using test = await setUp();
      const { register } = test.probe.kept as { register: () => unknown };
      if (command === 'stop') await test.host.stop();
      else await test.host[command]('all');
      await eventually(() =>
        expect(register).toThrow(expect.objectContaining({ code: 'SCOPE_CLOSED', plugin: 'all' })),
      );
      await test.expectNothingLeft();
    },
  );

  it('are counted by label and phase for people', async () => {
    await using test = await setUp();
    expect(test.host.get('all')?.registrations).toEqual(
      expect.arrayContaining([
        { label: 'GET /loaded', phase: 'loaded', live: true },
        { label: 'task enabled', phase: 'enabled', live: true },
        { label: 'event happened', phase: 'enabled', live: true },
        { label: 'socket message ping-loaded', phase: 'loaded', live: true },
      ]),
    );
  });

  it('of a plugin do not let it change the manifest or the settings that the host goes by', async () => {
    await using test = await createTestHost({
      plugins: {
        vandal: plugin(
          'vandal',
          `export default { onLoad(ctx) { ctx.manifest.permissions.push('*'); ctx.originalConfig.list.push(2); ctx.getConfig('list').push(3); } };`,
          {
            config: { list: [1] },
          },
        ),
      },
    });
    expect(test.host.get('vandal')).toMatchObject({ permissions: [], config: { list: [1] }, state: 'active' });
  });
});
