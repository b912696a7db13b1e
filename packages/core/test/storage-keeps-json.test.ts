import { describe, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, rejection, type Probe } from './support/probe.ts';

interface Context {
  getStorage(key: unknown): Promise<unknown>;
  setStorage(key: unknown, value: unknown): Promise<void>;
  deleteStorage(key: unknown): Promise<boolean>;
  listStorage(prefix?: unknown): Promise<string[]>;
}

const keeper = (name: string) => plugin(name, `export default { onLoad(ctx) { ctx.db.kept['${name}'] = ctx; } };`);

async function setUp(): Promise<TestHost & { probe: Probe; ctx: Context; other: Context }> {
  const probe = createProbe();
  const test = await createTestHost({
    db: probe,
    storage: { maxValueBytes: 1_000 },
    plugins: { demo: keeper('demo'), other: keeper('other') },
  });
  return Object.assign(test, { probe, ctx: probe.kept['demo'] as Context, other: probe.kept['other'] as Context });
}

describe('storage', () => {
  it.each<unknown>([
    null,
    true,
    false,
    0,
    -1.5,
    1e300,
    '',
    'text',
    'ünïcödé 🎉',
    [],
    [1, [2, [null]]],
    {},
    { a: { b: ['c'] } },
    { __proto__: null, constructor: 1 },
  ])('gives back %j as it was given', async (value) => {
    await using test = await setUp();
    await test.ctx.setStorage('key', value);
    expect(await test.ctx.getStorage('key')).toEqual(value);
  });

  it('has null for a key that was never set, and for one that was deleted', async () => {
    await using test = await setUp();
    expect(await test.ctx.getStorage('key')).toBeNull();
    await test.ctx.setStorage('key', 1);
    expect(await test.ctx.deleteStorage('key')).toBe(true);
    expect(await test.ctx.deleteStorage('key')).toBe(false);
    expect(await test.ctx.getStorage('key')).toBeNull();
  });

  it('gives a copy: changing it changes nothing that is stored', async () => {
    await using test = await setUp();
    const value = { list: [1] };
    await test.ctx.setStorage('key', value);
    value.list.push(2);
    ((await test.ctx.getStorage('key')) as typeof value).list.push(3);
    expect(await test.ctx.getStorage('key')).toEqual({ list: [1] });
  });

  it.each(['', 'a'.repeat(513), 'a\u0000b', '\ud800', undefined, null, 5, {}])(
    'refuses the key %o with STORAGE_KEY_INVALID, naming the plugin',
    async (key) => {
      await using test = await setUp();
      const refusal = { code: 'STORAGE_KEY_INVALID', plugin: 'demo' };
      expect(await rejection(test.ctx.getStorage(key))).toMatchObject(refusal);
      expect(await rejection(test.ctx.setStorage(key, 1))).toMatchObject(refusal);
      expect(await rejection(test.ctx.deleteStorage(key))).toMatchObject(refusal);
    },
  );

  it.each(['a'.repeat(512), '__proto__', 'constructor', '../other', 'a/b c', '🎉', '%', '_'])(
    'takes %s for a key, like any other',
    async (key) => {
      await using test = await setUp();
      expect(await test.ctx.getStorage(key)).toBeNull();
      await test.ctx.setStorage(key, 1);
      expect(await test.ctx.getStorage(key)).toBe(1);
      expect(await test.ctx.listStorage(key)).toEqual([key]);
      expect(await test.ctx.listStorage('x')).toEqual([]);
    },
  );

  it.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['a function', () => () => 1],
    ['a symbol', () => Symbol('a')],
    ['a bigint', () => 1n],
    ['NaN', () => Number.NaN],
    ['Infinity, deep inside', () => ({ a: [{ b: Infinity }] })],
    ['NUL', () => ({ a: 'x\u0000' })],
    ['NUL in a key', () => ({ 'x\u0000': 1 })],
    ['half of a surrogate pair', () => '\udc00'],
    [
      'a circle',
      () => {
        const circle: { self?: unknown } = {};
        circle.self = circle;
        return circle;
      },
    ],
    [
      'something whose toJSON throws',
      () => ({
        toJSON() {
          throw new Error('no');
        },
      }),
    ],
  ])('refuses %s with STORAGE_VALUE_INVALID, and keeps what was there', async (_what, make) => {
    await using test = await setUp();
    await test.ctx.setStorage('key', 'before');
    expect(await rejection(test.ctx.setStorage('key', make()))).toMatchObject({
      code: 'STORAGE_VALUE_INVALID',
      plugin: 'demo',
    });
    expect(await test.ctx.getStorage('key')).toBe('before');
  });

  it('takes the text of an escape as the letters that it is', async () => {
    await using test = await setUp();
    const value = { text: '\\u0000 \\ud800' };
    await test.ctx.setStorage('key', value);
    expect(await test.ctx.getStorage('key')).toEqual(value);
  });

  it('refuses a value over the limit in bytes, not in characters', async () => {
    await using test = await setUp();
    await test.ctx.setStorage('key', 'x'.repeat(998));
    expect(await rejection(test.ctx.setStorage('key', 'x'.repeat(999)))).toMatchObject({
      code: 'STORAGE_VALUE_TOO_LARGE',
      status: 413,
      plugin: 'demo',
    });
    expect(await rejection(test.ctx.setStorage('key', 'ü'.repeat(600)))).toMatchObject({
      code: 'STORAGE_VALUE_TOO_LARGE',
    });
    expect(await test.ctx.getStorage('key')).toBe('x'.repeat(998));
  });

  it('survives a reload, and is apart for each plugin', async () => {
    await using test = await setUp();
    await test.ctx.setStorage('key', 'mine');
    await test.other.setStorage('key', 'theirs');
    await test.host.reload('demo');
    expect(await (test.probe.kept['demo'] as Context).getStorage('key')).toBe('mine');
    expect(await test.other.getStorage('key')).toBe('theirs');
    await test.other.deleteStorage('key');
    expect(await test.ctx.getStorage('key')).toBe('mine');
  });

  it('lists keys by prefix, in order', async () => {
    await using test = await setUp();
    for (const key of ['user:2', 'user:10', 'user', 'other']) await test.ctx.setStorage(key, null);
    expect(await test.ctx.listStorage('user:')).toEqual(['user:10', 'user:2']);
    expect(await test.ctx.listStorage()).toEqual(['other', 'user', 'user:10', 'user:2']);
    expect(await test.other.listStorage()).toEqual([]);
    expect(await rejection(test.ctx.listStorage(5))).toMatchObject({ code: 'STORAGE_KEY_INVALID' });
  });

  it('keeps one whole value of a thousand written at once', async () => {
    await using test = await setUp();
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => test.ctx.setStorage('key', { index, twice: index * 2 })),
    );
    const { index, twice } = (await test.ctx.getStorage('key')) as { index: number; twice: number };
    expect(twice).toBe(index * 2);
  });
});
