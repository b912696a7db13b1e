import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Change, Filter, FindOptions, Json, JsonObject } from '../src/index.ts';
import { createKeeperHost } from './support/keepers.ts';
import { rejection } from './support/probe.ts';

const unchecked = <Type>(value: unknown): Type => value as Type;

describe('collections', () => {
  it('keep what a plugin inserts, with an id and the times of the host', async () => {
    await using test = await createKeeperHost();
    const at = new Date(test.clock.now()).toISOString();
    const stored = await test.things().insert({ title: 'first', due: new Date(0) as unknown as string });
    expect(stored).toEqual({
      title: 'first',
      due: '1970-01-01T00:00:00.000Z',
      _id: expect.any(String),
      _createdAt: at,
      _updatedAt: at,
    });
    test.clock.advance(1_000);
    await test.things().updateOne({ _id: stored._id }, { title: 'second' });
    const later = new Date(test.clock.now()).toISOString();
    expect(await test.things().findOne({ due: { $lt: new Date(1) } })).toEqual({
      ...stored,
      title: 'second',
      _updatedAt: later,
    });
    await test.expectNothingLeft();
  });

  it('survive a reload, and are apart for each plugin and name', async () => {
    await using test = await createKeeperHost();
    await test.things().insert({ of: 'demo' });
    await test.things('other').insert({ of: 'other' });
    await test.host.reload('demo');
    expect(await test.things().find({}, { projection: { of: 1, _id: 0 } })).toEqual([{ of: 'demo' }]);
    expect(await test.context('demo').collection('others').count()).toBe(0);
    await test.expectNothingLeft();
  });

  it('give copies: changing what was given or inserted changes nothing that is stored', async () => {
    await using test = await createKeeperHost();
    const given = { list: [1] };
    const stored = await test.things().insert(given);
    given.list.push(2);
    unchecked<number[]>(stored['list']).push(3);
    unchecked<number[]>((await test.things().findOne())?.['list']).push(4);
    const pushed = { deep: [1] };
    await test.things().update({}, { $push: { list: pushed }, $set: { pushed } });
    pushed.deep.push(2);
    expect(await test.things().findOne({}, { projection: { _id: 0, list: 1, pushed: 1 } })).toEqual({
      list: [1, { deep: [1] }],
      pushed: { deep: [1] },
    });
  });

  it('take objects of another realm', async () => {
    await using test = await createKeeperHost();
    await test.things().insert(vm.runInNewContext('({ a: [{ b: 1 }], at: new Date(0) })'));
    expect(await test.things().count(vm.runInNewContext('({ at: /^1970/, a: { $in: [{ b: 1 }] } })'))).toBe(1);
  });

  it.each(['a', 'A9', 'user-notes', 'a.b:c_d', '_meta', 'notes of ana@example', 'a/b', "o'neil", 'ä', 'x'.repeat(100)])(
    'take the name %j',
    async (name) => {
      await using test = await createKeeperHost();
      const named = test.context('demo').collection(name);
      await named.insert({ a: 1 });
      expect([await named.count(), await test.things().count()]).toEqual([1, 0]);
    },
  );

  it.each(['', ' ', 'a\nb', 'a\0', '\ud800', 'x'.repeat(101), undefined, null, 5])(
    'refuse the name %j with COLLECTION_INVALID',
    async (name) => {
      await using test = await createKeeperHost();
      const attempt = async () => test.context('demo').collection(unchecked(name));
      expect(await rejection(attempt())).toMatchObject({ code: 'COLLECTION_INVALID', plugin: 'demo' });
    },
  );

  it.each<[string, unknown, string]>([
    ['no object', 'text', 'DOCUMENT_INVALID'],
    ['a list', [], 'DOCUMENT_INVALID'],
    ['nothing', undefined, 'DOCUMENT_INVALID'],
    ['NaN', { a: Number.NaN }, 'DOCUMENT_INVALID'],
    ['NUL', { a: '\0' }, 'DOCUMENT_INVALID'],
    ['half of a surrogate pair in a name', { '\ud800': 1 }, 'DOCUMENT_INVALID'],
    ['a member called __proto__', JSON.parse('{"a":{"__proto__":1}}'), 'DOCUMENT_INVALID'],
    ['an id that is an object', { _id: {} }, 'DOCUMENT_INVALID'],
    ['an empty id', { _id: '' }, 'DOCUMENT_INVALID'],
    ['an id that is too long', { _id: 'x'.repeat(513) }, 'DOCUMENT_INVALID'],
    ['more levels than can be stored', deep(1_002), 'DOCUMENT_INVALID'],
    ['far more levels', deep(100_000), 'DOCUMENT_INVALID'],
    ['more bytes than may be', { a: 'ü'.repeat(600) }, 'DOCUMENT_TOO_LARGE'],
  ])('refuse %s, and then store nothing', async (_, document, code) => {
    await using test = await createKeeperHost({ storage: { maxValueBytes: 1_000 } });
    expect(await rejection(test.things().insert(unchecked(document)))).toMatchObject({ code, plugin: 'demo' });
    expect(await rejection(test.things().insertMany([{}, unchecked(document)]))).toMatchObject({ code });
    expect(await test.things().count()).toBe(0);
  });

  it('refuse a change that makes a document too deep', async () => {
    await using test = await createKeeperHost();
    await test.things().insert({ deep: deep(900) });
    expect(await rejection(test.things().update({}, { [`deep${'.a'.repeat(200)}.b`]: deep(900) }))).toMatchObject({
      code: 'DOCUMENT_INVALID',
    });
    expect(await test.things().count({ deep: deep(900) })).toBe(1);
  });

  it('refuse a change that makes a document too large', async () => {
    await using test = await createKeeperHost({ storage: { maxValueBytes: 1_000 } });
    await test.things().insert({ text: 'x'.repeat(800) });
    const grow = { $set: { more: 'x'.repeat(800) } };
    expect(await rejection(test.things().update({}, grow))).toMatchObject({ code: 'DOCUMENT_TOO_LARGE', status: 413 });
    expect(await test.things().count({ more: { $exists: true } })).toBe(0);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown operator, with the one that was meant', { a: { $gte: 1, $lessThan: 2 } }, /no operator \$lessThan/],
    ['a mistyped operator', { a: { $exist: true } }, /did you mean \$exists\?/],
    ['an unknown operator at the top', { $nor: [] }, /did you mean \$or\?/],
    ['operators beside plain members', { a: { $gt: 1, b: 2 } }, /beside the plain member "b"/],
    ['$in without a list', { a: { $in: 'x' } }, /\$in takes a list/],
    ['$or without a list', { $or: {} }, /\$or takes a list/],
    ['$gt of null', { a: { $gt: null } }, /takes a number, a text or a date/],
    ['$gt of an invalid date', { a: { $gt: new Date(Number.NaN) } }, /takes a number, a text or a date/],
    ['$lt of NaN', { a: { $lt: Number.NaN } }, /not a JSON number/],
    ['$not of a value', { a: { $not: 5 } }, /\$not takes a condition/],
    ['$options without $regex', { a: { $options: 'i' } }, /without \$regex/],
    ['$exists of a text', { a: { $exists: 'no' } }, /true or false/],
    ['an empty step', { 'a..b': 1 }, /a step is empty/],
    ['__proto__ in a path', { 'a.__proto__.b': 1 }, /__proto__/],
    ['NUL', { a: '\0' }, /NUL/],
    ['an id in place of a filter', 'abc', /a filter is an object/],
    ['a list', [{ a: 1 }], /not a list/],
    ['filters without end', nestedFilter(100), /nested/],
    ['too many conditions', { a: { $in: Array.from({ length: 2_000 }, () => 1) } }, /more than 1000 conditions/],
  ])('refuse %s with FILTER_INVALID', async (_, filter, message) => {
    await using test = await createKeeperHost();
    await test.things().insert({ a: 1 });
    for (const call of [
      () => test.things().find(unchecked<Filter>(filter)),
      () => test.things().count(unchecked<Filter>(filter)),
      () => test.things().update(unchecked<Filter>(filter), { a: 2 }),
      () => test.things().delete(unchecked<Filter>(filter)),
    ]) {
      const refusal = await rejection(call());
      expect(refusal).toMatchObject({ code: 'FILTER_INVALID', plugin: 'demo' });
      expect(refusal.message).toMatch(message);
    }
    expect(await test.things().count({ a: 1 })).toBe(1);
  });

  it('read undefined as null, and refuse to change and delete by it', async () => {
    await using test = await createKeeperHost();
    const { insertMany, find, findOne, count, update, deleteMany } = test.things();
    await insertMany([{ _id: 'a', of: 'ana' }, { _id: 'b' }, { _id: 'c', of: null }]);
    expect(await find({ of: undefined }, { projection: ['_id'] })).toEqual([{ _id: 'b' }, { _id: 'c' }]);
    expect(await count({ of: { $ne: undefined } })).toBe(1);
    expect(await count({ of: { $in: ['ana', undefined] } })).toBe(3);
    expect(await findOne({ _id: undefined })).toBeNull();
    for (const attempt of [update({ of: undefined }, { n: 1 }), deleteMany({ $or: [{ of: { $in: [undefined] } }] })])
      expect(await rejection(attempt)).toMatchObject({
        code: 'FILTER_INVALID',
        message: expect.stringContaining('is undefined'),
      });
    expect(await count()).toBe(3);
  });

  it('know a document by a number as by the same text', async () => {
    await using test = await createKeeperHost();
    expect(await test.things().insert({ _id: 7, n: 1 })).toMatchObject({ _id: '7' });
    expect((await test.things().insert({ _id: null }))._id).toHaveLength(36);
    expect(await test.things().findOne({ _id: 7 })).toMatchObject({ _id: '7' });
    expect(await test.things().count({ _id: { $in: [7, 8] } })).toBe(1);
    expect(await test.things().count({ _id: { $ne: 7 } })).toBe(1);
    expect(await test.things().update({ _id: 7 }, { _id: 7, n: 2 })).toBe(1);
    expect(await rejection(test.things().insert({ _id: '7' }))).toMatchObject({ code: 'DOCUMENT_DUPLICATE' });
  });

  it('have methods that work by themselves', async () => {
    await using test = await createKeeperHost();
    const { insert, insertMany, find, findOne, count, update, updateOne, ...rest } = test.things();
    const { delete: remove, deleteMany, deleteOne } = rest;
    await insert({ n: 1 });
    await insertMany([{ n: 2 }, { n: 3 }, { n: 4 }]);
    expect([await update({}, { $inc: { n: 1 } }), await updateOne({ n: 2 }, { m: 1 })]).toEqual([4, 1]);
    expect([(await find()).length, await count(), await findOne({ m: 1 })]).toMatchObject([4, 4, { n: 2 }]);
    expect([await deleteOne({ n: 2 }), await deleteMany({ n: 3 }), await remove({})]).toEqual([1, 1, 2]);
  });

  it('find everything without a filter, but change and delete nothing without one', async () => {
    await using test = await createKeeperHost();
    await test.things().insert({ a: 1 });
    expect(await test.things().find(undefined, { limit: 0 })).toHaveLength(1);
    expect(await test.things().count(null)).toBe(1);
    expect(await rejection(test.things().delete(unchecked(undefined)))).toMatchObject({ code: 'FILTER_INVALID' });
    expect(await rejection(test.things().update(unchecked(null), { a: 2 }))).toMatchObject({ code: 'FILTER_INVALID' });
    expect(await test.things().delete({})).toBe(1);
  });

  it.each<[string, unknown]>([
    ['a limit below 0', { limit: -1 }],
    ['a part of a document to skip', { skip: 0.5 }],
    ['an unknown direction', { sort: { a: 'up' } }],
    ['a sort that is a number', { sort: 1 }],
    ['a projection for and against', { projection: { a: 1, b: 0 } }],
    ['a projection that is a text', { projection: 'a' }],
  ])('refuse %s with FILTER_INVALID', async (_, options) => {
    await using test = await createKeeperHost();
    expect(await rejection(test.things().find({}, unchecked<FindOptions>(options)))).toMatchObject({
      code: 'FILTER_INVALID',
    });
  });

  it('sort by every way of saying it', async () => {
    await using test = await createKeeperHost();
    await test.things().insertMany([
      { _id: '1', n: 1 },
      { _id: '2', n: 2 },
    ]);
    const sorts: FindOptions['sort'][] = ['-n', { n: -1 }, { n: 'desc' }, ['-n'], [['n', -1]], [['n', 'desc'], '_id']];
    const lenient = [[{ n: -1 }, { m: 1 }], { m: undefined, n: 'DESC' }].map((sort) =>
      unchecked<FindOptions['sort']>(sort),
    );
    for (const sort of [...sorts, ...lenient]) expect((await test.things().findOne({}, { sort }))?._id).toBe('2');
  });

  it.each<[unknown, number]>([
    [{ limit: '1', skip: '1' }, 1],
    [{ limit: Infinity }, 3],
    [{ limit: undefined, skip: null, sort: null, projection: null }, 3],
    [{ projection: { a: undefined } }, 3],
    [null, 3],
  ])('take the options %j as they come from requests', async (options, found) => {
    await using test = await createKeeperHost();
    await test.things().insertMany([{}, {}, {}]);
    expect(await test.things().find({}, unchecked<FindOptions>(options))).toHaveLength(found);
  });

  it.each<[FindOptions['projection'], JsonObject]>([
    [['a'], { _id: 'x', a: 1 }],
    [
      { a: 1, 'b.c': true, _id: 0 },
      { a: 1, b: { c: 2 } },
    ],
    [
      { list: 0, b: 0, _createdAt: 0, _updatedAt: 0 },
      { _id: 'x', a: 1 },
    ],
    [{ 'list.k': 1, _id: 0 }, { list: [{ k: 1 }, {}] }],
    [{ 'list.k': 0, a: 0, b: 0, _id: 0, _createdAt: 0, _updatedAt: 0 }, { list: [{ m: 2 }, {}, 3] }],
    [{ _id: 1 }, { _id: 'x' }],
    [['nothing', 'a.b'], { _id: 'x' }],
  ])('give the members that the projection %j wants', async (projection, expected) => {
    await using test = await createKeeperHost();
    await test.things().insert({ _id: 'x', a: 1, b: { c: 2, d: 3 }, list: [{ k: 1, m: 2 }, {}, 3] });
    expect(await test.things().findOne({}, { projection })).toEqual(expected);
  });
});

