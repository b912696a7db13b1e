import { z } from 'zod';
import type { Json, JsonObject } from '../../protocol/json.ts';

const typeNames = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/**
 * Makes a check out of a declared payload: JSON Schema, or the shorthand of the manifest
 * (`"string"`, `"string[]"`, `"number?"`, nested objects of those). Nothing declared accepts everything.
 */
export function payloadSchema(declared: Json | undefined): z.ZodType {
  if (declared === undefined || declared === null) return z.unknown();
  if (typeof declared === 'object' && !Array.isArray(declared) && isJsonSchema(declared)) {
    return z.fromJSONSchema(declared);
  }
  return fromShorthand(declared);
}

function isJsonSchema(declared: JsonObject): boolean {
  if (['$schema', '$ref', 'anyOf', 'oneOf', 'allOf'].some((keyword) => Object.hasOwn(declared, keyword))) return true;
  return typeof declared['type'] === 'string' && typeNames.includes(declared['type']) && hasSchemaKeys(declared);
}

function hasSchemaKeys(declared: JsonObject): boolean {
  const others = Object.keys(declared).filter((key) => key !== 'type');
  // alone they would say that a member called "type" is an object or a list, which nobody means
  if (others.length === 0) return ['object', 'array'].includes(declared['type'] as string);
  const schemaKeys = [
    'properties',
    'required',
    'items',
    'enum',
    'additionalProperties',
    'description',
    'format',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
    'minLength',
    'maxLength',
    'pattern',
    'minItems',
    'maxItems',
    'uniqueItems',
    'const',
    'default',
  ];
  return others.some((key) => schemaKeys.includes(key));
}

function fromShorthand(declared: Json): z.ZodType {
  if (typeof declared === 'string') return fromTypeName(declared);
  if (Array.isArray(declared)) return z.array(declared.length === 1 ? fromShorthand(declared[0] as Json) : z.unknown());
  if (typeof declared !== 'object' || declared === null) return z.unknown();
  const shape = Object.entries(declared).map(([key, value]) => {
    const optional = key.endsWith('?');
    const schema = fromShorthand(value);
    return [optional ? key.slice(0, -1) : key, optional ? schema.optional() : schema] as const;
  });
  return z.looseObject(Object.fromEntries(shape));
}

function fromTypeName(name: string): z.ZodType {
  if (name.endsWith('?')) return fromTypeName(name.slice(0, -1)).optional();
  if (name.endsWith('[]')) return z.array(fromTypeName(name.slice(0, -2)));
  const simple: Record<string, () => z.ZodType> = {
    string: () => z.string(),
    number: () => z.number(),
    integer: () => z.int(),
    boolean: () => z.boolean(),
    object: () => z.looseObject({}),
    array: () => z.array(z.unknown()),
    null: () => z.null(),
    date: () => z.union([z.string(), z.date()]),
  };
  return (Object.hasOwn(simple, name) ? simple[name]?.() : undefined) ?? z.unknown();
}
