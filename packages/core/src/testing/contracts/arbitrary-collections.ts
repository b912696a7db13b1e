import * as fc from 'fast-check';
import type { Change, Filter, FindOptions } from '../../capabilities/collections/collection-types.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

// Few names, values and letters, so that filters and documents often meet.
const texts = ['', 'a', 'A', 'B', 'ab', 'a\nb', '10', '9', 'é', 'É', 'ß', '\uffee', '😀', '%_\\', "'"];
const numbers = [0, 1, 2, 10, -1, 1.5, 0.1, 1e21, 1e-7, 2 ** 53];
const names = ['a', 'b', 'c', '0', '1', '-1', '01', 'A'];

const scalar: fc.Arbitrary<Json> = fc.constantFrom<Json>(null, true, false, ...numbers, ...texts);

const { value } = fc.letrec<{ value: Json; list: Json[]; object: JsonObject }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 3 }),
}));

const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((steps) => steps.join('.'));

const atoms = [
  'a',
  'A',
  'b',
  'é',
  'ß',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\W',
  '[a-b]',
  '[^a]',
  '(a|b)',
  '(?:b)',
  '😀',
  '\\n',
  '%',
  '\\.',
  '\\\\',
  '_',
  '10',
  '\\S',
  '[\\w-]',
  '\\b',
  '\\B',
  '(?=[a1])',
  '(?!\\w)',
  '(?<=[ab])',
  '(?<!\\d|a)',
  '|',
  '^',
  '$',
];
const pattern = fc
  .array(fc.tuple(fc.constantFrom(...atoms), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '+?')), { maxLength: 4 })
  .map((parts) => parts.map((part) => part.join('')).join(''));

const bound = fc.constantFrom(...numbers, ...texts);

const condition: fc.Arbitrary<unknown> = fc.oneof(
  value,
  fc.record({ $eq: value }),
  fc.record({ $ne: value }),
  fc.record({ $gt: bound }),
  fc.record({ $gte: bound, $lt: bound }),
  fc.record({ $lte: bound }),
  fc.record({ $in: fc.array(value, { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(value, { maxLength: 3 }) }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $regex: pattern, $options: fc.constantFrom('', 'i', 's', 'is', 'm', 'im') }),
  fc.record({ $not: fc.record({ $gt: bound }) }),
);

const ids = ['1', '2', '3', '4', '5', '6'];

/** Filters of every kind; some are refused. */
export const { filter: someFilter } = fc.letrec<{ filter: Filter; fields: Filter; group: Filter }>((tie) => ({
  filter: fc.oneof({ depthSize: 'small' }, tie('fields'), tie('fields'), tie('group')),
  fields: fc.oneof(
    fc.dictionary(path, condition, { maxKeys: 2 }),
    fc.record({ _id: fc.oneof(fc.constantFrom(...ids), fc.record({ $in: fc.subarray(ids) })) }),
  ),
  group: fc.oneof(
    fc.record({ $or: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ $and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ $not: tie('filter') }),
  ),
}));

/** Documents with an id that may be taken, and `u`, which a unique index may bind. */
export const someDocument: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 }),
    fc.constantFrom(...ids),
    fc.option(fc.constantFrom<Json>(null, 1, '1', [1], { a: 1, b: 2 }, { b: 2, a: 1 }), { nil: undefined }),
  )
  .map(([members, _id, u]) => ({ ...members, _id, ...(u === undefined ? {} : { u }) }));

const direction = fc.constantFrom(1 as const, -1 as const);

/** Orders, parts and projections. */
export const someFindOptions: fc.Arbitrary<FindOptions> = fc.record(
  {
    sort: fc.array(fc.tuple(path, direction), { maxLength: 2 }),
    skip: fc.nat(3),
    limit: fc.nat(4),
    projection: fc.array(path, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

/** Changes of every kind that leave `u` alone; some are refused. */
export const someChange: fc.Arbitrary<Change> = fc.oneof(
  fc.dictionary(path, value, { minKeys: 1, maxKeys: 2 }),
  fc.record({ $set: fc.dictionary(path, value, { maxKeys: 2 }) }),
  fc.record({ $unset: fc.array(path, { maxLength: 2 }) }),
  fc.record({ $inc: fc.dictionary(path, fc.constantFrom(...numbers), { maxKeys: 1 }) }),
  fc.record({ $push: fc.dictionary(path, fc.oneof(value, fc.record({ $each: fc.array(value) })), { maxKeys: 1 }) }),
  fc.record({ $pull: fc.dictionary(path, condition, { maxKeys: 1 }) }),
);

/** New values of `u`. */
export const someUniqueChange: fc.Arbitrary<Change> = fc.record({
  u: fc.constantFrom<Json>(null, 1, '1', [1], { a: 1, b: 2 }, { b: 2, a: 1 }),
});
