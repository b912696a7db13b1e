import { describe, expect, it } from 'vitest';
import type { AuditQuery, AuditRecord } from '../src/ports/audit-log.ts';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, rejection } from './support/probe.ts';

const by = { actor: 'ana', reason: 'the season ends', request: { id: 'req-7', ip: '192.0.2.7' } };

async function latest({ host }: TestHost, query: AuditQuery): Promise<AuditRecord | undefined> {
  return (await host.audit({ limit: 1, ...query }))[0];
}

describe('an entry of the audit log', () => {
  it('says who disabled a plugin, why, by which request and operation, what it was before and how long it took', async () => {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'here') } });
    await test.host.disable('demo', { ...by, operationId: 'op-1' });
    expect(await latest(test, { type: 'plugin:disabled' })).toMatchObject({
      plugin: 'demo',
      actor: 'ana',
      result: 'ok',
      reason: 'the season ends',
      data: {
        before: { state: 'active', enabled: true, generation: 1 },
        after: { state: 'disabled', enabled: false, generation: null },
        operation: 'op-1',
        request: { id: 'req-7', ip: '192.0.2.7' },
        durationMs: expect.any(Number),
      },
    });
    await test.expectNothingLeft();
  });

  it('says which version and generation took the place of which', async () => {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'old') } });
    await test.folder.write('demo', answering('demo', 'new', { version: '1.1.0' }));
    await test.host.reload('demo', by);
    expect((await latest(test, { type: 'plugin:reloaded' }))?.data).toMatchObject({
      before: { version: '1.0.0', generation: 1 },
      after: { version: '1.1.0', generation: 2 },
    });
    await test.host.rollback('demo', { actor: 'bob' });
    const rolledBack = await latest(test, { type: 'plugin:rolled-back' });
    expect(rolledBack).toMatchObject({ actor: 'bob', reason: null });
    expect(rolledBack?.data).toMatchObject({
      before: { version: '1.1.0' },
      after: { version: '1.0.0', generation: 3 },
    });
    await test.expectNothingLeft();
  });

  it('has the names of permissions with what was decided before and after', async () => {
    const demo = answering('demo', 'here', { permissions: ['server.read', 'server.write'] });
    await using test = await createTestHost({ plugins: { demo } });
    await test.host.grants.change('demo', { revoke: ['server.write'] }, by);
    expect(await latest(test, { type: 'plugin:revoked' })).toMatchObject({
      reason: 'the season ends',
      data: { before: { grants: { 'server.write': true } }, after: { grants: { 'server.write': false } } },
    });
    await test.expectNothingLeft();
  });

  it('has settings without their secrets, and the revision', async () => {
    const config = { token: { type: 'password' }, size: { type: 'number', default: 1 } };
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'here', { config }) } });
    await test.host.config.update('demo', { token: 'planted', size: 2 }, by);
    const entry = await latest(test, { type: 'plugin:config-changed' });
    expect(entry).toMatchObject({
      reason: 'the season ends',
      data: { revision: 1, before: {}, after: { token: { $secret: 'set' }, size: 2 }, request: { id: 'req-7' } },
    });
    expect(JSON.stringify(await test.host.audit({}))).not.toContain('planted');
    await test.expectNothingLeft();
  });

  it('says what a command came to nothing for, whatever it was, and is written once', async () => {
    const broken = plugin('broken', "export default { onEnable() { throw new Error('no luck'); } };");
    await using test = await createTestHost({
      enableNewPlugins: false,
      plugins: { broken, demo: answering('demo', 'here', { config: { size: { type: 'number', default: 1 } } }) },
    });
    const { host } = test;
    const attempts: [string, () => Promise<unknown>][] = [
      ['plugin:enable-failed', () => host.enable('broken', by)],
      ['plugin:enable-failed', () => host.enable('nobody', by)],
      ['plugin:reload-failed', () => host.reload('nobody', by)],
      ['plugin:rollback-failed', () => host.rollback('demo', { ...by, to: '9.9.9' })],
      ['plugin:config-change-failed', () => host.config.update('demo', { size: 'many' }, by)],
      ['plugin:config-change-failed', () => host.config.update('demo', { size: 2 }, { ...by, expectedRevision: 7 })],
      ['plugin:config-restore-failed', () => host.config.restore('demo', 7, by)],
      ['plugin:grants-failed', () => host.grants.change('demo', { grant: ['server.read'] }, by)],
    ];
    const errors = [];
    for (const [type, attempt] of attempts) errors.push([type, (await rejection(attempt())).message]);
    expect(() => host.operations.force('nothing', 'ana', by)).toThrow('There is no operation');
    errors.push(['plugin:drain-force-failed', 'There is no operation "nothing".']);
    const entries = (await host.audit({ actor: 'ana', result: 'failed' })).toReversed();
    expect(entries.map(({ type, reason }) => [type, reason])).toEqual(errors);
    for (const { data } of entries)
      expect(data).toMatchObject({
        commandReason: 'the season ends',
        request: { id: 'req-7' },
        code: expect.any(String),
      });
    await test.expectNothingLeft();
  });

  it('is there for the start of a host, a rescan and its end, and for no plugin', async () => {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'here') } });
    await test.host.rescan(by);
    await test.host.stop();
    const entries = await test.stores.audit.query({ plugin: '(host)' });
    expect(entries.map(({ type, actor, reason }) => [type, actor, reason])).toEqual([
      ['host:stopped', 'system', null],
      ['host:rescanned', 'ana', 'the season ends'],
      ['host:started', 'system', null],
    ]);
    await test.expectNothingLeft();
  });

  it('outlives its plugin', async () => {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'here') } });
    await test.folder.remove('demo');
    await test.host.rescan();
    const types = (await test.host.audit({ plugin: 'demo' })).map(({ type }) => type);
    expect(types).toEqual(['plugin:unloaded', 'plugin:enabled', 'plugin:discovered']);
    await test.expectNothingLeft();
  });

  it('is cut when it would be too large, and a reload does not fail for it', async () => {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'here') } });
    await test.folder.write('demo', plugin('demo', "throw new Error('long '.repeat(100_000));"));
    await rejection(test.host.reload('demo', by));
    const entry = await latest(test, { type: 'plugin:reload-failed' });
    expect(entry?.data).toMatchObject({ shortened: true, code: 'MODULE_FAILED' });
    expect(JSON.stringify(entry).length).toBeLessThan(20_000);
    await test.expectNothingLeft();
  });
});

