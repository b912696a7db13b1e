import type { Json, JsonObject } from '../protocol/json.ts';
import { isJsonObject } from './json-object.ts';

const listKeywords = ['allOf', 'anyOf', 'oneOf'] as const;
const singleKeywords = ['if', 'then', 'else'] as const;

/** Whether a schema says that its value must not be shown. */
export function isSecretSchema(schema: JsonObject): boolean {
  return schema['secret'] === true || schema['writeOnly'] === true || schema['format'] === 'password';
}

/** Schemas, and all that hold for the same value: what they refer to by `$ref`, and the branches of combinations. */
export function partsOf(root: JsonObject, schemas: readonly JsonObject[]): JsonObject[] {
  const parts = new Set<JsonObject>(schemas);
  // a set goes through what is added on the way, and takes nothing twice
  for (const schema of parts) {
    const referred = referredBy(root, schema);
    if (referred) parts.add(referred);
    for (const keyword of listKeywords) for (const part of objectsIn(schema[keyword])) parts.add(part);
    for (const keyword of singleKeywords) if (isJsonObject(schema[keyword])) parts.add(schema[keyword]);
  }
  return [...parts];
}

/** The schemas of a member or of an item. */
export function schemasAt(parts: readonly JsonObject[], step: string | number): JsonObject[] {
  const inside = typeof step === 'number' ? itemSchema : memberSchemas;
  return parts.flatMap((part) => inside(part, step as never)).filter((schema) => isJsonObject(schema));
}

function itemSchema(schema: JsonObject, index: number): Json[] {
  const { prefixItems, items, contains } = schema;
  const own = Array.isArray(prefixItems) && index < prefixItems.length ? prefixItems[index] : items;
  return [own ?? null, contains ?? null];
}

function memberSchemas(schema: JsonObject, key: string): Json[] {
  const { properties, patternProperties, additionalProperties } = schema;
  const named = isJsonObject(properties) && Object.hasOwn(properties, key) ? [properties[key] as Json] : [];
  const byPattern = isJsonObject(patternProperties)
    ? Object.entries(patternProperties).flatMap(([pattern, inner]) => (matches(pattern, key) ? [inner] : []))
    : [];
  const found = [...named, ...byPattern];
  return found.length > 0 ? found : [additionalProperties ?? null];
}

function matches(pattern: string, key: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(key);
  } catch {
    return false;
  }
}

function referredBy(root: JsonObject, { $ref }: JsonObject): JsonObject | undefined {
  if (typeof $ref !== 'string' || !$ref.startsWith('#')) return undefined;
  let value: Json | undefined = root;
  for (const step of $ref.slice(1).split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return isJsonObject(value) ? value : undefined;
}

function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];
}
