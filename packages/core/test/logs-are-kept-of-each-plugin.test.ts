import { pino, type Logger } from 'pino';
import { expect, it } from 'vitest';
import type { LogQuery } from '../src/operations/log-query.ts';
import type { PluginLogBatch } from '../src/protocol/plugin-log.ts';
import { createTestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection } from './support/probe.ts';

const keepsContext = `export default { onLoad(ctx) { ctx.db.kept.ctx = ctx; }, onEnable(ctx) { ctx.db.kept.ctx = ctx; } };`;

interface Kept {
  readonly logger: Logger;
}

async function withLogger(options: Parameters<typeof createTestHost>[0] = {}) {
  const db = createProbe();
  const test = await createTestHost({ db, plugins: { demo: plugin('demo', keepsContext) }, ...options });
  return { test, host: test.host, logger: () => (db.kept['ctx'] as Kept).logger };
}

it('what a plugin logs can be read, in every way that pino takes it', async () => {
  const { test, host, logger } = await withLogger();
  await using _ = test;
  const log = logger();
  const error = Object.assign(new TypeError('no such thing'), { code: 'E_THING', cause: new Error('deeper') });
  log.info('plain');
  const warn: (...words: unknown[]) => void = log.warn;
  warn('%s has %d of %j%%', 'ana', 3, { a: 1 }, 'left over');
  log.error(error);
  log.fatal({ err: error, user: 7 }, 'with %s', 'a message');
  log.debug({ only: 'details' });
  log.child({ part: 'a' }).child({ step: 2 }, { msgPrefix: '[x] ' }).trace({ more: true }, 'from a child');
  const say: (...words: unknown[]) => void = log.info;
  say(undefined, 'nothing before');
  say(null);

  const { lines, dropped, hasMore } = host.logs.read('demo');
  expect({ dropped, hasMore }).toEqual({ dropped: 0, hasMore: false });
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'info plain',
    'warn ana has 3 of {"a":1}%',
    'error no such thing',
    'fatal with a message',
    'debug ',
    'trace [x] from a child',
    'info nothing before',
    'info ',
  ]);
  expect(lines[2]?.details).toMatchObject({
    err: { type: 'TypeError', message: 'no such thing', code: 'E_THING', cause: { message: 'deeper' } },
  });
  expect(lines[3]?.details).toMatchObject({ user: 7, err: { type: 'TypeError' } });
  expect(lines[5]?.details).toEqual({ part: 'a', step: 2, more: true });
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_line, at) => (lines[0]?.seq ?? 0) + at));
  expect(lines[0]).toMatchObject({ plugin: 'demo', generation: 1, at: new Date(test.clock.now()).toISOString() });
  // the log of the host has them as ever
  expect(test.logger.lines.filter(({ details }) => details['plugin'] === 'demo')).toHaveLength(8);
  await test.expectNothingLeft();
});

it('lines are found by level, text and place', async () => {
  const { test, host, logger } = await withLogger();
  await using _ = test;
  for (let at = 0; at < 10; at += 1) logger()[at % 2 === 0 ? 'info' : 'warn']({ at, user: `Ana${at}` }, `line ${at}`);
  const messages = (query: LogQuery): string[] => host.logs.read('demo', query).lines.map(({ message }) => message);
  const seqs = host.logs.read('demo').lines.map(({ seq }) => seq);
  expect(messages({ level: 'warn' })).toEqual(['line 1', 'line 3', 'line 5', 'line 7', 'line 9']);
  expect(messages({ text: 'LINE 3' })).toEqual(['line 3']);
  expect(messages({ text: 'ana4' })).toEqual(['line 4']);
  expect(messages({ limit: 2 })).toEqual(['line 8', 'line 9']);
  expect(messages({ before: seqs[8], limit: 2 })).toEqual(['line 6', 'line 7']);
  expect(messages({ after: seqs[2], limit: 2 })).toEqual(['line 3', 'line 4']);
  expect(host.logs.read('demo', { after: seqs[7] })).toMatchObject({ hasMore: false });
  expect(host.logs.read('demo', { limit: 9 })).toMatchObject({ hasMore: true });
  expect(await rejection(Promise.resolve().then(() => host.logs.read('nobody')))).toMatchObject({
    code: 'PLUGIN_NOT_FOUND',
  });
  await test.expectNothingLeft();
});

