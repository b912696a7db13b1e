import os from 'node:os';
import { expect, it } from 'vitest';
import type { PluginDiagnostics } from '../src/protocol/diagnostics.ts';
import { createTestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection } from './support/probe.ts';

/** Twenty secrets of all kinds; each is to be found nowhere. */
const canaries = Object.fromEntries(
  Array.from({ length: 20 }, (_one, at) => [`secret${at}`, `canary ${at} "${'abc'.repeat(3)}"/é&=${at}${at}`]),
);
const variable = 'canary-of-the-environment';
const config = {
  ...Object.fromEntries(Object.keys(canaries).map((key) => [key, { type: 'password' }])),
  fromOutside: { type: 'password' },
  note: 'to be seen',
};

/** Tells its secrets wherever something ends up that a bundle has. */
const talkative = `import { readFileSync } from 'node:fs';
export default {
  onLoad(ctx) {
    const { log, secrets } = { log: ctx.logger, secrets: Object.values(ctx.getConfig()) };
    for (const secret of secrets) {
      log.info({ nested: { [secret]: secret }, list: [secret] }, 'hello %s', secret);
      log.warn('https://user:' + encodeURIComponent(secret) + '@example.org/?' + new URLSearchParams({ key: secret }));
      log.error(new Error('cannot use ' + secret), JSON.stringify({ secret }));
    }
    for (const file of ['/etc/no/such/file', '/home/ana/private/notes.txt', '/opt/x/y.sock', '/var/lib/z'])
      try { readFileSync(file); } catch (error) { log.error(error); }
    ctx.scheduleTask('* * * * *', () => { throw Object.assign(new Error('task with ' + ctx.getConfig('secret1')), { config: ctx.getConfig() }); });
    ctx.on('ask', () => Promise.reject(new Error('listener with ' + ctx.getConfig('secret2'))));
    ctx.registerRoute({ method: 'GET', url: '/home/of/' + encodeURIComponent(ctx.getConfig('secret3') ?? 'x'), handler: () => 'ok' });
  },
  onEnable(ctx) { if (ctx.getConfig('note') === 'fail') throw new Error('onEnable with ' + JSON.stringify(ctx.getConfig())); },
};`;

