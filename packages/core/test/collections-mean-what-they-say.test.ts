import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStores, type Filter, type Json } from '../src/index.ts';
import { someDocument, someFilter } from '../src/testing/contracts/arbitrary-collections.ts';
import { openCollection } from '../src/testing/contracts/opened-collection.ts';
import { newPlugin } from '../src/testing/contracts/opened-stores.ts';
import { fuzzing } from './support/fuzzing.ts';
import { rejection } from './support/probe.ts';

// A second reading of docs/guides/storing-data.md, as plain code over what a plugin writes: it shares nothing with the first.

type Value = Json | undefined;

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function equal(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((entry, place) => equal(entry, right[place]));
  }
  if (!isObject(left) || !isObject(right)) return left === right;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]))
  );
}

const is = (value: Value, wanted: Json): boolean =>
  equal(value ?? null, wanted) || (Array.isArray(value) && value.some((entry) => equal(entry, wanted)));

function at(value: Value, steps: readonly string[]): Value {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (Array.isArray(value)) return step.startsWith('-') || Number.isNaN(+step) ? undefined : at(value[+step], rest);
  return isObject(value) ? at(new Map(Object.entries(value)).get(step), rest) : undefined;
}

const points = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

function isBelow(left: string, right: string): boolean {
  const [a, b] = [points(left), points(right)];
  const place = a.findIndex((point, index) => point !== b[index]);
  return place === -1 ? a.length < b.length : (a[place] ?? 0) < (b[place] ?? -1);
}

/** `undefined` when the two cannot be compared. */
function below(left: Value, right: Value): boolean | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left < right;
  return typeof left === 'string' && typeof right === 'string' ? isBelow(left, right) : undefined;
}

const operators: Record<string, (value: Value, operand: Json, siblings: Record<string, Json>) => boolean> = {
  $eq: (value, operand) => is(value, operand),
  $ne: (value, operand) => !is(value, operand),
  $gt: (value, operand) => below(operand, value) === true,
  $gte: (value, operand) => below(value, operand) === false,
  $lt: (value, operand) => below(value, operand) === true,
  $lte: (value, operand) => below(operand, value) === false,
  $in: (value, operand) => (operand as Json[]).some((wanted) => is(value, wanted)),
  $nin: (value, operand) => !(operand as Json[]).some((wanted) => is(value, wanted)),
  $exists: (value, operand) => (value !== undefined) === operand,
  $not: (value, operand) => !fulfils(value, operand),
  $options: () => true,
  $regex: (value, operand, { $options }) => {
    const pattern = new RegExp(operand as string, `u${$options as string}`);
    return [value].flat().some((entry) => typeof entry === 'string' && pattern.test(entry));
  },
};

function fulfils(value: Value, condition: Json): boolean {
  if (!isObject(condition) || !Object.keys(condition)[0]?.startsWith('$')) return is(value, condition);
  return Object.entries(condition).every(([name, operand]) => operators[name]?.(value, operand, condition));
}

function means(filter: Filter, document: Json): boolean {
  return Object.entries(filter).every(([key, operand]) => {
    if (key === '$or') return (operand as Filter[]).some((part) => means(part, document));
    if (key === '$and') return (operand as Filter[]).every((part) => means(part, document));
    if (key === '$not') return !means(operand as Filter, document);
    return fulfils(at(document, key.split('.')), operand as Json);
  });
}

describe('filters', () => {
  it('mean what the documentation says, whatever they are made of', { timeout: 3_600_000 }, async () => {
    let answered = 0;
    const property = fc.asyncProperty(
      fc.array(someDocument, { maxLength: 10 }),
      fc.array(someFilter, { minLength: 10 }),
      async (given, filters) => {
        const stores = createMemoryStores();
        await stores.plugins.add(newPlugin('demo'), []);
        const things = openCollection(stores, 'demo');
        const documents = given.map((members, place) => ({ ...members, _id: String(place) }));
        await things.insertMany(documents);
        for (const filter of filters) {
          const found = await things.find(filter, { projection: ['_id'] }).catch(() => undefined);
          if (!found) {
            expect((await rejection(things.find(filter))).code).toBe('FILTER_INVALID');
            continue;
          }
          answered += 1;
          const meant = documents.filter((document) => means(filter, document));
          expect(found).toEqual(meant.map(({ _id }) => ({ _id })));
        }
      },
    );
    const tried = fuzzing('meaning of filters', 200);
    await fc.assert(property, tried);
    expect(answered).toBeGreaterThan(tried.numRuns);
  });
});
