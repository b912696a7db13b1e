import { expect, it } from 'vitest';
import { createTestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually } from './support/probe.ts';

const route = (handler: string): string => `ctx.registerRoute({ method: 'GET', url: '/wait', handler: ${handler} });`;

const waiting = `export default { onLoad(ctx) {
  ${route("() => ctx.db.wait('request')")}
  ctx.signal.addEventListener('abort', () => ctx.db.note('aborted'));
} };`;

it('calls that do not end are cut before the time of the end is over, however long drains may take', async () => {
  const probe = createProbe();
  await using test = await createTestHost({
    db: probe,
    shutdownMs: 10_000,
    drainMs: 60_000,
    plugins: { slow: plugin('slow', waiting) },
  });
  void test.http.request('slow', 'GET', '/wait');
  await eventually(() => expect(probe.waiting('request')).toBe(1));
  const stopped = test.host.stop();
  expect(test.host.condition().isStopping).toBe(true);
  await eventually(() => expect(test.host.summary('slow')?.state).toBe('unloading'));
  test.clock.advance(7_999);
  await test.stores.plugins.list();
  expect(probe.notes).toEqual([]);
  test.clock.advance(1);
  await stopped;
  expect(probe.notes).toEqual(['aborted']);
  expect(await test.host.audit({ type: 'plugin:drain-cut' })).toMatchObject([{ plugin: 'slow', data: { cut: 1 } }]);
  await test.expectNothingLeft();
});

it('a hook that hangs is left behind when the time is over, and the log names the plugin', async () => {
  const probe = createProbe();
  const code = "export default { onDisable: (ctx) => ctx.db.wait('hook') };";
  const limits = { onDisableMs: 600_000 };
  await using test = await createTestHost({
    db: probe,
    shutdownMs: 5_000,
    plugins: { hangs: plugin('hangs', code, { limits }), ends: plugin('ends', 'export default {};') },
  });
  const stopped = test.host.stop();
  await eventually(() => expect(probe.waiting('hook')).toBe(1));
  test.clock.advance(5_000);
  await stopped;
  expect(test.logger.lines).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      details: { plugins: ['hangs'] },
      message: expect.stringMatching(/5000 ms/),
    }),
  );
  probe.release('hook');
  await eventually(() => expect(test.host.inspect().generations).toBe(0));
});

it('a reload that drains when the end comes is cut in time too', async () => {
  const probe = createProbe();
  await using test = await createTestHost({
    db: probe,
    shutdownMs: 10_000,
    plugins: { slow: plugin('slow', waiting) },
  });
  void test.http.request('slow', 'GET', '/wait');
  await eventually(() => expect(probe.waiting('request')).toBe(1));
  await test.host.reload('slow');
  expect(test.host.inspect().generations).toBe(2);
  const stopped = test.host.stop();
  await eventually(() => expect(test.host.summary('slow')?.state).toBe('unloading'));
  test.clock.advance(8_000);
  await stopped;
  expect(probe.notes).toEqual(['aborted', 'aborted']);
  await test.expectNothingLeft();
});

it('the end may be announced before it comes; everything goes on until then', async () => {
  const code = `export default { onLoad(ctx) { ${route("() => 'here'")} } };`;
  await using test = await createTestHost({ plugins: { one: plugin('one', code) } });
  expect(test.host.condition().isStopping).toBe(false);
  test.host.announceStop();
  expect(test.host.condition().isStopping).toBe(true);
  expect(await test.http.request('one', 'GET', '/wait')).toBe('here');
  await test.host.disable('one');
  await test.expectNothingLeft();
});
