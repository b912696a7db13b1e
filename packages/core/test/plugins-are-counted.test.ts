import { describe, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';
import { readExposition } from './support/read-exposition.ts';

interface Talkative {
  emit(event: string, data?: unknown): number;
  sendWebSocketMessage(client: string, message: { type: string }): number;
  callPluginApi(plugin: string, api: string, params?: unknown): Promise<unknown>;
}

const busy = plugin(
  'busy',
  `export default {
    onLoad(ctx) {
      ctx.db.kept.busy = ctx;
      ctx.scheduleTask('* * * * *', () => ctx.db.wait('task'));
      ctx.scheduleTask('0 0 * * *', () => { throw new Error('broken'); });
      ctx.on('said', (what) => { if (what === 'bad') throw new Error('broken'); });
      ctx.onWebSocketMessage('ping', () => undefined);
      ctx.exposeApi('add', ({ a, b }) => { if (b === 0) throw new Error('no'); return a + b; });
      ctx.registerRoute({ method: 'GET', url: '/x', handler: () => ctx.db.wait('request') });
      ctx.on('crash', () => void setTimeout(() => { throw new Error('lost'); }));
    },
  };`,
);
const other = plugin('other', 'export default { onLoad(ctx) { ctx.db.kept.other = ctx; } };', {
  permissions: ['plugin.rpc'],
});

async function setUp(): Promise<TestHost & { probe: Probe; of: (name: string) => Talkative }> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, plugins: { busy, other } });
  return Object.assign(test, { probe, of: (name: string) => probe.kept[name] as Talkative });
}

describe('what a plugin does is counted', () => {
  it('tasks with those that failed and those that were left out', async () => {
    await using test = await setUp();
    test.scheduler.tick();
    test.scheduler.tick();
    test.scheduler.tick('* * * * *');
    await eventually(() =>
      expect(test.host.metrics.of('busy')).toMatchObject({
        calls: { task: { count: 2, failed: 2, inFlight: 1 } },
        tasksSkipped: 2,
      }),
    );
    test.clock.advance(1_500);
    test.probe.release('task');
    await eventually(() =>
      expect(test.host.metrics.of('busy').calls.task).toEqual({ count: 3, failed: 2, inFlight: 0, totalMs: 1_500 }),
    );
    await test.expectNothingLeft();
  });

  it('events that it emitted and heard, messages that it got and sent, calls that it made and answered', async () => {
    await using test = await setUp();
    const said = test.of('other');
    said.emit('said', 'good');
    said.emit('said', 'bad');
    said.emit('nobody-hears');
    test.sockets.deliver('ping', undefined, { id: 'client' });
    test.of('busy').sendWebSocketMessage('client', { type: 'pong' });
    expect(await said.callPluginApi('busy', 'add', { a: 1, b: 2 })).toBe(3);
    await rejection(said.callPluginApi('busy', 'add', { a: 1, b: 0 }));
    expect(test.host.metrics.of('other')).toMatchObject({ eventsEmitted: 3, apiCallsMade: 2 });
    expect(test.host.metrics.of('busy')).toMatchObject({
      calls: { event: { count: 2, failed: 1 }, message: { count: 1, failed: 0 }, api: { count: 2, failed: 1 } },
      messagesSent: 1,
      eventsEmitted: 0,
    });
    await test.expectNothingLeft();
  });

  it('each denial, though the audit log has one a minute', async () => {
    await using test = await setUp();
    for (let time = 0; time < 3; time += 1) await rejection(test.of('busy').callPluginApi('other', 'any'));
    expect(test.host.metrics.of('busy')).toMatchObject({ denials: 3, apiCallsMade: 0 });
  });

  it('commands by how they ended, drains by how long they took, over all generations', async () => {
    await using test = await setUp();
    void test.http.request('busy', 'GET', '/x').catch(() => undefined);
    await test.host.reload('busy');
    test.clock.advance(2_000);
    test.probe.release('request');
    await eventually(() => expect(test.host.inspect().generations).toBe(2));
    await test.folder.write('busy', { 'index.js': 'export default { onLoad() { throw new Error("broken"); } };' });
    await rejection(test.host.reload('busy'));
    await test.host.disable('busy');
    expect(test.host.metrics.of('busy')).toMatchObject({
      operations: {
        reload: { succeeded: 1, failed: 1 },
        disable: { succeeded: 1, failed: 0 },
        rollback: { succeeded: 0, failed: 0 },
      },
      drains: { count: 2, totalMs: 2_000, longestMs: 2_000, callsCut: 0 },
      calls: { request: { count: 1 } },
    });
    await test.expectNothingLeft();
  });

  it('crashes, with the calls that they cut', async () => {
    await using test = await setUp();
    void test.http.request('busy', 'GET', '/x').catch(() => undefined);
    test.host.emit('crash');
    await eventually(() => expect(test.host.summary('busy')?.state).toBe('retrying'));
    const { crashes, drains, requests, calls } = test.host.metrics.of('busy');
    expect({ crashes, cut: drains.callsCut, outcomes: requests.outcomes, request: calls.request }).toMatchObject({
      crashes: 1,
      cut: 1,
      outcomes: { cut: 1, '5xx': 0 },
      request: { count: 1, failed: 1, inFlight: 0 },
    });
  });

  it('the time that it holds the event loop, without that of plugins that it calls', async () => {
    const outer = `export default { onLoad(ctx) {
      ctx.on('outer', async () => { ctx.emit('inner'); ctx.db.kept.spend(30); await ctx.db.wait('outer'); ctx.db.kept.spend(500); });
    } };`;
    const inner = `export default { onLoad(ctx) { ctx.on('inner', () => ctx.db.kept.spend(60)); } };`;
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: { outer: plugin('outer', outer), inner: plugin('inner', inner) },
    });
    probe.kept['spend'] = (ms: number) => test.clock.advance(ms);
    test.host.emit('outer');
    test.host.emit('inner');
    probe.release('outer');
    await eventually(() => expect(test.host.metrics.of('outer').calls.event).toMatchObject({ count: 1, totalMs: 650 }));
    expect(test.host.metrics.of('outer').eventLoop).toMatchObject({ busyMs: 30, longestMs: 30 });
    expect(test.host.metrics.of('inner').eventLoop).toMatchObject({ busyMs: 120, longestMs: 60 });
    await test.expectNothingLeft();
  });
});

