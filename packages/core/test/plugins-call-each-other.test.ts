import { describe, expect, it, vi } from 'vitest';
import { createTestHost, type PluginFiles, type TestHost, type TestHostOptions } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

interface Caller {
  callPluginApi(plugin: string, api: string, params?: unknown, options?: { timeoutMs?: number }): Promise<unknown>;
  exposeApi(name: string, handler: unknown): () => void;
}

const rpc = { permissions: ['plugin.rpc'] };

/** A plugin that hands out its context. */
const handing = (name: string, members: object = rpc): PluginFiles =>
  plugin(name, `export default { onEnable(ctx) { ctx.db.kept['${name}'] = ctx; } };`, members);

const desk = (word: string, members: object = {}): PluginFiles =>
  plugin(
    'desk',
    `export default { onLoad(ctx) {
      ctx.exposeApi('version', () => '${word}');
      ctx.exposeApi('echo', (params, call) => { const got = structuredClone(params); if (params?.list) params.list.push('theirs'); return { got, caller: call.caller }; });
      ctx.exposeApi('slow', async (params, { signal }) => {
        signal.addEventListener('abort', () => ctx.db.note('signal ' + signal.reason.code));
        await ctx.db.wait('slow');
        return '${word}';
      });
      ctx.exposeApi('broken', () => { throw Object.assign(new TypeError('no such ticket'), { code: 'NO_TICKET', big: {} }); });
      ctx.exposeApi('function', () => ({ call() {} }));
    } };`,
    members,
  );

type Setting = TestHost & { probe: Probe; caller: Caller; call: (api: string, params?: unknown) => Promise<unknown> };

async function setUp(options: TestHostOptions = {}): Promise<Setting> {
  const probe = createProbe();
  const test = await createTestHost({
    db: probe,
    drainMs: 60_000,
    plugins: { desk: desk('old'), caller: handing('caller') },
    ...options,
  });
  const caller = probe.kept['caller'] as Caller;
  return Object.assign(test, {
    probe,
    caller,
    call: (api: string, params?: unknown) => caller.callPluginApi('desk', api, params),
  });
}

