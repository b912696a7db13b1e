import { expect, it } from 'vitest';
import { createTestHost } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, rejection } from './support/probe.ts';

const noting = (name: string, members: object = {}): ReturnType<typeof plugin> =>
  plugin(name, `export default { onLoad(ctx) { ctx.db.note('${name}'); } };`, members);

it('in safe mode no code runs and plugins say why; the next start without it brings all back', async () => {
  const first = await createTestHost({ db: createProbe(), plugins: { one: noting('one'), two: noting('two') } });
  await first.host.disable('two');
  await first.host.stop();
  const probe = createProbe();
  const { folder, stores } = first;
  {
    await using test = await createTestHost({ folder, stores, db: probe, safeMode: true });
    const reason = { code: 'SAFE_MODE', message: expect.stringContaining('safe mode'), hint: expect.any(String) };
    expect(test.host.summary('one')).toMatchObject({ state: 'blocked', enabled: true, reason });
    expect(test.host.summary('two')).toMatchObject({ state: 'disabled', enabled: false, reason: null });
    expect(test.host.condition()).toMatchObject({ safeMode: true });
    expect(probe.notes).toEqual([]);
    await test.expectNothingLeft();
  }
  await using test = await createTestHost({ folder, stores, db: probe });
  expect(test.host.summary('one')).toMatchObject({ state: 'active', enabled: true, reason: null });
  expect(test.host.summary('two')?.state).toBe('disabled');
  expect(test.host.condition()).toMatchObject({ safeMode: false });
  expect(probe.notes).toEqual(['one']);
  await test.expectNothingLeft();
  await folder[Symbol.asyncDispose]();
});

it('commands that would run code are refused with SAFE_MODE and change nothing; the others work', async () => {
  const probe = createProbe();
  const config = { greeting: 'hello' };
  const plugins = { one: noting('one', { config }), two: noting('two', { permissions: ['users.read'] }) };
  await using test = await createTestHost({ db: probe, safeMode: true, plugins });
  const { host, stores } = test;
  for (const command of ['enable', 'reload', 'rollback'] as const) {
    const before = await stores.plugins.get('one');
    expect(await rejection(host[command]('one'))).toMatchObject({ code: 'SAFE_MODE', status: 503 });
    expect(await stores.plugins.get('one')).toEqual(before);
  }
  await host.updateConfig('one', { greeting: 'hi' });
  expect(host.get('one')?.config).toEqual({ greeting: 'hi' });
  await host.grants.change('two', { grant: ['users.read'] });
  await host.disable('one');
  expect(host.summary('one')).toMatchObject({ state: 'disabled', enabled: false });
  expect(await rejection(host.enable('one'))).toMatchObject({ code: 'SAFE_MODE' });
  expect(await stores.plugins.get('one')).toMatchObject({ enabled: false, state: 'disabled' });
  await host.reload('one');
  expect(host.summary('two')).toMatchObject({ state: 'blocked', reason: { code: 'SAFE_MODE' } });
  expect(probe.notes).toEqual([]);
  await test.expectNothingLeft();
});

it('CATALYST_SAFE_MODE with names leaves those out, and who needs them waits', async () => {
  const env = { CATALYST_SAFE_MODE: 'bad, worse' };
  await using test = await createTestHost({
    env,
    plugins: {
      bad: answering('bad', '1'),
      good: answering('good', '2'),
      needy: answering('needy', '3', { dependencies: { bad: '*' } }),
    },
  });
  expect(test.host.status().map(({ name, state, reason }) => [name, state, reason?.code])).toEqual([
    ['bad', 'blocked', 'SAFE_MODE'],
    ['good', 'active', undefined],
    ['needy', 'blocked', 'DEPENDENCY_UNMET'],
  ]);
  expect(test.host.condition().safeMode).toEqual(['bad', 'worse']);
  await test.expectNothingLeft();
});

it.each([
  ['1', true],
  ['TRUE', true],
  ['0', false],
  ['', false],
  ['off', false],
])('CATALYST_SAFE_MODE=%s means %s', async (value, expected) => {
  await using test = await createTestHost({ env: { CATALYST_SAFE_MODE: value } });
  expect(test.host.condition().safeMode).toBe(expected);
});
