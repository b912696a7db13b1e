import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../src/ports/logger.ts';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';

interface Way {
  readonly code: string;
  readonly says: RegExp;
  readonly isFault: boolean;
  readonly hangs?: boolean;
}

const ways: Record<string, Way> = {
  'throws at once': { code: "throw new Error('mine');", says: /mine/, isFault: true },
  rejects: { code: "return Promise.reject(new Error('mine'));", says: /mine/, isFault: true },
  'never resolves': { code: "return ctx.db.wait('hook');", says: /within \d+ ms/, isFault: true, hangs: true },
  'throws null': { code: 'throw null;', says: /null/, isFault: true },
  'throws undefined': { code: 'throw undefined;', says: /undefined/, isFault: true },
  'throws text': { code: "throw 'mine';", says: /mine/, isFault: true },
  'throws a frozen object': { code: "throw Object.freeze({ why: 'mine' });", says: /mine/, isFault: true },
  'throws a frozen error': { code: "throw Object.freeze(new Error('mine'));", says: /mine/, isFault: true },
  'throws a revoked proxy': {
    code: 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy;',
    says: /cannot be printed/,
    isFault: true,
  },
  'throws an error whose members throw': {
    code: "throw Object.defineProperties(new Error('x'), { stack: { get() { throw new Error('no'); } }, message: { get() { throw new Error('no'); } }, name: { get() { throw new Error('no'); } } });",
    says: /cannot be printed/,
    isFault: true,
  },
  'returns a thenable that throws': {
    code: "return { then() { throw new Error('mine'); } };",
    says: /mine/,
    isFault: true,
  },
  'returns something that is no promise': { code: 'return { nothing: true };', says: /(?!)/, isFault: false },
};

function tableOf(hooks: readonly string[]): (Way & { readonly hook: string; readonly name: string })[] {
  return hooks.flatMap((hook) => Object.entries(ways).map(([name, way]) => ({ hook, name, ...way })));
}

const loose: unknown[] = [];
const noteLoose = (error: unknown): void => void loose.push(error);

beforeEach(() => {
  loose.length = 0;
  process.on('unhandledRejection', noteLoose);
  process.on('uncaughtException', noteLoose);
});

afterEach(() => {
  process.off('unhandledRejection', noteLoose);
  process.off('uncaughtException', noteLoose);
  expect(loose).toEqual([]);
});

/** A real pino logger, because its serializers are what chokes on hostile errors; lines are kept. */
function realLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  return { logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) as Logger, lines };
}

async function advanceWhileWaiting(probe: Probe, advance: () => void): Promise<void> {
  await eventually(() => expect(probe.waiting('hook')).toBeGreaterThan(0));
  advance();
  probe.release('hook');
}

async function boot(
  hook: string,
  code: string,
): Promise<TestHost & { probe: Probe; lines: string[]; started: Promise<void> }> {
  const probe = createProbe();
  const { logger, lines } = realLogger();
  const registering = "onLoad(ctx) { ctx.on('happened', () => {}); ctx.scheduleTask('* * * * *', () => {}); }";
  const bad = plugin('bad', `export default { ${registering}, ${hook}(ctx) { ${code} } };`);
  const test = await createTestHost({
    db: probe,
    logger,
    start: false,
    plugins: { bad, good: answering('good', 'fine') },
  });
  return Object.assign(test, { probe, lines, started: test.host.start() });
}