it('the oldest lines make room, by number and by size, and are counted', async () => {
  const { test, host, logger } = await withLogger({ logs: { lines: 5, bytes: 20_000 } });
  await using _ = test;
  for (let at = 0; at < 12; at += 1) logger().info(`line ${at}`);
  const page = host.logs.read('demo');
  expect(page.lines.map(({ message }) => message)).toEqual(['line 7', 'line 8', 'line 9', 'line 10', 'line 11']);
  expect(page.dropped).toBe(7);
  for (let at = 0; at < 5; at += 1) logger().info({ padding: 'x'.repeat(4_000) }, `large ${at}`);
  expect(host.logs.read('demo').lines.map(({ message }) => message)).toEqual([
    'large 1',
    'large 2',
    'large 3',
    'large 4',
  ]);
  await test.expectNothingLeft();
});

it('whatever a plugin logs is kept small, and in JSON', async () => {
  const { test, host, logger } = await withLogger();
  await using _ = test;
  const circular: Record<string, unknown> = { name: 'round' };
  circular['self'] = circular;
  const hostile = Object.defineProperty({ fine: 1 }, 'trap', {
    enumerable: true,
    get: () => {
      throw new Error('do not look');
    },
  });
  // a logger that takes everything, as pino does
  logger().info({ big: Array.from({ length: 1_000_000 }, (_one, at) => `entry ${at}`) }, 'y'.repeat(10_000_000));
  logger().info(
    { text: 'z'.repeat(10_000_000), deep: nested(50), many: Object.fromEntries(numbered(10_000)) },
    'large',
  );
  logger().info({ circular, buffer: Buffer.alloc(5_000_000), when: new Date(0), nan: Number.NaN, big: 12n }, 'odd');
  // the logger of the test reads it too
  expect(() => logger().info(hostile, 'hostile')).toThrow('do not look');
  const { lines } = host.logs.read('demo');
  expect(JSON.stringify(lines).length).toBeLessThan(60_000);
  expect(lines[0]?.message).toMatch(/^y{4096}… \(10000000 characters\)$/);
  expect(lines[2]?.details).toEqual({
    circular: { name: 'round', self: '[circular]' },
    buffer: 'Buffer of 5000000 bytes',
    when: '1970-01-01T00:00:00.000Z',
    nan: 'NaN',
    big: '12',
  });
  expect(lines[3]?.details).toEqual({ fine: 1, trap: 'a value that cannot be read' });
  await test.expectNothingLeft();
});

function nested(depth: number): object {
  return depth === 0 ? {} : { below: nested(depth - 1) };
}

function numbered(count: number): [string, number][] {
  return Array.from({ length: count }, (_one, at) => [`key${at}`, at]);
}

it('secrets are not kept: those of the settings, and members that are called like one', async () => {
  const { test, host, logger } = await withLogger({
    plugins: {
      demo: plugin('demo', keepsContext, { config: { key: { type: 'password', default: 'planted-secret' } } }),
    },
  });
  await using _ = test;
  logger().child({ header: 'Bearer planted-secret' }).error(new Error('cannot use planted-secret'), 'planted-secret');
  logger().info({ password: 'hunter2', req: { headers: { authorization: 'Basic x', cookie: 'a=b' } } }, 'named');
  logger().info(`${'x'.repeat(4_090)}planted-secret`);
  const kept = JSON.stringify([host.logs.read('demo').lines, host.logs.errors('demo')]);
  expect(kept).not.toMatch(/planted|hunter2|Basic x|a=b/);
  expect(kept).toContain('cannot use [secret]');
  await test.expectNothingLeft();
});

