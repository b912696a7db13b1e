import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStores, type Change, type Filter, type JsonObject } from '../src/index.ts';
import type { Collection } from '../src/capabilities/collections/collection-types.ts';
import { someFilter } from '../src/testing/contracts/arbitrary-collections.ts';
import { openCollection } from '../src/testing/contracts/opened-collection.ts';
import { newPlugin } from '../src/testing/contracts/opened-stores.ts';
import { fuzzing, nastyJson, nastyStrings } from './support/fuzzing.ts';
import { rejection } from './support/probe.ts';

const documents: JsonObject[] = [
  { _id: '1', a: 1, b: { c: ['x', 2] } },
  { _id: '2', a: 'text', b: null },
  { _id: '3', constructor: 1, toString: 'text' },
];

async function newCollection(): Promise<Collection> {
  const stores = createMemoryStores();
  await stores.plugins.add(newPlugin('demo'), []);
  const things = openCollection(stores, 'demo');
  await things.insertMany(documents);
  return things;
}

const nested = (depth: number, wrap: (inner: unknown) => unknown, innermost: unknown): unknown => {
  let value = innermost;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
};
const circle: Record<string, unknown> = {};
circle['again'] = circle;

const texts = fc.constantFrom('', 'a', '$gt', '1');
const noObject = fc.constantFrom<unknown>(null, 0, 1, true, 'a', '', [], [{}], Number.NaN, 1n, new Date(0), /a/);
const noValue = fc.constantFrom<unknown>(() => 1, Symbol('s'), 1n, circle, Number.NaN, Infinity, '\ud800', 'a\0');
const deep = fc.constantFrom(1_100, 5_000).map((depth) => nested(depth, (b) => ({ b }), 1));
const known = ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$exists', '$regex', '$options', '$flags'];
const unknownName = fc
  .oneof(
    fc.constantFrom('$where', '$expr', '$GT', '$', '$$', '$ gt', '$__proto__', '$constructor', '$eq ', '$all', '$size'),
    nastyStrings.map((name) => `$${name}`),
  )
  .filter((name) => ![...known, '$not', '$and', '$or'].includes(name));
const badPath = fc.constantFrom(
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  '__proto__',
  'a.__proto__',
  '__proto__.a',
  'x'.repeat(513),
);

/** One member, own whatever its name is. */
const member = (key: string, value: unknown): unknown =>
  Object.defineProperty({}, key, { value, enumerable: true, configurable: true, writable: true });

/** Conditions that are none. */
const badCondition: fc.Arbitrary<unknown> = fc.oneof(
  noValue,
  deep,
  fc.tuple(unknownName, nastyJson).map(([name, operand]) => member(name, operand)),
  fc.constantFrom('$eq', '$ne').chain((name) => fc.oneof(noValue, deep).map((operand) => ({ [name]: operand }))),
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), fc.constantFrom(null, true, [], {}, [1], { a: 1 }))
    .map(([name, operand]) => ({ [name]: operand })),
  fc
    .tuple(fc.constantFrom('$in', '$nin'), fc.constantFrom(null, 1, 'a', {}, { 0: 1, length: 1 }))
    .map(([name, operand]) => ({ [name]: operand })),
  fc.tuple(fc.constantFrom('$in', '$nin'), noValue).map(([name, operand]) => ({ [name]: [1, operand] })),
  fc.constantFrom(null, 'true', 2, [], {}).map((operand) => ({ $exists: operand })),
  fc.constantFrom<unknown>(1, null, [], {}, '(', '[', '*', '\\', '(a+)+$(').map((operand) => ({ $regex: operand })),
  fc.constantFrom<unknown>('x', 'gx', 1, 'i i').map((options) => ({ $regex: 'a', $options: options })),
  texts.map((options) => ({ $options: options })),
  fc.constantFrom<unknown>(1, 'a', null, [], {}, { a: 1 }).map((operand) => ({ $not: operand })),
  texts.map((text) => ({ $gt: 1, [`plain${text}`]: 1 })),
  fc.constantFrom(33, 1_000, 20_000).map((depth) => nested(depth, ($not) => ({ $not }), { $gt: 1 })),
  fc.constant({ $in: Array.from({ length: 1_100 }, (_, number) => number) }),
);