describe('a hook fault', () => {
  it.each(tableOf(['onLoad', 'onEnable']))(
    '$hook $name: the plugin fails, the cause is named, and nothing is left',
    async ({ hook, code, says, isFault, hangs }) => {
      await using test = await boot(hook, code);
      if (hangs) await advanceWhileWaiting(test.probe, () => test.clock.advance(30_000));
      await test.started;
      await eventually(() => expect(test.host.summary('bad')?.state).toBe(isFault ? 'failed' : 'active'));
      const message = test.host.summary('bad')?.reason?.message ?? '';
      expect(says.test(message)).toBe(isFault);
      expect(message.includes(hook)).toBe(isFault);
      const recorded = isFault ? [{ plugin: 'bad', data: { message: expect.stringMatching(says) } }] : [];
      await eventually(async () =>
        expect(await test.host.audit({ type: 'plugin:enable-failed' })).toMatchObject(recorded),
      );
      expect(await test.http.request('good', 'GET', '/version')).toBe('fine');
      await test.expectNothingLeft();
    },
  );

  it.each(tableOf(['onDisable', 'onUnload']))(
    '$hook $name: clean-up is completed, the cause is recorded, and nothing is left',
    async ({ hook, code, says, isFault, hangs }) => {
      await using test = await boot(hook, code);
      await test.started;
      expect(test.host.summary('bad')?.state).toBe('active');
      const stopped = test.expectNothingLeft();
      if (hangs) await advanceWhileWaiting(test.probe, () => test.clock.advance(10_000));
      await stopped;
      const recorded = isFault ? [{ plugin: 'bad', data: { during: hook, message: expect.stringMatching(says) } }] : [];
      expect(await test.host.audit({ type: 'plugin:error' })).toMatchObject(recorded);
      expect(test.lines.some((line) => line.includes(`failed in ${hook}`))).toBe(isFault);
    },
  );

  it.each(tableOf(['onConfigChange']))(
    '$hook $name: the settings are saved, the cause is recorded, and the plugin goes on',
    async ({ hook, code, says, isFault, hangs }) => {
      const probe = createProbe();
      const { logger } = realLogger();
      const routes =
        "onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/port', handler: () => ctx.getConfig('port') }); }";
      const bad = plugin('bad', `export default { ${routes}, ${hook}(ctx) { ${code} } };`, { config: { port: 80 } });
      await using test = await createTestHost({ db: probe, logger, plugins: { bad, good: answering('good', 'fine') } });
      const saved = test.host.config.update('bad', { port: 81 });
      if (hangs) await advanceWhileWaiting(probe, () => test.clock.advance(30_000));
      await saved;
      expect(test.host.summary('bad')).toMatchObject({ state: 'active', generation: 1 });
      expect(await test.http.request('bad', 'GET', '/port')).toBe(81);
      const recorded = isFault ? [{ plugin: 'bad', data: { during: hook, message: expect.stringMatching(says) } }] : [];
      await eventually(async () => expect(await test.host.audit({ type: 'plugin:error' })).toMatchObject(recorded));
      expect(await test.http.request('good', 'GET', '/version')).toBe('fine');
      await test.expectNothingLeft();
    },
  );

  it.each(tableOf(['health']))(
    '$hook $name: the new release does not go live, the cause is named, and the old one goes on',
    async ({ hook, code, says, isFault, hangs }) => {
      const probe = createProbe();
      const { logger } = realLogger();
      const version = (word: string, more = ''): string =>
        `export default { onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/version', handler: () => '${word}' }); }, ${more} };`;
      await using test = await createTestHost({ db: probe, logger, plugins: { bad: plugin('bad', version('old')) } });
      await test.folder.write('bad', { 'index.js': version('new', `${hook}(ctx) { ${code} }`) });
      const reloaded = test.host.reload('bad').then(
        () => undefined,
        (error: unknown) => error,
      );
      if (hangs) await advanceWhileWaiting(probe, () => test.clock.advance(5_000));
      expect(await reloaded).toEqual(
        isFault ? expect.objectContaining({ code: 'HEALTH_FAILED', message: expect.stringMatching(says) }) : undefined,
      );
      expect(await test.http.request('bad', 'GET', '/version')).toBe(isFault ? 'old' : 'new');
      expect(test.host.summary('bad')?.state).toBe('active');
      await test.expectNothingLeft();
    },
  );

  it('in a call that nobody waits for is survived and recorded, whatever was thrown', async () => {
    const { logger } = realLogger();
    const throwing = Object.values(ways).filter(({ isFault, hangs }) => isFault && !hangs);
    const probe = createProbe();
    const code = `export default { onEnable(ctx) { ${throwing.map((way, index) => `ctx.on('e${index}', () => { ${way.code} });`).join('\n')} } };`;
    await using test = await createTestHost({ db: probe, logger, plugins: { bad: plugin('bad', code) } });
    for (const index of throwing.keys()) test.host.emit(`e${index}`);
    await eventually(async () => expect(await test.host.audit({ type: 'plugin:error' })).toHaveLength(throwing.length));
    expect(test.host.summary('bad')?.state).toBe('active');
    await test.expectNothingLeft();
  });

  it('of onLoad undoes what the hook had registered, and releases it for the next try', async () => {
    const probe = createProbe();
    const code = `export default { onLoad(ctx) {
      ctx.on('happened', () => ctx.db.note('heard'));
      ctx.registerRoute({ method: 'GET', url: '/version', handler: () => 'fine' });
      ctx.db.kept.signal = ctx.signal;
      if (!ctx.db.kept.ready) throw new Error('not ready');
    } };`;
    await using test = await createTestHost({ db: probe, plugins: { demo: plugin('demo', code) } });
    expect(test.host.inspect()).toMatchObject({ listeners: 0, generations: 0 });
    expect((probe.kept['signal'] as AbortSignal).aborted).toBe(true);
    probe.kept['ready'] = true;
    await test.host.enable('demo');
    expect(await test.http.request('demo', 'GET', '/version')).toBe('fine');
    test.host.emit('happened');
    expect(probe.notes).toEqual(['heard']);
    await test.expectNothingLeft();
  });

  it('of onDisable and onUnload together keeps neither disable nor stop from ending', async () => {
    const probe = createProbe();
    const hang =
      "export default { onDisable(ctx) { return ctx.db.wait('hook'); }, onUnload(ctx) { return ctx.db.wait('hook'); } };";
    await using test = await createTestHost({
      db: probe,
      plugins: { demo: plugin('demo', hang, { limits: { onDisableMs: 50 } }) },
    });
    const stopped = test.host.stop();
    for (const waiting of [1, 2]) {
      await eventually(() => expect(probe.waiting('hook')).toBe(waiting));
      test.clock.advance(50);
    }
    await stopped;
    expect((await test.host.audit({ type: 'plugin:error' })).map(({ data }) => data['during'])).toEqual([
      'onUnload',
      'onDisable',
    ]);
    probe.release('hook');
    await test.expectNothingLeft();
  });

  it('is timed by the limits of the manifest', async () => {
    const probe = createProbe();
    const hang = "export default { onEnable(ctx) { return ctx.db.wait('hook'); } };";
    await using test = await createTestHost({
      db: probe,
      start: false,
      plugins: { demo: plugin('demo', hang, { limits: { onEnableMs: 70 } }) },
    });
    const start = test.host.start();
    await eventually(() => expect(probe.waiting('hook')).toBe(1));
    test.clock.advance(69);
    expect(test.host.summary('demo')?.state).toBe('loading');
    test.clock.advance(1);
    await start;
    expect(test.host.summary('demo')?.reason).toMatchObject({
      code: 'HOOK_TIMEOUT',
      message: expect.stringContaining('70 ms'),
      hint: expect.stringContaining('limits.onEnableMs'),
    });
    await test.expectNothingLeft();
  });

  it('is not there when the plugin has no hooks at all, or uses this in them', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: {
        none: plugin('none', 'export default {};'),
        self: plugin(
          'self',
          "export default { word: 'own', onLoad(ctx) { this.word += '!'; }, onEnable(ctx) { ctx.db.note(this.word); } };",
        ),
        common: plugin('common', 'module.exports = { onEnable(ctx) { ctx.db.note("cjs"); } };', {
          backend: { entry: 'index.cjs' },
        }),
        named: plugin('named', 'export function onEnable(ctx) { ctx.db.note("named"); }'),
      },
      start: false,
    });
    await test.folder.write('common', { 'index.cjs': 'module.exports = { onEnable(ctx) { ctx.db.note("cjs"); } };' });
    await test.host.start();
    expect(test.host.status().map(({ state }) => state)).toEqual(['active', 'active', 'active', 'active']);
    expect(new Set(probe.notes)).toEqual(new Set(['cjs', 'named', 'own!']));
    expect(probe.notes).toHaveLength(3);
    await test.expectNothingLeft();
  });
});
