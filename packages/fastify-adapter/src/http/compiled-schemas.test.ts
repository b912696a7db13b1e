import v8 from 'node:v8';
import vm from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { CompiledSchemas } from './compiled-schemas.ts';

const body = () => ({ type: 'object', required: ['a'], properties: { a: { type: 'integer' }, id: { minLength: 1 } } });
const compiler = () => vi.fn<(schema: unknown) => { made: unknown }>((schema) => ({ made: schema }));

describe('compiled schemas', () => {
  it('are made once of equal schemas, from a copy, and apart for each purpose', () => {
    const schemas = new CompiledSchemas();
    const compile = compiler();
    const given = body();
    const first = schemas.get('body', given, compile);
    expect(schemas.get('body', body(), compile)).toBe(first);
    expect(first.made).toEqual(given);
    expect(first.made).not.toBe(given);
    expect(schemas.get('response', body(), compile)).not.toBe(first);
    expect(schemas.get('body', { ...body(), required: [] }, compile)).not.toBe(first);
    expect(compile).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['a function', { type: 'object', check: () => true }],
    ['a member that JSON leaves out', { type: 'object', properties: undefined }],
    ['an object of a class', { type: 'string', format: new Date(0) }],
    ['a pattern', { pattern: /x/ }],
    ['a name', { $id: 'mine', type: 'object' }],
    ['a reference', { properties: { a: { $ref: 'mine#' } } }],
    ['a boolean object', { default: Object(true) }],
  ])('are made anew of a schema with %s, from itself', (_what, schema) => {
    const schemas = new CompiledSchemas();
    const compile = compiler();
    expect(schemas.get('body', schema, compile).made).toBe(schema);
    schemas.get('body', schema, compile);
    expect(compile).toHaveBeenCalledTimes(2);
    expect(schemas.size).toBe(0);
  });

  it('go with the last who uses them', async () => {
    v8.setFlagsFromString('--expose-gc');
    const collect = vm.runInNewContext('gc') as () => void;
    const schemas = new CompiledSchemas();
    schemas.get('body', body(), (schema) => ({ made: schema }));
    expect(schemas.size).toBe(1);
    const left = (): number => {
      collect();
      return schemas.size;
    };
    await expect.poll(left).toBe(0);
  });
});