describe('changes of documents', () => {
  const start = {
    _id: 'x',
    n: 1,
    text: 'a',
    list: [1, 2, { k: 1, m: 'a' }, { k: 2 }],
    deep: { er: { est: 1 } },
    nothing: null,
  };

  it.each<[string, Change, JsonObject]>([
    [
      'bare members are set',
      { n: 2, 'deep.er.est': 2, 'new.one': 1 },
      { n: 2, deep: { er: { est: 2 } }, new: { one: 1 } },
    ],
    ['bare members stand beside operators', { text: 'b', $inc: { n: 1 } }, { text: 'b', n: 2 }],
    ['dots inside values stay', { $set: { deep: { 'a.b': 1 } } }, { deep: { 'a.b': 1 } }],
    ['a place in a list is set', { 'list.0': 9, 'list.2.m': 'b' }, { list: [9, 2, { k: 1, m: 'b' }, { k: 2 }] }],
    ['what was null becomes an object', { 'nothing.a': 1 }, { nothing: { a: 1 } }],
    ['undefined is no value', { n: undefined, $set: { text: undefined } }, {}],
    ['a text of operators is a text', { text: '$inc' }, { text: '$inc' }],
    [
      '$inc',
      { $inc: { n: -2.5, other: 3, 'deep.count': 1 } },
      { n: -1.5, other: 3, deep: { er: { est: 1 }, count: 1 } },
    ],
    ['$push', { $push: { list: [3], other: 1 } }, { list: [...start.list, [3]], other: [1] }],
    ['$push of several', { $push: { list: { $each: [3, 4] } } }, { list: [...start.list, 3, 4] }],
    ['$pull of a value', { $pull: { list: 2, other: 1 } }, { list: [1, { k: 1, m: 'a' }, { k: 2 }] }],
    ['$pull by a condition', { $pull: { list: { $lte: 2 } } }, { list: [{ k: 1, m: 'a' }, { k: 2 }] }],
    ['$pull of what has the members', { $pull: { list: { k: 1 } } }, { list: [1, 2, { k: 2 }] }],
    [
      '$pull by conditions on members',
      { $pull: { list: { k: { $gte: 1 }, m: { $exists: false } } } },
      { list: [1, 2, { k: 1, m: 'a' }] },
    ],
    [
      'its own id may be written back, and times are those of the host',
      { _id: 'x', _createdAt: 'whenever', $set: { _updatedAt: 'whatever' }, n: 5 },
      { n: 5, _createdAt: '2026-01-01T00:00:00.000Z', _updatedAt: '2026-01-01T00:00:00.000Z' },
    ],
    ['an operator without operands is none', { $set: { n: 2 }, $unset: undefined }, { n: 2 }],
  ])('%s', async (_, change, expected) => {
    await using test = await createKeeperHost();
    await test.things().insert(start);
    expect(await test.things().update({}, change)).toBe(1);
    expect(await test.things().findOne()).toMatchObject({ ...start, ...expected });
  });

  it.each<[string, Change, string[]]>([
    ['an object', { $unset: { n: '', 'deep.er.est': 1, 'no.where': 1 } }, ['n']],
    ['a list', { $unset: ['n', 'text'] }, ['n', 'text']],
    ['a text', { $unset: 'n' }, ['n']],
  ])('$unset takes %s', async (_, change, gone) => {
    await using test = await createKeeperHost();
    await test.things().insert(start);
    await test.things().update({}, change);
    const document = (await test.things().findOne()) ?? {};
    expect(Object.keys(start).filter((member) => !Object.hasOwn(document, member))).toEqual(gone);
  });

  it('$unset of an entry leaves null, so that the others keep their places', async () => {
    await using test = await createKeeperHost();
    await test.things().insert({ list: [1, 2] });
    await test.things().update({}, { $unset: { 'list.0': 1, 'list.7': 1 } });
    expect((await test.things().findOne())?.['list']).toEqual([null, 2]);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown operator', { $rename: { a: 'b' } }, /no operator \$rename/],
    ['a mistyped operator', { $sett: { a: 1 } }, /did you mean \$set\?/],
    ['no object', 5, /a change is an object/],
    ['an operator without paths', { $set: 5 }, /\$set takes an object/],
    ['another id', { _id: 'y' }, /_id cannot be changed/],
    ['a step of the time of creation', { $inc: { _createdAt: 1 } }, /_createdAt is kept by the host/],
    ['taking the id away', { $unset: { _id: 1 } }, /_id is kept by the host/],
    ['a push to the time', { $push: { _updatedAt: 1 } }, /_updatedAt is kept by the host/],
    ['$inc of a text', { $inc: { text: 1 } }, /finds string there/],
    ['$inc by a text', { $inc: { n: '1' } }, /takes a number/],
    ['$inc beyond all numbers', { $inc: { n: Number.MAX_VALUE, huge: Number.MAX_VALUE } }, /leaves the range/],
    ['$push to a text', { $push: { text: 1 } }, /not a list/],
    ['$pull from a text', { $pull: { text: 'a' } }, /not a list/],
    ['an unknown part of $push', { $push: { list: { $each: [], $slice: 1 } } }, /no operator \$slice/],
    ['$each without a list', { $push: { list: { $each: 1 } } }, /\$each takes a list/],
    ['a path into a text', { 'text.a': 1 }, /leads into string/],
    ['a place beyond the end of a list', { 'list.9': 1 }, /no place in a list/],
    ['a name in a list', { 'list.a': 1 }, /no place in a list/],
    ['paths that overlap', { $set: { deep: 1 }, $inc: { 'deep.er': 1 } }, /overlap/],
    ['a path twice', { n: 1, $inc: { n: 1 } }, /overlap/],
    ['__proto__', { $set: { '__proto__.a': 1 } }, /__proto__/],
    ['__proto__ in a value', { a: JSON.parse('{"__proto__":{}}') }, /__proto__/],
    ['what is no JSON', { a: () => 1 }, /cannot be stored/],
  ])('%s is refused with UPDATE_INVALID, and nothing is changed', async (_, change, message) => {
    await using test = await createKeeperHost();
    const before = await test.things().insert({ ...start, huge: Number.MAX_VALUE });
    const refusal = await rejection(test.things().update({}, unchecked<Change>(change)));
    expect(refusal).toMatchObject({ code: 'UPDATE_INVALID', plugin: 'demo' });
    expect(refusal.message).toMatch(message);
    expect(await test.things().findOne()).toEqual(before);
    expect(({} as { a?: number }).a).toBeUndefined();
  });
});

