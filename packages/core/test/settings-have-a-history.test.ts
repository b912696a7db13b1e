import { describe, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, rejection } from './support/probe.ts';

const config = {
  greeting: { type: 'string', default: 'hello', max: 20 },
  size: 1,
  mode: 'fast',
  token: { type: 'password' },
};

const code = `export default { onLoad(ctx) { ctx.db.kept.ctx = ctx; }, onConfigChange() {} };`;

async function setUp(): Promise<TestHost & { getConfig(key: string): unknown }> {
  const db = createProbe();
  const test = await createTestHost({ db, plugins: { demo: plugin('demo', code, { config }) } });
  const getConfig = (key: string): unknown => (db.kept['ctx'] as { getConfig(key: string): unknown }).getConfig(key);
  return Object.assign(test, { getConfig });
}

const set = { $secret: 'set' };

describe('the history of settings', () => {
  it('has every save, the latest first, with who it was and what was different, and no secret', async () => {
    await using test = await setUp();
    const { host } = test;
    await host.config.update('demo', { greeting: 'hi', token: 'canary-1' }, { actor: 'ana' });
    await host.config.update('demo', { token: 'canary-2' }, { actor: 'ben' });
    await host.config.update('demo', { size: 2 });
    const revisions = await host.config.revisions('demo');
    expect(revisions).toMatchObject([
      { revision: 3, actor: 'host', keys: ['size'], config: { greeting: 'hi', token: set, size: 2 } },
      { revision: 2, actor: 'ben', keys: ['token'], config: { greeting: 'hi', token: set } },
      { revision: 1, actor: 'ana', keys: ['greeting', 'token'], config: { greeting: 'hi', token: set } },
    ]);
    expect(Date.parse(revisions[0]?.savedAt ?? '')).toBeGreaterThan(0);
    expect(JSON.stringify(revisions)).not.toMatch(/canary|encrypted/);
  });

  it('is read in pages, and the oldest of a page knows what it changed', async () => {
    await using test = await setUp();
    for (const size of [2, 3, 4, 5]) await test.host.config.update('demo', { size });
    const [fourth, third] = await test.host.config.revisions('demo', { limit: 2 });
    expect([fourth?.revision, third?.revision]).toEqual([4, 3]);
    const rest = await test.host.config.revisions('demo', { before: 3, limit: 5 });
    expect(rest.map(({ revision, keys, config: { size } }) => [revision, keys, size])).toEqual([
      [2, ['size'], 3],
      [1, ['size'], 2],
    ]);
  });

  it('is gone back in: all values of the revision, secrets too, as a new revision that the audit names', async () => {
    await using test = await setUp();
    const { host } = test;
    await host.config.update('demo', { greeting: 'hi', token: 'first-token' });
    await host.config.update('demo', { token: 'second-token', size: 9 });
    await host.config.restore('demo', 1, { actor: 'ana' });
    expect(['greeting', 'token', 'size'].map((key) => test.getConfig(key))).toEqual(['hi', 'first-token', 1]);
    expect(host.config.state('demo')).toMatchObject({ revision: 3, stored: ['greeting', 'token'] });
    expect(await host.audit({ type: 'plugin:config-restored' })).toMatchObject([
      { actor: 'ana', data: { restored: 1, keys: ['size', 'token'], before: { token: set }, after: { token: set } } },
    ]);
    await host.config.restore('demo', 0);
    expect(host.config.state('demo')).toMatchObject({ stored: [], config: { greeting: 'hello', size: 1 } });
  });

  it('is not gone back in to values that do not fit any more, nor to a revision that there is not', async () => {
    await using test = await setUp();
    const { host, folder } = test;
    await host.config.update('demo', { greeting: 'good morning' });
    await host.config.update('demo', { greeting: 'hi' });
    await folder.write('demo', plugin('demo', code, { config: { ...config, greeting: { type: 'string', max: 5 } } }));
    await host.reload('demo');
    expect(await rejection(host.config.restore('demo', 1))).toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [{ pointer: '/greeting' }],
    });
    expect(await rejection(host.config.restore('demo', 7))).toMatchObject({ code: 'CONFIG_REVISION_NOT_FOUND' });
    expect(host.config.state('demo').revision).toBe(2);
  });
});

describe('a change that was made from an older revision', () => {
  it('is refused with what each side has for the keys that differ', async () => {
    await using test = await setUp();
    const { host } = test;
    await host.config.update('demo', { greeting: 'one', token: 'canary-0' });
    const { revision } = host.config.state('demo');
    await host.config.update('demo', { greeting: 'theirs', size: 5, token: 'canary-1' });
    const late = { greeting: 'yours', size: 5, mode: 'slow', token: 'canary-2' };
    const error = await rejection(host.config.update('demo', late, { expectedRevision: revision }));
    expect(error).toMatchObject({
      code: 'CONFIG_CONFLICT',
      status: 409,
      details: {
        expected: 1,
        actual: 2,
        keys: [
          { key: 'greeting', before: 'one', theirs: 'theirs', yours: 'yours' },
          // nobody else touched it; the revision is an older one all the same
          { key: 'mode', before: 'fast', theirs: 'fast', yours: 'slow' },
          { key: 'token', before: set, theirs: set, yours: set },
        ],
      },
    });
    expect(JSON.stringify(error)).not.toContain('canary');
    expect(host.config.state('demo')).toMatchObject({ revision: 2, config: { greeting: 'theirs', mode: 'fast' } });
  });

  it('is no conflict when everything it wants is so already, as for a client that repeats its request', async () => {
    await using test = await setUp();
    const { host } = test;
    await host.config.update('demo', { greeting: 'same', token: 'same-token' }, { expectedRevision: 0 });
    await host.config.update('demo', { greeting: 'same', token: 'same-token' }, { expectedRevision: 0 });
    expect(host.config.state('demo').revision).toBe(1);
  });

  it('is seen also when another host on the same stores was faster', async () => {
    await using test = await setUp();
    await using second = await createTestHost({ db: createProbe(), folder: test.folder, stores: test.stores });
    await second.host.config.update('demo', { greeting: 'theirs' });
    expect(
      await rejection(test.host.config.update('demo', { greeting: 'yours' }, { expectedRevision: 0 })),
    ).toMatchObject({ code: 'CONFIG_CONFLICT', details: { actual: 1 } });
    await test.host.config.update('demo', { greeting: 'yours' }, { expectedRevision: 1 });
    expect((await test.stores.plugins.get('demo'))?.config).toEqual({ greeting: 'yours' });
  });

  it('of twenty at once from one revision on two hosts exactly one is saved', async () => {
    await using test = await setUp();
    await using second = await createTestHost({ db: createProbe(), folder: test.folder, stores: test.stores });
    const saves = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? test : second).host.config.update('demo', { size: 100 + index }, { expectedRevision: 0 }),
    );
    const results = await Promise.allSettled(saves);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CONFIG_CONFLICT' });
    expect((await test.stores.plugins.get('demo'))?.configRevision).toBe(1);
  });
});
