import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../protocol/json.ts';
import { expectCode, newPlugin, type OpenedStores, type OpenStores, uniquePluginName } from './opened-stores.ts';

const jsonValues: [string, Json][] = [
  ['null', null],
  ['false', false],
  ['zero', 0],
  ['a fraction', 0.1 + 0.2],
  ['the largest number', Number.MAX_VALUE],
  ['the smallest number', Number.MIN_VALUE],
  ['an integer beyond 2^53', 2 ** 60],
  ['an empty text', ''],
  ['a text that looks like JSON', '{"a":1}'],
  ['a text with quotes, backslashes and controls', '"\\\b\f\n\r\t\u0001\u001f\u2028'],
  ['a text that spells an escape', String.raw`\u0000 \ud800`],
  ['a text with emoji and right-to-left letters', '👩‍👩‍👧‍👦 שלום e\u0301'],
  ['an empty list', []],
  ['an empty object', {}],
  ['a nested object', { list: [1, [2, [3, { deep: null }]]], '': { ' ': '' } }],
];

/** The promises of every key-value store; call it from a test file with the stores to be tested. */
export function describeDocumentStore(name: string, open: OpenStores): void {
  describe(`${name}: document store`, () => {
    let opened: OpenedStores;
    let plugin: string;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());
    beforeEach(async () => {
      plugin = uniquePluginName();
      await opened.stores.plugins.add(newPlugin(plugin), []);
    });

    const set = (key: string, value: Json): Promise<void> =>
      opened.stores.documents.set(plugin, key, JSON.stringify(value));
    const get = (key: string): Promise<Json> => opened.stores.documents.get(plugin, key);
    const list = (prefix: string): Promise<string[]> => opened.stores.documents.list(plugin, prefix);
    const remove = (key: string): Promise<boolean> => opened.stores.documents.delete(plugin, key);

    describe('values', () => {
      it('a key that was never set is null', async () => {
        expect(await get('nothing')).toBeNull();
      });

      it.each(jsonValues)('%s comes back as it was', async (_, value) => {
        await set('key', value);
        expect(await get('key')).toStrictEqual(value);
      });

      it('a value of 300 kB comes back as it was', async () => {
        const value = { rows: Array.from({ length: 3000 }, (_, id) => ({ id, text: 'äöü'.repeat(30) })) };
        expect(JSON.stringify(value).length).toBeGreaterThan(300_000);
        await set('large', value);
        expect(await get('large')).toStrictEqual(value);
      });

      it('a member called __proto__ is kept as a member', async () => {
        await opened.stores.documents.set(plugin, 'key', '{"__proto__":{"admin":true},"constructor":1}');
        const value = await get('key');
        expect(Object.keys(value ?? {}).toSorted()).toEqual(['__proto__', 'constructor']);
        expect(value).not.toHaveProperty('admin');
      });

      it('a value that is set again replaces the old one', async () => {
        await set('key', { first: true });
        await set('key', ['second']);
        expect(await get('key')).toEqual(['second']);
      });

      it('a stored null is a value: it is listed and can be deleted', async () => {
        await set('key', null);
        expect(await list('')).toEqual(['key']);
        expect(await remove('key')).toBe(true);
      });

      it('what is read is a copy: writing into it does not reach the store', async () => {
        await set('key', { list: [1] });
        Object.assign((await get('key')) ?? {}, { list: [2] });
        expect(await get('key')).toEqual({ list: [1] });
      });

      it.each([
        ['a NUL character', '"a\\u0000b"'],
        ['a NUL character in a member name', '{"a\\u0000b":1}'],
        ['an unpaired surrogate', '"\\ud800"'],
        ['text that is not JSON', '{a:1}'],
        ['no text at all', ''],
      ])('%s is refused with STORAGE_VALUE_INVALID, and the old value stays', async (_, text) => {
        await set('key', 'old');
        await expectCode(opened.stores.documents.set(plugin, 'key', text), 'STORAGE_VALUE_INVALID');
        expect(await get('key')).toBe('old');
        await set('key', 'new');
        expect(await get('key')).toBe('new');
      });
    });

    describe('depth', () => {
      const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

      it('a value nested 1000 levels deep comes back as it was', async () => {
        await opened.stores.documents.set(plugin, 'deep', nested(1000));
        expect(JSON.stringify(await get('deep'))).toBe(nested(1000));
      });

      it('a deeper one is refused with STORAGE_VALUE_INVALID at once, however deep', async () => {
        for (const text of [nested(1001), nested(100_000), '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000)]) {
          await expectCode(opened.stores.documents.set(plugin, 'deep', text), 'STORAGE_VALUE_INVALID');
        }
        expect(await get('deep')).toBeNull();
      });

      it('brackets in texts and after each other are no depth', async () => {
        const value = ['['.repeat(5000), '\\"' + '{'.repeat(5000), ...Array.from({ length: 2000 }, () => [])];
        await set('flat', value);
        expect(await get('flat')).toEqual(value);
      });
    });

    describe('keys', () => {
      it.each([
        'constructor',
        '__proto__',
        'toString',
        'a/b',
        '../..',
        ' ',
        'ключ',
        '钥匙🔑',
        "'; DROP TABLE plugins --",
      ])('the key %j is a key like any other', async (key) => {
        expect(await get(key)).toBeNull();
        await set(key, { of: key });
        expect(await get(key)).toEqual({ of: key });
        expect(await list('')).toEqual([key]);
        expect(await remove(key)).toBe(true);
        expect(await get(key)).toBeNull();
      });

      it('a key of 512 characters of any script can be used', async () => {
        const key = '鍵'.repeat(512);
        await set(key, 1);
        expect(await list('鍵')).toEqual([key]);
      });

      it('keys differ by case, accents and spaces, and composed letters are not decomposed', async () => {
        const keys = ['key', 'KEY', 'kéy', 'ke\u0301y', 'key '];
        for (const key of keys) await set(key, key);
        for (const key of keys) expect(await get(key)).toBe(key);
      });

      it.each(['a\0b', '\ud800', 'a\udfffb'])('the key %j is refused with STORAGE_KEY_INVALID', async (key) => {
        await expectCode(set(key, 1), 'STORAGE_KEY_INVALID');
        await expectCode(get(key), 'STORAGE_KEY_INVALID');
        await expectCode(remove(key), 'STORAGE_KEY_INVALID');
        await expectCode(list(key), 'STORAGE_KEY_INVALID');
        expect(await list('')).toEqual([]);
      });
    });

    describe('listing', () => {
      it('a prefix is taken literally, also with %, _, * and backslash', async () => {
        const keys = ['100%', '100% sure', '100x', 'a_b', 'axb', 'a*b', 'a\\b', 'a\\%b'];
        for (const key of keys) await set(key, 1);
        expect(await list('100%')).toEqual(['100%', '100% sure']);
        expect(await list('a_')).toEqual(['a_b']);
        expect(await list('a*')).toEqual(['a*b']);
        expect(await list('a\\')).toEqual(['a\\%b', 'a\\b']);
        expect(await list('%')).toEqual([]);
        expect(await list('')).toHaveLength(keys.length);
      });

      it('keys come in code point order, whatever the language of the database', async () => {
        const keys = ['B', 'a', 'a-b', 'aB', 'ab', 'b', 'é', '\uffee', '😀'];
        for (const key of keys.toReversed()) await set(key, 1);
        expect(await list('')).toEqual(keys);
      });

      it('a prefix that nothing begins with gives an empty list', async () => {
        await set('key', 1);
        expect(await list('key/')).toEqual([]);
      });
    });

    describe('deleting', () => {
      it('tells whether there was a value', async () => {
        await set('key', 1);
        expect(await remove('key')).toBe(true);
        expect(await remove('key')).toBe(false);
      });

      it('leaves other keys alone', async () => {
        await set('a', 1);
        await set('ab', 2);
        await remove('a');
        expect(await list('')).toEqual(['ab']);
      });
    });

    describe('plugins', () => {
      it('two plugins never see each other', async () => {
        const other = uniquePluginName();
        await opened.stores.plugins.add(newPlugin(other), []);
        await set('key', 'mine');
        await opened.stores.documents.set(other, 'key', '"theirs"');
        await opened.stores.documents.set(other, 'only', '1');
        expect(await get('key')).toBe('mine');
        expect(await list('')).toEqual(['key']);
        expect(await remove('only')).toBe(false);
        expect(await opened.stores.documents.get(other, 'key')).toBe('theirs');
      });

      it('a value for a plugin without a record is refused with PLUGIN_NOT_FOUND, so nothing outlives a removal', async () => {
        await set('key', 1);
        await opened.stores.plugins.remove(plugin, []);
        await expectCode(set('key', 2), 'PLUGIN_NOT_FOUND');
        expect(await get('key')).toBeNull();
        expect(await list('')).toEqual([]);
        expect(await remove('key')).toBe(false);
      });
    });

    describe('at once', () => {
      it('twenty writes of one key leave one of them, whole', async () => {
        const values = Array.from({ length: 20 }, (_, index) => ({ index, again: index, text: 'x'.repeat(5000) }));
        await Promise.all(values.map((value) => set('key', value)));
        expect(values).toContainEqual(await get('key'));
      });

      it('a write that has resolved is seen by the next read while other writes run', async () => {
        const noise = Array.from({ length: 30 }, (_, index) => set(`noise-${index}`, index));
        for (let round = 0; round < 10; round += 1) {
          await set('key', round);
          expect(await get('key')).toBe(round);
        }
        await Promise.all(noise);
        expect(await list('noise-')).toHaveLength(30);
      });
    });
  });
}
