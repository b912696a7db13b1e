import { describe, expect, it } from 'vitest';
import type { Json } from '../../protocol/json.ts';
import { payloadSchema } from './payload-schema.ts';

const fits = (declared: Json | undefined, data: unknown): boolean => payloadSchema(declared).safeParse(data).success;

describe('a declared payload', () => {
  it.each<[Json | undefined, unknown, unknown]>([
    ['string', 'a', 1],
    ['number', 1.5, '1'],
    ['integer', 2, 2.5],
    ['boolean', false, 0],
    ['string[]', ['a', 'b'], ['a', 1]],
    ['number[][]', [[1], []], [1]],
    ['string?', undefined, 1],
    ['null', null, 0],
    ['array', [1, 'a'], {}],
    ['object', { any: 1 }, 'text'],
    [{ id: 'string', tags: 'string[]' }, { id: '1', tags: [] }, { id: '1' }],
    [{ id: 'string', 'note?': 'string' }, { id: '1' }, { note: 'x' }],
    [{ user: { name: 'string' } }, { user: { name: 'a' } }, { user: {} }],
    [['string'], ['a'], [1]],
    [{ type: 'string', id: 'string' }, { type: 'a', id: 'b' }, 'a'],
    [{ type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] }, { id: 1 }, {}],
    [{ type: 'object' }, { any: 1 }, 'text'],
    [{ type: 'array' }, [1], { type: [] }],
    [{ type: 'string' }, { type: 'a' }, 'a'],
    [
      { type: 'object', properties: { user: { type: 'object', properties: { id: { type: 'string' } } } } },
      { user: { id: 'a' } },
      { user: { id: 1 } },
    ],
    [{ lines: [{ text: 'string', 'by?': 'string' }] }, { lines: [{ text: 'a' }] }, { lines: [{ by: 'a' }] }],
    [{ type: 'string', maxLength: 3 }, 'abc', 'abcd'],
    [{ type: 'integer', maximum: 3 }, 3, 4],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'a', true],
    [{ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'boolean' }, true, 'true'],
  ])('%j takes %j and refuses %j', (declared, good, bad) => {
    expect(fits(declared, good)).toBe(true);
    expect(fits(declared, bad)).toBe(false);
  });

  it.each([undefined, null, 'any', 'constructor', 'toString', 'something new'])('%j takes everything', (declared) => {
    for (const data of [undefined, null, 1, 'a', {}, []]) expect(fits(declared, data)).toBe(true);
  });

  it('keeps members that were not declared', () => {
    expect(fits({ id: 'string' }, { id: '1', extra: true })).toBe(true);
  });
});
