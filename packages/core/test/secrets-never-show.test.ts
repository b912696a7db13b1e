import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import type { JsonObject } from '../src/protocol/json.ts';
import { createTestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually } from './support/probe.ts';

const config = {
  token: { type: 'password', default: 'planted-default', pattern: '^pl[a]nted', max: 60 },
  pin: { type: 'string', secret: true, max: 30 },
  apiKey: 'planted-plain-default',
  note: 'visible',
};
const configSchema = {
  properties: {
    apiKey: { type: 'string', writeOnly: true },
    smtp: {
      type: 'object',
      default: { user: 'ana', pass: 'planted-nested-default' },
      properties: { user: { type: 'string' }, pass: { type: 'string', format: 'password', pattern: '^pl[a]nted' } },
    },
    keys: { type: 'array', items: { type: 'string', secret: true } },
  },
};

/** Tells its secrets in every way that it has. */
const talkative = `export default {
  onLoad(ctx) {
    ctx.db.kept.ctx = ctx;
    const all = ctx.getConfig();
    ctx.logger.info(all, 'my settings');
    ctx.logger.warn('token %s', all.token);
    ctx.logger.child({ token: all.token }).error(new Error('cannot use ' + all.token));
    ctx.logger.info({ manifest: ctx.manifest, config: ctx.originalConfig, url: 'x?key=' + encodeURIComponent(all.token) });
    ctx.scheduleTask('* * * * *', () => { throw Object.assign(new Error('task with ' + ctx.getConfig('token')), { config: ctx.getConfig() }); });
    ctx.on('crash', () => void setTimeout(() => { throw new Error('crash with ' + ctx.getConfig('token')); }));
    ctx.on('ask', () => Promise.reject('listener with ' + ctx.getConfig('smtp.pass')));
  },
  onEnable(ctx) { if (ctx.getConfig('note') === 'fail') throw new Error('onEnable with ' + JSON.stringify(ctx.getConfig())); },
  health(ctx) { if (ctx.getConfig('note') === 'ill') return { status: 'unhealthy', message: 'ill with ' + ctx.getConfig('token') }; },
  validateConfig(ctx, config) {
    if (config.note === 'refuse') return { errors: ['refused ' + config.token, { key: 'smtp', message: config.smtp.pass }], messages: [config.token] };
    if (config.note === 'throw') throw new Error('thrown ' + config.token);
  },
  onDisable(ctx) { throw new Error('onDisable with ' + ctx.getConfig('token')); },
};`;

const secrets = {
  token: 'planted "one"/1',
  pin: 'planted-pin',
  smtp: { user: 'ana', pass: 'planted-two' },
  keys: ['planted-three', 'planted-four'],
} satisfies JsonObject;

/** All that there is to see of values, causes and stacks of errors too. */
function shown(value: unknown): string {
  return inspect(value, { depth: Infinity, maxArrayLength: null, maxStringLength: null, breakLength: Infinity });
}

it('no secret is in any answer, event, audit entry, log line, error or row, whatever goes wrong with it', async () => {
  const db = createProbe();
  const told: unknown[] = [];
  await using test = await createTestHost({
    db,
    env: { CATALYST_CONFIG__DEMO__APIKEY: 'planted-variable' },
    plugins: { demo: plugin('demo', talkative, { config, configSchema }) },
    start: false,
  });
  test.host.events.subscribe((event) => told.push(event));
  const deaf = ['plugin:config-changed', 'plugin:error', 'plugin:reload-failed'].map((type) =>
    test.host.on(type, (data) => told.push(data)),
  );
  await test.host.start();
  const { host } = test;
  const attempt = async (work: () => Promise<unknown>): Promise<void> =>
    void told.push(await work().catch((error: unknown) => error));

  await attempt(() => host.config.update('demo', secrets, { actor: 'ana' }));
  expect((db.kept['ctx'] as { getConfig(key: string): unknown }).getConfig('token')).toBe(secrets.token);
  await attempt(() => host.config.update('demo', { token: 'planted-replacement', keys: [] }));
  // values that do not fit
  await attempt(() => host.config.update('demo', { token: 'not-planted-pattern' }));
  await attempt(() =>
    host.config.update('demo', { token: ['planted-list'], pin: ['planted-other'], smtp: { pass: 'no-planted' } }),
  );
  await attempt(() => host.config.update('demo', { apiKey: 'planted-locked' }));
  await attempt(() =>
    host.config.test('demo', { token: 'planted-tried', pin: 'planted-pin-that-is-longer-than-thirty' }),
  );
  // what is stale
  await attempt(() =>
    host.config.update('demo', { token: 'planted-late', smtp: { pass: 'planted-late-2' } }, { expectedRevision: 1 }),
  );
  // what the plugin says of them
  await attempt(() => host.config.test('demo', { note: 'refuse', token: 'planted-asked' }));
  await attempt(() => host.config.update('demo', { note: 'refuse', token: 'planted-asked-2' }));
  await attempt(() => host.config.update('demo', { note: 'throw' }));
  // what fails with them
  await attempt(() => host.config.update('demo', { note: 'fail', token: 'planted-failing' }));
  await attempt(() => host.config.update('demo', { note: 'ill' }));
  test.scheduler.tick();
  host.emit('ask');
  await eventually(() =>
    expect(
      told.filter((one) => (one as { type?: string } | undefined)?.type === 'plugin:error').length,
    ).toBeGreaterThan(1),
  );
  host.emit('crash');
  await eventually(() => expect(host.summary('demo')?.state).toBe('retrying'));
  await attempt(async () => host.status());
  test.clock.advance(1_000);
  await eventually(() => expect(host.summary('demo')?.state).toBe('active'));
  await attempt(() => host.config.restore('demo', 1));
  await attempt(async () => [
    host.status(),
    host.get('demo'),
    host.config.state('demo'),
    await host.config.revisions('demo'),
  ]);
  await attempt(() => host.disable('demo'));
  await attempt(async () => [host.status(), host.operations.list(), await host.audit({ limit: 1000 })]);
  await attempt(async () => [
    host.logs.read('demo', { limit: 1000 }),
    host.logs.errors('demo'),
    await host.diagnostics(),
  ]);
  deaf.forEach((stop) => stop());
  await test.expectNothingLeft();

  const rows = [await test.stores.plugins.list(), await test.stores.plugins.configRevisions('demo', {})];
  const everything = shown([told, test.logger.lines, rows]);
  // so that it is known to look in the right places
  for (const word of [
    'CONFIG_INVALID',
    'CONFIG_CONFLICT',
    'CONFIG_LOCKED',
    'task with',
    'crash with',
    'onEnable with',
    'ill with',
    'onDisable with',
    'my settings',
    '[secret]',
    '$encrypted',
  ])
    expect(everything).toContain(word);
  expect(everything.match(/.{0,80}planted.{0,20}/g)).toBeNull();
});