describe('patterns', () => {
  it.each<[string, string, string, boolean]>([
    ['a{2,3}b', '', 'xaab', true],
    ['^[a-c_-]+$', '', 'a-_b', true],
    ['[\\w-.]+@', '', 'a.b-c@', true],
    ['^\\s$', '', '\u00a0', true],
    ['^\\D\\W\\S$', '', 'a-b', true],
    ['\\x41\\u0042\\t', '', 'AB\t', true],
    ['a{', '', 'xa{', true],
    ['^(a|b)*?c', '', 'abac', true],
    ['ÄÖ', 'i', 'xäöx', true],
    ['[α-ω]', 'i', 'Σ', true],
    ['k', 'i', '\u212a', false],
    ['^[^a]$', 'i', 'A', false],
    ['', '', '', true],
    ['a.c', 'gu', 'a\nc', false],
    ['\\bword\\b', '', 'a word.', true],
    ['\\bword\\b', 'i', 'SWORDS', false],
    ['\\Bor\\B', '', 'word', true],
    ['^b$', 'm', 'a\nb\nc', true],
    ['^b$', '', 'a\nb\nc', false],
    ['^(?=.*a)(?!.*c).+$', 'd', 'ba', true],
    ['^(?=.*a)(?!.*c).+$', 'd', 'bac', false],
    ['(?<=€)5(?<!65)', '', '€5', true],
    ['(?<year>\\d{4})', '', '2026', true],
  ])('/%s/%s tried on %j gives what it says', async (pattern, flags, text, found) => {
    await using test = await createKeeperHost();
    await test.things().insert({ text });
    expect(await test.things().count({ text: { $regex: pattern, $options: flags } })).toBe(found ? 1 : 0);
  });

  it.each<[string, string, RegExp]>([
    ['(?=a)*', '', /cannot be repeated/],
    ['\\b+', '', /an anchor cannot be repeated/],
    ['[\\b]', '', /\\b is not supported/],
    ['(?i)a', '', /no group that begins with/],
    ['(a)\\1', '', /\\1 is not supported/],
    ['\\p{L}', 'u', /\\p is not supported/],
    ['[\\D]', '', /\\D is not supported/],
    ['*a', '', /nothing to repeat/],
    ['a**', '', /nothing to repeat/],
    ['^*', '', /an anchor cannot be repeated/],
    ['(a', '', /a group has no end/],
    ['a)', '', /closes nothing/],
    ['[a', '', /a class has no end/],
    ['[]', '', /not supported/],
    ['[z-a]', '', /ends before it begins/],
    ['a{2,1}', '', /wrong order/],
    ['a{300}', '', /beyond 255/],
    ['((a{200}){200}){200}', '', /repeats too much/],
    ['\\', '', /ends with a backslash/],
    ['\\u0000', '', /NUL/],
    ['a\0', '', /NUL/],
    ['x'.repeat(501), '', /more than 500 characters/],
    ['('.repeat(200), '', /nested too deep/],
    ['[\\u0000-\\uffff]', 'i', /NUL/],
    ['[\\u0001-\\ud7ff]', 'i', /too wide/],
    ['a', 'y', /the flag "y"/],
  ])('/%s/%s is refused with FILTER_INVALID', async (pattern, flags, message) => {
    await using test = await createKeeperHost();
    const refusal = await rejection(test.things().find({ text: { $regex: pattern, $options: flags } }));
    expect(refusal.code).toBe('FILTER_INVALID');
    expect(refusal.message).toMatch(message);
  });
});

function deep(levels: number): Json {
  let value: Json = 1;
  for (let level = 1; level < levels; level += 1) value = { a: value };
  return value;
}

function nestedFilter(levels: number): unknown {
  let filter: unknown = { a: 1 };
  for (let level = 0; level < levels; level += 1) filter = { $not: filter };
  return filter;
}