/** Filters that are none, as they are or somewhere in one that is. */
const badFilter: fc.Arbitrary<unknown> = fc
  .oneof(
    badCondition.map((condition) => ({ a: condition })),
    badCondition.map((condition) => ({ 'b.c': condition, a: 1 })),
    fc.tuple(badPath, nastyJson).map(([path, value]) => member(path, value)),
    fc.tuple(unknownName, nastyJson).map(([name, operand]) => member(name, operand)),
    fc
      .tuple(fc.constantFrom('$and', '$or'), fc.constantFrom<unknown>(null, 1, 'a', {}, { 0: {}, length: 1 }))
      .map(([name, operand]) => ({ [name]: operand })),
    fc.tuple(fc.constantFrom('$and', '$or'), noObject).map(([name, operand]) => ({ [name]: [{ a: 1 }, operand] })),
    noObject.map((operand) => ({ $not: operand })),
    fc.constantFrom(40, 1_000, 20_000).chain((depth) =>
      fc
        .constantFrom<(inner: unknown) => unknown>(
          (inner) => ({ $and: [inner] }),
          (inner) => ({ $or: [{ a: 1 }, inner] }),
          (inner) => ({ $not: inner }),
        )
        .map((wrap) => nested(depth, wrap, {})),
    ),
  )
  .chain((bad) =>
    fc.oneof(
      fc.constant(bad),
      someFilter.map((good) => ({ $and: [good, bad] })),
      someFilter.map((good) => ({ $or: [bad, good] })),
      fc.constant({ $not: bad }),
    ),
  );

const change: Change = { $set: { changed: true } };
const questions: ReadonlyArray<(things: Collection, filter: Filter) => Promise<unknown>> = [
  (things, filter) => things.find(filter),
  (things, filter) => things.findOne(filter),
  (things, filter) => things.count(filter),
  (things, filter) => things.update(filter, change),
  (things, filter) => things.updateOne(filter, change),
  (things, filter) => things.delete(filter),
  (things, filter) => things.deleteMany(filter),
  (things, filter) => things.deleteOne(filter),
];

describe('filters of any kind', () => {
  it('that are wrong in any place are refused with what is wrong, by each question and change, and mean no document', async () => {
    const property = fc.asyncProperty(badFilter, fc.constantFrom(...questions), async (filter, ask) => {
      const things = await newCollection();
      const before = await things.find();
      const { code, message } = await rejection(ask(things, filter as Filter));
      expect(code).toBe('FILTER_INVALID');
      expect(message).toMatch(/^things: .{5}/);
      expect(message.length).toBeLessThan(2_000);
      expect(await things.find()).toEqual(before);
    });
    await fc.assert(property, fuzzing('wrong filters', 300));
  }, 3_600_000);

  it('with odd names and values that no document has find nothing, or are refused', async () => {
    const absent = fc.oneof(
      nastyJson.map((value) => [value, 'nobody has this']),
      nastyJson.map((value) => ({ $eq: { nobody: value } })),
      fc.constantFrom<unknown>('nobody has this', { nobody: { $gt: 1 } }, { $in: [] }, { $gt: '\uffff' }),
    );
    const property = fc.asyncProperty(nastyStrings, absent, fc.constantFrom(...questions), async (name, value, ask) => {
      const things = await newCollection();
      const before = await things.find();
      const answer = await ask(things, member(name, value) as Filter).catch((error: { code?: string }) => error.code);
      expect([0, null, 'FILTER_INVALID'], `${name}: ${JSON.stringify(value)}`).toContain(
        Array.isArray(answer) ? answer.length : answer,
      );
      expect(await things.find()).toEqual(before);
      expect(({} as Record<string, unknown>)['nobody']).toBeUndefined();
    });
    await fc.assert(property, fuzzing('odd filters', 300));
  }, 3_600_000);
});
