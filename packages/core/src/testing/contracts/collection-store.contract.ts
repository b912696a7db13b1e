import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Collection, Filter } from '../../capabilities/collections/collection-types.ts';
import { openCollection } from './opened-collection.ts';
import { expectCode, newPlugin, type OpenedStores, type OpenStores, uniquePluginName } from './opened-stores.ts';

const people = [
  { _id: 'ada', name: 'Ada', age: 36, tags: ['math', 'code'], address: { city: 'London', lines: ['St James', '12'] } },
  { _id: 'bob', name: 'bob', age: 9, tags: [], address: { city: null } },
  { _id: 'cy', name: 'Čy', age: '36', tags: 'math', address: { city: 'Łódź' }, admin: true },
  { _id: 'dee', name: '😀', age: null, tags: [['math'], { a: 1, b: [2] }], admin: false },
  { _id: 'eve', name: '\uffee', note: 'first line\nsecond line', tags: [1, null] },
];

/** Filters, and the ids of those that they mean. */
const meanings: [string, Filter, string[]][] = [
  ['nothing said: all', {}, ['ada', 'bob', 'cy', 'dee', 'eve']],
  ['an equal value', { name: 'Ada' }, ['ada']],
  ['a number is no text', { age: 36 }, ['ada']],
  ['null where it is stored, and where nothing is', { age: null }, ['dee', 'eve']],
  ['a dotted path', { 'address.city': 'London' }, ['ada']],
  ['null below what is no object', { 'name.first': null }, ['ada', 'bob', 'cy', 'dee', 'eve']],
  ['an entry of a list, or the value itself', { tags: 'math' }, ['ada', 'cy']],
  ['a list as an entry or as a whole', { tags: ['math'] }, ['dee']],
  ['a whole list', { tags: ['math', 'code'] }, ['ada']],
  ['an object in any order of its members', { tags: { b: [2], a: 1 } }, ['dee']],
  ['no object that has more members', { tags: { a: 1 } }, []],
  ['a place in a list', { 'address.lines.1': '12' }, ['ada']],
  ['no place from the end of a list', { 'address.lines.-1': '12' }, []],
  ['$ne: also where nothing is', { 'address.city': { $ne: 'London' } }, ['bob', 'cy', 'dee', 'eve']],
  ['$eq null in a list', { tags: { $eq: null } }, ['eve']],
  ['$in', { age: { $in: [36, null] } }, ['ada', 'dee', 'eve']],
  ['$in of nothing', { age: { $in: [] } }, []],
  ['$in against entries of lists', { tags: { $in: ['code', 1] } }, ['ada', 'eve']],
  ['$nin', { tags: { $nin: ['math', 1] } }, ['bob', 'dee']],
  ['$gt compares numbers with numbers', { age: { $gt: 9 } }, ['ada']],
  ['$gte and $lte together', { age: { $gte: 9, $lte: 36 } }, ['ada', 'bob']],
  ['$gt compares texts with texts', { age: { $gt: '3' } }, ['cy']],
  ['$lt by code points', { name: { $lt: '😀', $gte: '\uffee' } }, ['eve']],
  ['$gt does not look into lists', { tags: { $gt: 0 } }, []],
  ['$exists: null is a value', { age: { $exists: true } }, ['ada', 'bob', 'cy', 'dee']],
  ['$exists false', { admin: { $exists: false } }, ['ada', 'bob', 'eve']],
  ['$regex is found anywhere', { name: { $regex: 'o' } }, ['bob']],
  ['$regex that ignores case', { name: { $regex: '^(ADA|BOB)$', $options: 'i' } }, ['ada', 'bob']],
  ['$regex that ignores the case of any letter', { 'address.city': { $regex: 'łóDŹ', $flags: 'i' } }, ['cy']],
  ['$regex of a whole character beyond U+FFFF', { name: { $regex: '^.$' } }, ['dee', 'eve']],
  ['$regex: a dot finds no end of a line', { note: { $regex: 'line.second' } }, []],
  ['$regex: with s it does', { note: { $regex: 'line.second', $options: 's' } }, ['eve']],
  ['$regex: $ is the end of the text', { note: { $regex: 'line$' } }, ['eve']],
  ['$regex: $ is not the end of a line', { note: /first line$/ }, []],
  ['$regex: with m it is', { note: /^second line$|^first line$/m }, ['eve']],
  ['$regex: with m a line begins after each end of one', { note: { $regex: '^second', $flags: 'm' } }, ['eve']],
  ['$regex of a word', { 'address.city': /\bLon(?=d)|\Bdon\b/ }, ['ada']],
  ['$regex of no word', { note: /\bine|\B(?:line|first)/ }, []],
  ['$regex that looks around', { name: /^(?!A).*(?<!\d)b$/ }, ['bob']],
  ['$regex in a list', { tags: /^co/ }, ['ada']],
  ['$or', { $or: [{ name: 'Ada' }, { admin: true }] }, ['ada', 'cy']],
  ['$or of nothing', { $or: [] }, []],
  ['$and of nothing', { $and: [] }, ['ada', 'bob', 'cy', 'dee', 'eve']],
  ['$and', { $and: [{ tags: 'math' }, { tags: 'code' }] }, ['ada']],
  ['$not of a condition: also where nothing is', { age: { $not: { $gt: 9 } } }, ['bob', 'cy', 'dee', 'eve']],
  ['$not of a filter', { $not: { tags: 'math', admin: { $exists: false } } }, ['bob', 'cy', 'dee', 'eve']],
  ['several at once: all of them', { name: 'Ada', age: { $gt: 50 } }, []],
  ['an id', { _id: 'bob' }, ['bob']],
  ['text of SQL is text', { name: "'; DROP TABLE plugins --" }, []],
  ['a path with quotes is a path', { 'a\'b"c': { $exists: true } }, []],
];