it('a crash, the pause after it and the quarantine are entries that failed, in their order', async () => {
  const crashing =
    "export default { onEnable(ctx) { ctx.on('crash', () => void setTimeout(() => { throw new Error('ouch'); })); } };";
  await using test = await createTestHost({ plugins: { demo: plugin('demo', crashing) }, crashBudget: { crashes: 1 } });
  test.host.emit('crash');
  await expect.poll(() => test.host.summary('demo')?.state).toBe('quarantined');
  const entries = await test.host.audit({ plugin: 'demo', result: 'failed' });
  expect(entries.map(({ type }) => type)).toEqual(['plugin:quarantined', 'plugin:crashed']);
  for (const { reason } of entries) expect(reason).toContain('ouch');
  expect(entries[0]?.data).toMatchObject({
    before: { state: 'active', generation: 1 },
    after: { state: 'quarantined' },
  });
  await test.expectNothingLeft();
});

it('ten thousand denials are two entries, and keep nobody waiting', async () => {
  const probe = createProbe();
  const greedy = plugin('greedy', 'export default { onLoad(ctx) { ctx.db.kept.ctx = ctx; } };');
  await using test = await createTestHost({ db: probe, plugins: { greedy, demo: answering('demo', 'here') } });
  const ctx = probe.kept['ctx'] as { callPluginApi(plugin: string, api: string): Promise<unknown> };
  for (let round = 0; round < 10; round += 1)
    await Promise.all(Array.from({ length: 1_000 }, () => ctx.callPluginApi('demo', 'x').catch(() => undefined)));
  expect(await test.http.request('demo', 'GET', '/version')).toBe('here');
  test.clock.advance(60_000);
  const entries = await test.host.audit({ type: 'plugin:permission-denied' });
  expect(entries.map(({ actor, result, data }) => [actor, result, data['repeated']])).toEqual([
    ['plugin:greedy', 'denied', 9_999],
    ['plugin:greedy', 'denied', undefined],
  ]);
  await test.expectNothingLeft();
});
