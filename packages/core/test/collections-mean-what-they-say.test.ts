import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStores, type Json, type JsonObject } from '../src/index.ts';
import { document, filter } from '../src/testing/contracts/arbitrary-collections.ts';
import { openCollection } from '../src/testing/contracts/opened-collection.ts';
import { newPlugin } from '../src/testing/contracts/opened-stores.ts';

// A second reading of the documentation, made independently of the first: plain code over what a plugin writes.

const sorted = (value: Json): string =>
  JSON.stringify(value, (_key, member: Json) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );

function at(document: Json | undefined, steps: string[]): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return document;
  if (Array.isArray(document))
    return [...step].every((digit) => digit >= '0' && digit <= '9')
      ? at(document[Number.parseInt(step, 10)], rest)
      : undefined;
  if (document === null || document === undefined || typeof document !== 'object') return undefined;
  return at(Object.entries(document).find(([name]) => name === step)?.[1], rest);
}

const same = (value: Json | undefined, wanted: Json): boolean =>
  sorted(value ?? null) === sorted(wanted) ||
  (Array.isArray(value) && value.some((entry) => sorted(entry) === sorted(wanted)));

function order(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  const place = a.findIndex((letter, index) => letter !== b[index]);
  if (place === -1) return a.length - b.length;
  return (a[place]?.codePointAt(0) ?? 0) - (b[place]?.codePointAt(0) ?? -1);
}

function compare(value: Json | undefined, bound: Json): number {
  if (typeof value === 'number' && typeof bound === 'number') return value - bound;
  if (typeof value === 'string' && typeof bound === 'string') return order(value, bound);
  return Number.NaN;
}

function fulfils(value: Json | undefined, condition: Json): boolean {
  const isOperators =
    condition !== null &&
    typeof condition === 'object' &&
    !Array.isArray(condition) &&
    Object.keys(condition)[0]?.startsWith('$');
  if (!isOperators) return same(value, condition);
  return Object.entries(condition as JsonObject).every(([operator, operand]) => {
    switch (operator) {
      case '$eq':
        return same(value, operand);
      case '$ne':
        return !same(value, operand);
      case '$gt':
        return compare(value, operand) > 0;
      case '$gte':
        return compare(value, operand) >= 0;
      case '$lt':
        return compare(value, operand) < 0;
      case '$lte':
        return compare(value, operand) <= 0;
      case '$in':
        return (operand as Json[]).some((wanted) => same(value, wanted));
      case '$nin':
        return !(operand as Json[]).some((wanted) => same(value, wanted));
      case '$exists':
        return (value !== undefined) === operand;
      case '$not':
        return !fulfils(value, operand);
      case '$options':
        return true;
      case '$regex': {
        const flags = String((condition as JsonObject)['$options']).replace('i', '');
        const text = (source: string): string => source;
        const pattern = new RegExp(
          text(String(operand)),
          `u${flags}${String((condition as JsonObject)['$options']).includes('i') ? 'i' : ''}`,
        );
        return [value].flat().some((entry) => typeof entry === 'string' && pattern.test(entry));
      }
      default:
        throw new Error(`no such operator: ${operator}`);
    }
  });
}

function means(given: Json, candidate: Json): boolean {
  return Object.entries(given as JsonObject).every(([key, operand]) => {
    if (key === '$or') return (operand as Json[]).some((part) => means(part, candidate));
    if (key === '$and') return (operand as Json[]).every((part) => means(part, candidate));
    if (key === '$not') return !means(operand, candidate);
    return fulfils(at(candidate, key.split('.')), operand);
  });
}

describe('filters', () => {
  it('mean what the documentation says, whatever they are made of', async () => {
    const property = fc.asyncProperty(
      fc.array(document, { maxLength: 10 }),
      fc.array(filter, { minLength: 10 }),
      async (given, filters) => {
        const stores = createMemoryStores();
        await stores.plugins.add(newPlugin('demo'), []);
        const things = openCollection(stores, 'demo');
        const documents = given.map((members, index) => ({ ...members, _id: String(index) }));
        await things.insertMany(documents);
        for (const wanted of filters) {
          const found = await things
            .find(wanted, { projection: ['_id'] })
            .catch((error: { code: string }) => error.code);
          if (found === 'FILTER_INVALID') continue;
          expect(found).toEqual(
            documents.filter((candidate) => means(wanted as Json, candidate)).map(({ _id }) => ({ _id })),
          );
        }
      },
    );
    await fc.assert(property, { numRuns: 300, seed: 20_261_120, verbose: 1 });
  });
});