/** The promises of every collection store; call it from a test file with the stores to be tested. */
export function describeCollectionStore(name: string, open: OpenStores): void {
  describe(`${name}: collection store`, () => {
    let opened: OpenedStores;
    let plugin: string;
    let things: Collection;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());
    beforeEach(async () => {
      plugin = uniquePluginName();
      await opened.stores.plugins.add(newPlugin(plugin), []);
      things = openCollection(opened.stores, plugin);
    });

    describe('filters', () => {
      it.each(meanings)('%s', async (_, filter, expected) => {
        await things.insertMany(people);
        expect((await things.find(filter)).map(({ _id }) => _id)).toEqual(expected);
        expect(await things.count(filter)).toBe(expected.length);
      });
    });

    describe('order', () => {
      const idsBy = async (sort: string, options = {}): Promise<string[]> =>
        (await things.find({}, { sort, ...options })).map(({ _id }) => _id);

      it('is that of the insertion when nothing is said, also after updates', async () => {
        await things.insertMany(people.toReversed());
        await things.update({ _id: 'eve' }, { seen: 1 });
        expect((await things.find()).map(({ _id }) => _id)).toEqual(['eve', 'dee', 'cy', 'bob', 'ada']);
      });

      it('puts nothing first, then numbers, texts by code points, false, true, and all else', async () => {
        const values = [{ z: 1 }, true, '😀', 'b', 10, null, [2], false, '\uffee', 'B', 9, -1.5];
        await things.insertMany(values.map((value, index) => ({ _id: `${index}`, value })));
        await things.insert({ _id: 'none' });
        expect(await idsBy('value')).toEqual(['5', 'none', '11', '10', '4', '9', '3', '8', '2', '7', '1', '0', '6']);
        expect(await idsBy('-value')).toEqual(['0', '6', '1', '7', '2', '8', '3', '9', '4', '10', '11', '5', 'none']);
      });

      it('takes several paths, and gives a part', async () => {
        await things.insertMany([
          { _id: 'a', n: 1, m: { k: 2 } },
          { _id: 'b', n: 2, m: { k: 1 } },
          { _id: 'c', n: 1, m: { k: 1 } },
        ]);
        const sort = { n: -1, 'm.k': 1 } as const;
        expect((await things.find({}, { sort })).map(({ _id }) => _id)).toEqual(['b', 'c', 'a']);
        expect((await things.find({}, { sort, skip: 1, limit: 1 })).map(({ _id }) => _id)).toEqual(['c']);
        expect(await things.find({}, { skip: 3 })).toEqual([]);
        expect((await things.findOne({ n: 1 }, { sort: '-_id' }))?._id).toBe('c');
      });
    });

    describe('writing', () => {
      it('a document comes back as it was given, with an id and times', async () => {
        const given = { text: '"\\\b\f\n\r\t\u2028😀', list: [1, [null, { deep: {} }]], '': { 'a.b': 0.1 }, $x: 1e300 };
        const stored = await things.insert(given);
        expect(stored).toEqual({
          ...given,
          _id: expect.any(String),
          _createdAt: stored._createdAt,
          _updatedAt: stored._createdAt,
        });
        expect(await things.findOne({ _id: stored._id })).toEqual(stored);
      });

      it('what is found is a copy: writing into it does not reach the store', async () => {
        await things.insert({ _id: 'a', list: [1] });
        Object.assign((await things.findOne()) ?? {}, { list: [2] });
        expect((await things.findOne())?.['list']).toEqual([1]);
      });

      it('an id that is taken is refused with DOCUMENT_DUPLICATE, and then none of several is stored', async () => {
        await things.insert({ _id: 'a', first: true });
        const refusal = { code: 'DOCUMENT_DUPLICATE', details: { collection: 'things', fields: ['_id'] } };
        await expect(things.insert({ _id: 'a' })).rejects.toMatchObject(refusal);
        await expect(things.insertMany([{ _id: 'b' }, { _id: 'a' }])).rejects.toMatchObject(refusal);
        await expect(things.insertMany([{ _id: 'c' }, { _id: 'c' }])).rejects.toMatchObject(refusal);
        expect(await things.find({}, { projection: ['first'] })).toEqual([{ _id: 'a', first: true }]);
      });

      it('an update changes what matches and tells how many; updateOne the first', async () => {
        await things.insertMany([
          { _id: 'a', n: 1 },
          { _id: 'b', n: 1 },
          { _id: 'c', n: 2 },
        ]);
        expect(await things.update({ n: 1 }, { $inc: { n: 10 }, $set: { 'deep.er': true } })).toBe(2);
        expect(await things.updateOne({ n: 11 }, { $push: { list: 'x' } })).toBe(1);
        expect(await things.updateOne({ n: 99 }, { n: 0 })).toBe(0);
        expect(await things.find({}, { projection: ['n', 'deep', 'list'] })).toEqual([
          { _id: 'a', n: 11, deep: { er: true }, list: ['x'] },
          { _id: 'b', n: 11, deep: { er: true } },
          { _id: 'c', n: 2 },
        ]);
      });

      it('an update that fails at one document changes none', async () => {
        await things.insertMany([
          { _id: 'a', n: 1 },
          { _id: 'b', n: 'text' },
        ]);
        await expectCode(things.update({}, { $inc: { n: 1 } }), 'UPDATE_INVALID');
        expect(await things.find({}, { projection: ['n'] })).toEqual([
          { _id: 'a', n: 1 },
          { _id: 'b', n: 'text' },
        ]);
      });

      it('deleting takes what matches away and tells how many; deleteOne the first', async () => {
        await things.insertMany([{ _id: 'a', n: 1 }, { _id: 'b', n: 1 }, { _id: 'c', n: 1 }, { _id: 'd' }]);
        expect(await things.deleteOne({ n: 1 })).toBe(1);
        expect(await things.delete({ n: 1 })).toBe(2);
        expect(await things.deleteMany({ n: 1 })).toBe(0);
        expect(await things.count()).toBe(1);
      });

      it('a document for a plugin without a record is refused with PLUGIN_NOT_FOUND, and nothing outlives a removal', async () => {
        await things.insert({ _id: 'a' });
        await opened.stores.plugins.remove(plugin, []);
        await expectCode(things.insert({ _id: 'b' }), 'PLUGIN_NOT_FOUND');
        expect(await things.find()).toEqual([]);
        expect(await things.update({}, { a: 1 })).toBe(0);
        expect(await things.delete({})).toBe(0);
        await opened.stores.plugins.add(newPlugin(plugin), []);
        expect(await things.count()).toBe(0);
      });

      it('plugins and collections are apart', async () => {
        const other = uniquePluginName();
        await opened.stores.plugins.add(newPlugin(other), []);
        const [theirs, others] = [
          openCollection(opened.stores, other),
          openCollection(opened.stores, plugin, 'others'),
        ];
        await things.insert({ _id: 'a', of: 'mine' });
        await theirs.insert({ _id: 'a', of: 'theirs' });
        await others.insert({ _id: 'a', of: 'others' });
        expect(await things.update({}, { seen: true })).toBe(1);
        expect(await others.delete({})).toBe(1);
        expect((await theirs.find()).map((document) => document['of'])).toEqual(['theirs']);
        expect((await things.find()).map((document) => document['of'])).toEqual(['mine']);
      });
    });

    describe('at once', () => {
      it('a thousand inserts leave a thousand documents', async () => {
        await Promise.all(Array.from({ length: 1_000 }, (_, n) => things.insert({ n })));
        expect(await things.count()).toBe(1_000);
        expect(new Set((await things.find()).map((document) => document['n'])).size).toBe(1_000);
      });

      it('a hundred increments and pushes of one document are all there', async () => {
        await things.insert({ _id: 'a', n: 0 });
        const change = (entry: number) => ({ $inc: { n: 1 }, $push: { list: entry } });
        const entries = Array.from({ length: 100 }, (_, entry) => entry);
        await Promise.all(entries.map((entry) => things.updateOne({ _id: 'a' }, change(entry))));
        const document = await things.findOne({ n: 100 });
        expect(new Set(document?.['list'] as number[])).toEqual(new Set(entries));
        expect(document?.['list']).toHaveLength(100);
      });

      it('updateOne gives each document to one taker only', async () => {
        await things.insertMany(Array.from({ length: 20 }, (_, n) => ({ n, taken: false })));
        const takers = Array.from({ length: 30 }, () =>
          things.updateOne({ taken: false }, { taken: true, $inc: { times: 1 } }),
        );
        const taken = await Promise.all(takers);
        expect(taken.reduce((sum, count) => sum + count, 0)).toBe(20);
        expect(await things.count({ times: 1 })).toBe(20);
      });
    });

    describe('indexes', () => {
      const declare = (unique: (string | string[])[], indexes: string[] = []): Promise<void> =>
        opened.stores.collections.declare(plugin, { things: { unique, indexes } });

      it('a unique index refuses a second document with DOCUMENT_DUPLICATE, by insert and by update', async () => {
        await declare(['mail', ['a', 'b.c']], ['n']);
        await things.insert({ _id: '1', mail: 'x', a: 1, b: { c: 1 } });
        const refusal = { code: 'DOCUMENT_DUPLICATE', details: { collection: 'things', fields: ['mail'] } };
        await expect(things.insert({ mail: 'x' })).rejects.toMatchObject(refusal);
        await expect(things.insertMany([{ mail: 'y' }, { mail: 'y' }])).rejects.toMatchObject(refusal);
        await expect(things.insert({ a: 1, b: { c: 1 } })).rejects.toMatchObject({ details: { fields: ['a', 'b.c'] } });
        await things.insert({ _id: '2', mail: 'y', a: 1, b: { c: 2 } });
        await expect(things.update({ _id: '2' }, { mail: 'x' })).rejects.toMatchObject(refusal);
        expect(await things.count()).toBe(2);
        expect((await things.findOne({ _id: '2' }))?.['mail']).toBe('y');
      });

      it('a document may keep its own values, and values are free again once nobody has them', async () => {
        await declare(['mail']);
        await things.insert({ _id: '1', mail: 'x' });
        expect(await things.update({}, { mail: 'x', n: 1 })).toBe(1);
        await things.update({}, { mail: 'y' });
        await things.insert({ _id: '2', mail: 'x' });
        await things.delete({ _id: '2' });
        await things.insert({ _id: '3', mail: 'x' });
        expect(await things.count()).toBe(2);
      });

      it('documents without one of the values, or with null, are not bound', async () => {
        await declare(['mail', ['a', 'b']]);
        await things.insertMany([{}, {}, { mail: null, a: 1 }, { mail: null, a: 1, b: null }]);
        expect(await things.count()).toBe(4);
      });

      it('values are equal as in filters: objects in any order, lists as a whole, numbers are no texts', async () => {
        await declare(['key']);
        await things.insertMany([{ key: 1 }, { key: '1' }, { key: [1] }, { key: { a: 1, b: 2 } }, { key: true }]);
        await expectCode(things.insert({ key: { b: 2, a: 1 } }), 'DOCUMENT_DUPLICATE');
        await expectCode(things.insert({ key: [1] }), 'DOCUMENT_DUPLICATE');
        expect(await things.count()).toBe(5);
      });

      it('values of any length can be unique', async () => {
        await declare(['key']);
        const text = 'ü'.repeat(20_000);
        await things.insert({ key: text });
        await things.insert({ key: `${text}x` });
        await expectCode(things.insert({ key: text }), 'DOCUMENT_DUPLICATE');
      });

      it('documents that contradict a new unique index make INDEX_CONFLICT; the other indexes are made', async () => {
        await things.insertMany([
          { mail: 'x', n: 1 },
          { mail: 'x', n: 2 },
        ]);
        const conflict = { code: 'INDEX_CONFLICT', details: { collection: 'things', fields: ['mail'] } };
        await expect(declare(['mail', 'n'])).rejects.toMatchObject(conflict);
        await things.insert({ mail: 'x' });
        await expectCode(things.insert({ n: 1 }), 'DOCUMENT_DUPLICATE');
      });

      it('declaring again is no change, and what is not declared any more is gone', async () => {
        await declare(['mail']);
        await things.insert({ mail: 'x' });
        await declare(['mail']);
        await expectCode(things.insert({ mail: 'x' }), 'DOCUMENT_DUPLICATE');
        await opened.stores.collections.declare(plugin, {});
        await things.insert({ mail: 'x' });
        expect(await things.count({ mail: 'x' })).toBe(2);
      });

      it('indexes of one plugin and collection do not bind others', async () => {
        const other = uniquePluginName();
        await opened.stores.plugins.add(newPlugin(other), []);
        await declare(['mail']);
        for (const collection of [
          openCollection(opened.stores, other),
          openCollection(opened.stores, plugin, 'others'),
        ]) {
          await collection.insertMany([{ mail: 'x' }, { mail: 'x' }]);
          expect(await collection.count()).toBe(2);
        }
      });

      it('names of fields with quotes and the like are names', async () => {
        await declare([`it's "a" \\ $1`], ['; DROP TABLE plugins']);
        await things.insert({ [`it's "a" \\ $1`]: 1 });
        await expectCode(things.insert({ [`it's "a" \\ $1`]: 1 }), 'DOCUMENT_DUPLICATE');
      });
    });
  });
}