describe('a call of another plugin', () => {
  it('is answered by it, which is told who calls; both sides have copies', async () => {
    await using test = await setUp();
    const params = { list: ['mine'], at: new Date(0), map: new Map([[1, 2]]) };
    const answer = await test.call('echo', params);
    expect(answer).toEqual({
      got: { list: ['mine'], at: new Date(0), map: new Map([[1, 2]]) },
      caller: 'caller',
    });
    expect(params.list).toEqual(['mine']);
    expect(await test.call('echo')).toEqual({ got: undefined, caller: 'caller' });
    await test.expectNothingLeft();
  });

  it('needs the permission plugin.rpc, or one that covers it; a plugin may call itself without', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        desk: desk('old'),
        without: handing('without', {}),
        family: handing('family', { permissions: ['plugin.*'] }),
      },
    });
    const { without, family } = probe.kept as { without: Caller; family: Caller };
    expect(await rejection(without.callPluginApi('desk', 'version'))).toMatchObject({
      code: 'PERMISSION_DENIED',
      plugin: 'without',
      message: expect.stringMatching(/"without".*"plugin\.rpc".*"version".*"desk"/),
      hint: expect.stringContaining('plugin.json'),
    });
    expect(await family.callPluginApi('desk', 'version')).toBe('old');
    without.exposeApi('own', () => 1);
    expect(await without.callPluginApi('without', 'own')).toBe(1);
    await test.expectNothingLeft();
  });

  it('that is denied stands in the audit log, once a minute with how many there were', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: { desk: desk('old'), without: handing('without', {}) },
    });
    const { without } = probe.kept as { without: Caller };
    const denials = async (): Promise<unknown[]> =>
      (await test.host.audit({ plugin: 'without', type: 'plugin:permission-denied' })).map(({ data }) => data);
    for (const api of ['version', 'echo', 'version']) await rejection(without.callPluginApi('desk', api));
    const first = { permission: 'plugin.rpc', operation: 'callPluginApi to the API "version" of plugin "desk"' };
    await eventually(async () => expect(await denials()).toEqual([first]));
    test.clock.advance(60_000);
    await rejection(without.callPluginApi('desk', 'echo'));
    test.clock.advance(60_000);
    const [second, third] = [
      { ...first, repeated: 2 },
      { ...first, repeated: 1 },
    ];
    await eventually(async () => expect(await denials()).toEqual([third, second, first]));
    await test.expectNothingLeft();
  });

  it('of an API that there is not is refused with the names of those that there are', async () => {
    await using test = await setUp();
    expect(await rejection(test.call('versoin'))).toMatchObject({
      code: 'API_NOT_FOUND',
      message: 'Plugin "desk" has no API "versoin"; it offers "version", "echo", "slow", "broken", "function".',
      hint: 'Did you mean "version"?',
    });
    expect(await rejection(test.caller.callPluginApi('caller', 'any'))).toMatchObject({
      code: 'API_NOT_FOUND',
      message: expect.stringContaining('it offers none'),
    });
    await test.expectNothingLeft();
  });

  it('of a plugin that is absent or disabled is refused at once, saying which', async () => {
    await using test = await setUp();
    expect((await rejection(test.caller.callPluginApi('nobody', 'x'))).message).toContain(
      'There is no plugin "nobody"',
    );
    await test.host.disable('desk');
    expect(await rejection(test.call('version'))).toMatchObject({
      code: 'API_NOT_FOUND',
      message: expect.stringContaining('"desk" is disabled'),
    });
    await test.host.enable('desk');
    expect(await test.call('version')).toBe('old');
    await test.expectNothingLeft();
  });

  it.each([
    ['parameters', 'echo', { call: () => 1 }, /"caller" cannot call.*parameters cannot be copied/],
    ['results', 'function', undefined, /"desk" cannot answer.*result cannot be copied/],
  ])('passes no %s that cannot be copied', async (_what, api, params, message) => {
    await using test = await setUp();
    expect(await rejection(test.call(api, params))).toMatchObject({
      code: 'API_VALUE_INVALID',
      message: expect.stringMatching(message),
    });
    await test.expectNothingLeft();
  });

  it('that fails tells the caller what the handler threw, and is no crash of the provider', async () => {
    await using test = await setUp();
    const error = (await rejection(test.call('broken'))) as Error & { cause: Error & { code: string; big?: object } };
    expect(error).toMatchObject({
      code: 'API_FAILED',
      plugin: 'desk',
      message: 'The API "broken" of plugin "desk" failed: no such ticket',
      cause: { name: 'TypeError', message: 'no such ticket', code: 'NO_TICKET' },
    });
    expect(error.cause.big).toBeUndefined();
    expect(test.logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        details: expect.objectContaining({ plugin: 'desk', caller: 'caller' }),
      }),
    );
    expect(test.host.summary('desk')?.state).toBe('active');
    expect(test.host.isTainted).toBe(false);
    await test.expectNothingLeft();
  });

  it('ends after ten seconds with API_TIMEOUT, and the handler is told', async () => {
    await using test = await setUp();
    const refused = rejection(test.call('slow'));
    await eventually(() => expect(test.probe.waiting('slow')).toBe(1));
    test.clock.advance(9_999);
    expect(test.probe.notes).toEqual([]);
    test.clock.advance(1);
    expect(await refused).toMatchObject({
      code: 'API_TIMEOUT',
      plugin: 'desk',
      message: expect.stringMatching(/10000 ms/),
    });
    expect(test.probe.notes).toEqual(['signal API_TIMEOUT']);
    await eventually(() => expect(test.host.summary('desk')?.activeRequests).toBe(0));
    await test.expectNothingLeft();
  });

  it('takes another limit, from 1 ms to 5 minutes', async () => {
    await using test = await setUp();
    const refused = rejection(test.caller.callPluginApi('desk', 'slow', undefined, { timeoutMs: 20 }));
    await eventually(() => expect(test.probe.waiting('slow')).toBe(1));
    test.clock.advance(20);
    expect(await refused).toMatchObject({ code: 'API_TIMEOUT' });
    for (const timeoutMs of [0, -1, Number.NaN, 300_001]) {
      expect(await rejection(test.caller.callPluginApi('desk', 'version', null, { timeoutMs }))).toMatchObject({
        code: 'API_VALUE_INVALID',
      });
    }
    await test.expectNothingLeft();
  });

  it('is counted as work of the provider, and ends when the generation of the caller does', async () => {
    await using test = await setUp();
    const refused = rejection(test.call('slow'));
    await eventually(() => expect(test.probe.waiting('slow')).toBe(1));
    expect(test.host.summary('desk')?.activeRequests).toBe(1);
    await test.host.reload('caller');
    expect(await refused).toMatchObject({ code: 'SCOPE_CLOSED' });
    expect(test.probe.notes).toEqual(['signal SCOPE_CLOSED']);
    expect(await rejection(test.call('version'))).toMatchObject({ code: 'SCOPE_CLOSED' });
    test.probe.release('slow');
    await eventually(() => expect(test.host.summary('desk')?.activeRequests).toBe(0));
    await test.expectNothingLeft();
  });
});