describe('the figures of a host', () => {
  it('are in the text that Prometheus reads', async () => {
    await using test = await setUp();
    const answer = test.http.request('busy', 'GET', '/x');
    test.clock.advance(30);
    test.probe.release('request');
    await answer;
    const text = readExposition(test.host.metrics.prometheus());
    const busyOne = { plugin: 'busy' };
    expect(text.value('catalyst_plugin_requests_total', { ...busyOne, outcome: '2xx' })).toBe(1);
    expect(text.value('catalyst_plugin_requests_total', { ...busyOne, outcome: 'aborted' })).toBe(0);
    expect(text.value('catalyst_plugin_request_duration_seconds_bucket', { ...busyOne, le: '0.025' })).toBe(0);
    expect(text.value('catalyst_plugin_request_duration_seconds_bucket', { ...busyOne, le: '0.05' })).toBe(1);
    expect(text.value('catalyst_plugin_request_duration_seconds_sum', busyOne)).toBeCloseTo(0.03);
    expect(text.value('catalyst_plugins', { state: 'active' })).toBe(2);
    expect(text.value('catalyst_host_resident_memory_bytes')).toBeGreaterThan(1e6);
    const labels = new Set(text.samples.flatMap((sample) => Object.keys(sample.labels)));
    expect([...labels].toSorted()).toEqual([
      'kind',
      'le',
      'operation',
      'outcome',
      'plugin',
      'reason',
      'result',
      'state',
    ]);
  });

  it('have as many lines whatever the plugins do', async () => {
    await using test = await setUp();
    const lines = (): number => test.host.metrics.prometheus().split('\n').length;
    const before = lines();
    for (const word of ['one', 'two']) {
      await test.folder.write(
        'busy',
        plugin(
          'busy',
          `export default { onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/${word}', handler: () => 1 }); } };`,
        ),
      );
      await test.host.reload('busy');
      await test.http.request('busy', 'GET', `/${word}`);
      test.host.metrics.refused(`no-${word}`, 'inactive');
    }
    expect(lines()).toBe(before);
  });

  it('name folders without a usable plugin too, whatever they are called', async () => {
    const folder = 'odd "name" \\ here';
    await using test = await createTestHost({ plugins: { [folder]: { 'plugin.json': '{' } } });
    test.host.metrics.refused(folder, 'inactive');
    const text = readExposition(test.host.metrics.prometheus());
    expect(text.value('catalyst_plugin_requests_refused_total', { plugin: folder, reason: 'inactive' })).toBe(1);
  });

  it('forget a plugin whose folder is gone', async () => {
    await using test = await setUp();
    await test.folder.remove('busy');
    await test.host.rescan();
    expect(test.host.metrics.prometheus()).not.toContain('"busy"');
    expect(() => test.host.metrics.of('busy')).toThrow(expect.objectContaining({ code: 'PLUGIN_NOT_FOUND' }));
    await test.expectNothingLeft();
  });
});