it('what the host says of a plugin stands between its own lines', async () => {
  const { test, host } = await withLogger({
    plugins: {
      demo: plugin(
        'demo',
        `export default { onLoad(ctx) {
          ctx.on('fail', () => { throw new RangeError('out of it'); });
          ctx.on('crash', () => void setTimeout(() => { throw new Error('left behind'); }));
        } };`,
      ),
    },
  });
  await using _ = test;
  host.emit('fail');
  await host.reload('demo', { actor: 'ana' });
  await eventually(() => expect(host.operations.list('demo')[0]?.status).toBe('succeeded'));
  host.emit('crash');
  await eventually(() => expect(host.summary('demo')?.state).toBe('retrying'));
  const lines = host.logs.read('demo').lines.map(({ level, message, generation }) => ({ level, message, generation }));
  expect(lines).toEqual([
    { level: 'error', message: 'plugin "demo" failed in event fail: out of it', generation: null },
    { level: 'info', message: 'reload by ana: succeeded', generation: null },
    { level: 'error', message: 'plugin "demo" crashed: left behind', generation: 2 },
  ]);
  await test.expectNothingLeft();
});

it('a level is set for a time and goes back by itself, also across a reload', async () => {
  const written: string[] = [];
  const logger = pino(
    { level: 'info' },
    { write: (line: string) => void written.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const { test, host, logger: own } = await withLogger({ logger });
  await using _ = test;
  const early = own().child({ early: true });
  own().debug('before');
  expect(own().isLevelEnabled('debug')).toBe(false);
  expect(host.logs.level('demo')).toEqual({ level: 'info', standard: 'info', until: null });

  const until = new Date(test.clock.now() + 60_000).toISOString();
  const set = host.logs.setLevel('demo', 'debug', { forMs: 60_000, actor: 'ana' });
  expect(set).toEqual({ level: 'debug', standard: 'info', until });
  own().debug('one');
  early.debug('early child');
  own().trace('too low');
  expect(own().level).toBe('debug');
  await host.reload('demo');
  own().debug('after the reload');
  test.clock.advance(60_000);
  own().debug('over');
  expect(host.logs.level('demo').level).toBe('info');
  const kept = host.logs.read('demo').lines.filter(({ generation }) => generation !== null);
  expect(kept.map(({ message }) => message)).toEqual(['one', 'early child', 'after the reload']);
  // the host's log had them too
  expect(written).toEqual(['one', 'early child', 'after the reload']);

  host.logs.setLevel('demo', 'error');
  own().warn('not now');
  expect(host.logs.setLevel('demo', null)).toMatchObject({ level: 'info', until: null });
  own().warn('again');
  expect(host.logs.read('demo').lines.at(-1)?.message).toBe('again');
  for (const wrong of [{ forMs: 0 }, { forMs: 24 * 3_600_000 + 1 }])
    expect(() => host.logs.setLevel('demo', 'debug', wrong)).toThrow(/1 to 86400000 ms/);
  expect(() => host.logs.setLevel('demo', 'loud' as never)).toThrow(/no level "loud"/);

  const audit = await eventually(async () => {
    const entries = await host.audit({ type: 'plugin:log-level' });
    expect(entries).toHaveLength(4);
    return entries.toReversed();
  });
  expect(audit.map(({ actor, data }) => [actor, data['level'], data['until']])).toEqual([
    ['ana', 'debug', until],
    ['system', 'info', null],
    ['host', 'error', expect.any(String)],
    ['host', 'info', null],
  ]);
  host.logs.setLevel('demo', 'debug');
  await test.expectNothingLeft();
});

it('a plugin may choose a level for itself, until an administrator does', async () => {
  const logger = pino({ level: 'warn' }, { write: () => undefined });
  const { test, host, logger: own } = await withLogger({ logger });
  await using _ = test;
  own().info('kept although the host writes less');
  own().level = 'error';
  own().warn('below its own level');
  own().child({}, { level: 'debug' }).debug('a child with its own');
  host.logs.setLevel('demo', 'info');
  own().info('because the administrator wants it');
  expect(host.logs.read('demo').lines.map(({ message }) => message)).toEqual([
    'kept although the host writes less',
    'a child with its own',
    'because the administrator wants it',
  ]);
  await test.expectNothingLeft();
});

it('new lines are followed in batches, and what is too much for a reader is counted', async () => {
  const { test, host, logger } = await withLogger({
    plugins: { demo: plugin('demo', keepsContext), other: plugin('other', 'export default {};') },
  });
  await using _ = test;
  const batches: PluginLogBatch[] = [];
  const everything: PluginLogBatch[] = [];
  const deaf = host.logs.follow('demo', (batch) => void batches.push(batch));
  host.logs.follow(undefined, (batch) => void everything.push(batch));
  host.logs.follow('other', () => {
    throw new Error('not for this reader');
  });
  logger().info('one');
  logger().info('two');
  expect(batches).toEqual([]);
  test.clock.advance(250);
  expect(batches.map(({ lines }) => lines.map(({ message }) => message))).toEqual([['one', 'two']]);
  for (let at = 0; at < 2_500; at += 1) logger().info(`fast ${at}`);
  test.clock.advance(250);
  expect(batches[1]).toMatchObject({ dropped: 1_500 });
  expect(batches[1]?.lines).toHaveLength(1_000);
  expect(everything).toHaveLength(2);
  deaf();
  logger().info('unheard');
  test.clock.advance(250);
  expect(batches).toHaveLength(2);
  logger().info('still waiting when the host stops');
  await test.expectNothingLeft();
});

it('errors that are the same but for numbers, names and ids are counted together', async () => {
  const { test, host } = await withLogger({
    plugins: {
      demo: plugin(
        'demo',
        `function find(id) { throw new RangeError('row ' + id + ' of "' + id + 'x" is not in 0f8fad5b-d9cb-469f-a165-70867728950e'); }
        export default { onLoad(ctx) {
          ctx.on('find', (id) => find(id));
          ctx.on('other', () => { throw new RangeError('row 1 of "1x" is not in 0f8fad5b-d9cb-469f-a165-70867728950e'); });
          ctx.on('many', () => { for (let at = 0; at < 150; at += 1) ctx.logger.error(new Error('kind ' + 'a'.repeat(at))); });
          ctx.on('line', () => ctx.logger.error('only %d words', 3));
        } };`,
      ),
    },
  });
  await using _ = test;
  for (const id of [1, 22, 333]) {
    host.emit('find', id);
    test.clock.advance(1_000);
  }
  host.emit('other');
  host.emit('line');
  const [line, other, found, ...more] = host.logs.errors('demo');
  expect(more).toEqual([]);
  expect(line).toMatchObject({ type: null, message: 'only 3 words', count: 1, where: null });
  expect(other).toMatchObject({ count: 1, type: 'RangeError' });
  expect(found).toMatchObject({ type: 'RangeError', count: 3, message: expect.stringContaining('row 333') as string });
  expect(found?.where).toMatch(/^index\.js:1:\d+$/);
  expect(Date.parse(found?.lastAt ?? '') - Date.parse(found?.firstAt ?? '')).toBe(2_000);
  expect(found?.example.stack).toContain('index.js:1:');
  expect(new Set([line, other, found].map((one) => one?.fingerprint)).size).toBe(3);
  host.emit('many');
  expect(host.logs.errors('demo')).toHaveLength(100);
  expect(host.logs.errors('demo')[0]?.message).toBe(`kind ${'a'.repeat(149)}`);
  await test.expectNothingLeft();
});

it('nothing is kept of a plugin that is gone', async () => {
  const { test, host, logger } = await withLogger();
  await using _ = test;
  logger().error(new Error('once'));
  await test.folder.remove('demo');
  await host.rescan();
  expect(() => host.logs.read('demo')).toThrow(/no plugin "demo"/);
  await test.folder.write('demo', plugin('demo', keepsContext));
  await host.rescan();
  expect(host.logs.errors('demo')).toEqual([]);
  await test.expectNothingLeft();
});