describe('a generation that is cut off while it answers', () => {
  it('fails the call with the reason, and keeps nobody waiting', async () => {
    await using test = await setUp();
    const refused = rejection(test.caller.callPluginApi('desk', 'slow', null, { timeoutMs: 300_000 }));
    await eventually(() => expect(test.probe.waiting('slow')).toBe(1));
    await test.host.reload('desk');
    test.clock.advance(60_000);
    expect(await refused).toMatchObject({
      code: 'API_FAILED',
      message: expect.stringMatching(/"slow".*did not drain within 60000 ms/),
      cause: { code: 'SCOPE_CLOSED' },
    });
    expect(test.probe.notes).toEqual(['signal API_FAILED']);
    expect(await test.call('version')).toBe('old');
    await test.expectNothingLeft();
  });
});

describe('an API', () => {
  it('answers as long as its plugin is enabled, and once after it was enabled again', async () => {
    await using test = await setUp();
    const answer = vi.fn(() => 'run time');
    const undo = test.caller.exposeApi('late', answer);
    expect(await test.caller.callPluginApi('caller', 'late')).toBe('run time');
    undo();
    undo();
    expect(await rejection(test.caller.callPluginApi('caller', 'late'))).toMatchObject({ code: 'API_NOT_FOUND' });
    expect(answer).toHaveBeenCalledOnce();
    await test.host.disable('desk');
    await test.host.enable('desk');
    expect(await test.call('echo', 1)).toEqual({ got: 1, caller: 'caller' });
    await test.expectNothingLeft();
  });

  it('registered twice is answered by the later handler, until that is taken back', async () => {
    await using test = await setUp();
    test.caller.exposeApi('twice', () => 'first');
    const undo = test.caller.exposeApi('twice', () => 'second');
    expect(await test.caller.callPluginApi('caller', 'twice')).toBe('second');
    undo();
    expect(await test.caller.callPluginApi('caller', 'twice')).toBe('first');
    await test.expectNothingLeft();
  });

  it('needs a function: LISTENER_INVALID names the API', async () => {
    await using test = await setUp();
    expect(() => test.caller.exposeApi('x', 'not a function')).toThrow(
      expect.objectContaining({ code: 'LISTENER_INVALID', message: expect.stringContaining('exposeApi("x")') }),
    );
  });
});