it('a bundle has everything that helps, and no secret, no variable and no path of the machine', async () => {
  const env = { CATALYST_CONFIG__DEMO__FROMOUTSIDE: variable, OTHER_VARIABLE: 'canary-in-another-variable' };
  await using test = await createTestHost({
    env,
    secretKey: 'canary-key-of-the-host',
    plugins: {
      demo: plugin('demo', talkative, { config, permissions: ['servers:read'] }),
      other: plugin(
        'other',
        `export default { onLoad(ctx) { ctx.on('tell', (word) => ctx.logger.info('heard ' + word)); } };`,
        {
          dependencies: { demo: '*' },
        },
      ),
      broken: { 'plugin.json': '{', 'index.js': '' },
    },
  });
  const { host } = test;
  await host.config.update('demo', canaries, { actor: 'ana' });
  await host.reload('demo');
  test.scheduler.tick();
  host.emit('ask');
  // a plugin that has come by the secret of another
  host.emit('tell', canaries['secret4']);
  await rejection(host.config.update('demo', { note: 'fail' }));
  await eventually(() => expect(host.operations.list('demo').every(({ phase }) => phase === 'ended')).toBe(true));
  host.logs.setLevel('demo', 'debug', { actor: 'ana' });

  const bundle = await host.diagnostics(undefined, { actor: 'bob', reason: 'for the author' });
  const text = JSON.stringify(bundle);
  // also where a text is in JSON once more
  for (const secret of [...Object.values(canaries), variable, 'canary-in-another-variable', 'canary-key-of-the-host'])
    for (const spelling of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      expect(text).not.toContain(spelling);
  expect(text).not.toMatch(/canary/);
  for (const place of [test.folder.directory, process.cwd(), os.homedir(), os.tmpdir()])
    expect(text).not.toContain(`${place}/`);
  expect(text).not.toMatch(/\/etc\/no|\/home\/ana|\/opt\/x|\/var\/lib/);

  expect(bundle.versions).toEqual({
    framework: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    host: '1.0.0',
    node: process.version,
    platform: process.platform,
    arch: process.arch,
  });
  expect(bundle.options).toMatchObject({ pluginsDir: '<plugins>', drainMs: 60_000, consent: 'updates' });
  expect(bundle.host).toMatchObject({
    status: 'degraded',
    phase: 'running',
    plugins: { total: 3 },
    safeMode: false,
    isTainted: false,
    generations: 2,
  });
  expect(bundle.process.uptimeMs).toBeGreaterThanOrEqual(0);
  expect(bundle.plugins.map(({ detail }) => `${detail.name} ${detail.state}`)).toEqual([
    'broken failed',
    'demo active',
    'other active',
  ]);
  const [, demo, other] = bundle.plugins as [PluginDiagnostics, PluginDiagnostics, PluginDiagnostics];
  expect(demo.detail).toMatchObject({
    config: { note: 'to be seen', secret1: { $secret: 'set' } },
    lastFailure: { code: 'HOOK_FAILED' },
  });
  expect(demo.detail.registrations.map(({ label }) => label)).toContainEqual(expect.stringContaining('task'));
  expect(demo.permissions?.permissions.map(({ permission }) => permission)).toEqual(['servers:read']);
  expect(demo.dependencies).toMatchObject([{ from: 'other', to: 'demo' }]);
  expect(demo.health).toMatchObject({ plugin: 'demo', lastError: { message: expect.any(String) }, history: [] });
  expect(demo.metrics?.calls.task.failed).toBe(1);
  expect(demo.tasks).toMatchObject([{ plugin: 'demo' }]);
  expect(demo.operations.map(({ kind }) => kind)).toContain('reload');
  expect(demo.errors.map(({ message }) => message).join()).toMatch(/\[secret\]/);
  expect(demo.logs.at(-1)?.plugin).toBe('demo');
  expect(demo.logs.some(({ details }) => JSON.stringify(details).includes('<plugins>/demo/index.js'))).toBe(true);
  expect(demo.audit?.map(({ type }) => type)).toContain('plugin:config-changed');
  expect(other.logs.at(-1)?.message).toBe('heard [secret]');

  const [alone] = (await host.diagnostics('other')).plugins;
  expect(alone?.detail.name).toBe('other');
  expect(await rejection(host.diagnostics('nobody'))).toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
  await eventually(async () => {
    const entries = await host.audit({ type: 'plugin:diagnostics' });
    expect(entries.map(({ actor, plugin: about, reason }) => [actor, about, reason])).toEqual([
      ['host', 'other', null],
      ['bob', '(host)', 'for the author'],
    ]);
  });
  await test.expectNothingLeft();
});

it('a bundle stays small however much there is to say, and says where it was cut', async () => {
  const chatty = plugin(
    'chatty',
    `export default { onLoad(ctx) {
      for (let at = 0; at < 250; at += 1) ctx.logger.error(Object.assign(new Error('kind ' + 'x'.repeat(at)), { text: 'y'.repeat(4000) }));
    } };`,
  );
  const plugins = Object.fromEntries(
    Array.from({ length: 6 }, (_one, at) => [
      `p${at}`,
      { ...chatty, 'plugin.json': { ...(chatty['plugin.json'] as object), name: `p${at}` } },
    ]),
  );
  await using test = await createTestHost({ db: createProbe(), plugins });
  const bundle = await test.host.diagnostics();
  expect(JSON.stringify(bundle).length).toBeLessThan(5 * 1024 * 1024);
  expect(bundle.plugins).toHaveLength(6);
  for (const { isCut, logs } of bundle.plugins) expect([isCut, logs.length > 0]).toEqual([true, true]);
  await test.expectNothingLeft();
});