describe('a reload of the provider', () => {
  it('fails no call: those in flight end in the old generation, later ones reach the new one', async () => {
    await using test = await setUp();
    const inFlight = test.call('slow');
    await eventually(() => expect(test.probe.waiting('slow')).toBe(1));
    await test.folder.write('desk', desk('new'));
    await test.host.reload('desk');
    expect(await test.call('version')).toBe('new');
    test.probe.release('slow');
    expect(await inFlight).toBe('old');
    await eventually(() => expect(test.host.inspect().generations).toBe(2));
    await test.expectNothingLeft();
  });

  it('happens under a storm of calls without a failure, and no answer is older than the one before', async () => {
    await using test = await setUp();
    const answers: unknown[] = [];
    const reloads = { areOver: false };
    const storm = (async () => {
      while (!reloads.areOver) {
        answers.push(await test.call('version'));
        await new Promise(setImmediate);
      }
    })();
    for (let round = 1; round <= 10; round += 1) {
      await test.folder.write('desk', desk(`release ${round}`));
      await test.host.reload('desk');
      expect(await test.call('version')).toBe(`release ${round}`);
    }
    reloads.areOver = true;
    await storm;
    expect(answers.length).toBeGreaterThan(10);
    expect(new Set(answers).has('release 1')).toBe(true);
    await test.expectNothingLeft();
  });

  it('fails none of the calls that are made in the very ticks in which it happens', async () => {
    await using test = await setUp();
    const calls: Promise<unknown>[] = [];
    // asked of the next generation directly before it goes live
    test.probe.kept['aboutToGoLive'] = async () => {
      for (let tick = 0; tick < 100; tick += 1) {
        calls.push(test.call('version'));
        await Promise.resolve();
      }
    };
    await test.folder.write(
      'desk',
      plugin(
        'desk',
        `export default {
          onLoad(ctx) { ctx.exposeApi('version', () => 'new'); },
          health(ctx) { void ctx.db.kept.aboutToGoLive(); },
        };`,
      ),
    );
    await test.host.reload('desk');
    const answers = await Promise.all(calls);
    expect(new Set(answers)).toEqual(new Set(['old', 'new']));
    expect(answers.indexOf('new')).toBe(answers.lastIndexOf('old') + 1);
    await test.expectNothingLeft();
  });

  it('that stops it before the next one starts lets callers wait', async () => {
    const restart = { reload: 'restart' };
    await using test = await setUp({ plugins: { desk: desk('old', restart), caller: handing('caller') } });
    const inFlight = test.call('slow');
    await eventually(() => expect(test.probe.waiting('slow')).toBe(1));
    await test.folder.write('desk', desk('new', restart));
    const reloaded = test.host.reload('desk');
    await eventually(() => expect(test.host.get('desk')?.registrations).toEqual([]));
    const answer = test.call('version');
    const listeners = (): number => test.host.inspect().listeners;
    await eventually(() => expect(listeners()).toBe(1));
    test.probe.release('slow');
    expect(await inFlight).toBe('old');
    expect(await answer).toBe('new');
    await reloaded;
    expect(listeners()).toBe(0);
    await test.expectNothingLeft();
  });

  it('never lets two plugins wait for each other: a provider that calls back is told at once', async () => {
    const asking = plugin(
      'front',
      `export default { onEnable(ctx) {
        ctx.exposeApi('name', () => 'front');
        ctx.db.kept.ask = () => ctx.callPluginApi('back', 'ask');
        ctx.registerRoute({ method: 'GET', url: '/ask', handler: () => ctx.db.kept.ask() });
      } };`,
      { ...rpc, reload: 'restart' },
    );
    const back = plugin(
      'back',
      `export default { onEnable(ctx) {
        ctx.exposeApi('ask', async () => { await ctx.db.wait('back'); return ctx.callPluginApi('front', 'name').catch((error) => error.message); });
      } };`,
      rpc,
    );
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, plugins: { back, front: asking } });
    const answer = test.http.request('front', 'GET', '/ask');
    await eventually(() => expect(probe.waiting('back')).toBe(1));
    const reloaded = test.host.reload('front');
    await eventually(() => expect(test.http.mounted()).toEqual(['back']));
    probe.release('back');
    expect(await answer).toMatch(/"front".*may wait for this call/);
    await reloaded;
    await test.expectNothingLeft();
  });
});

describe('a provider that is not there yet', () => {
  it('is waited for while it is loaded, and while it is tried again', async () => {
    const probe = createProbe();
    const late = (first: string): PluginFiles =>
      plugin('late', `export default { async onEnable(ctx) { ${first} ctx.exposeApi('hello', () => 'here'); } };`);
    await using test = await createTestHost({
      db: probe,
      start: false,
      plugins: { caller: handing('caller'), late: late("await ctx.db.wait('late');") },
    });
    const started = test.host.start();
    await eventually(() => expect([probe.waiting('late'), 'caller' in probe.kept]).toEqual([1, true]));
    const caller = probe.kept['caller'] as Caller;
    const answer = caller.callPluginApi('late', 'hello');
    probe.release('late');
    expect(await answer).toBe('here');
    await started;

    probe.kept['down'] = true;
    await test.folder.write('late', late("if (ctx.db.kept.down) throw ctx.retryLater('down');"));
    await test.host.disable('late');
    await test.host.reload('late');
    await rejection(test.host.enable('late'));
    expect(test.host.summary('late')?.state).toBe('retrying');
    const again = caller.callPluginApi('late', 'hello');
    probe.kept['down'] = false;
    test.clock.advance(1_000);
    expect(await again).toBe('here');
    await test.expectNothingLeft();
  });

  it('is waited for up to the time limit, and no longer when it turns out to fail', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      start: false,
      plugins: {
        caller: handing('caller'),
        late: plugin(
          'late',
          "export default { async onEnable(ctx) { await ctx.db.wait('late'); throw new Error('no'); } };",
        ),
      },
    });
    const started = test.host.start();
    await eventually(() => expect([probe.waiting('late'), 'caller' in probe.kept]).toEqual([1, true]));
    const caller = probe.kept['caller'] as Caller;
    const hurried = rejection(caller.callPluginApi('late', 'hello', null, { timeoutMs: 500 }));
    const patient = rejection(caller.callPluginApi('late', 'hello'));
    await eventually(() => expect(test.host.inspect().listeners).toBe(2));
    test.clock.advance(500);
    expect(await hurried).toMatchObject({ code: 'API_TIMEOUT' });
    probe.release('late');
    expect(await patient).toMatchObject({
      code: 'API_NOT_FOUND',
      message: expect.stringContaining('"late" is failed'),
    });
    await started;
    await test.expectNothingLeft();
  });
});

describe('plugins that call each other', () => {
  it('in a circle without end are stopped', async () => {
    const mirror = (name: string, other: string): PluginFiles =>
      plugin(
        name,
        `export default { onEnable(ctx) {
          ctx.db.kept.${name} = ctx;
          ctx.exposeApi('mirror', () => ctx.callPluginApi('${other}', 'mirror'));
        } };`,
        rpc,
      );
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: { left: mirror('left', 'right'), right: mirror('right', 'left') },
    });
    const error = await rejection((probe.kept['left'] as Caller).callPluginApi('right', 'mirror'));
    expect(error).toMatchObject({
      code: 'API_FAILED',
      message: expect.stringMatching(/32 calls wait for each other already.*left → right → left/),
    });
    await test.expectNothingLeft();
  });

  it('again and again from work that nobody waits for may go on for ever', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        caller: plugin(
          'caller',
          `export default { onEnable(ctx) {
            let left = 100;
            ctx.exposeApi('again', () => {
              setImmediate(async () => {
                left -= 1;
                if (left > 0) await ctx.callPluginApi('caller', 'again');
                else ctx.db.note('done');
              });
            });
            ctx.db.kept.caller = ctx;
          } };`,
        ),
      },
    });
    await (probe.kept['caller'] as Caller).callPluginApi('caller', 'again');
    await eventually(() => expect(probe.notes).toEqual(['done']));
    await test.expectNothingLeft();
  });

  it('can say good-bye in onDisable, and no more in onUnload', async () => {
    const probe = createProbe();
    const leaving = plugin(
      'leaving',
      `export default {
        async onDisable(ctx) { ctx.db.note(await ctx.callPluginApi('desk', 'version')); },
        async onUnload(ctx) { await ctx.callPluginApi('desk', 'version').catch((error) => ctx.db.note(error.code)); },
      };`,
      rpc,
    );
    await using test = await createTestHost({ db: probe, plugins: { desk: desk('old'), leaving } });
    await test.host.reload('leaving');
    await eventually(() => expect(probe.notes).toEqual(['old', 'SCOPE_CLOSED']));
  });
});
