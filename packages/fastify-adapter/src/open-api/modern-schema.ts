import { isPattern, isRecord } from './schema-keywords.ts';

type GivenSchema = Readonly<Record<string, unknown>>;

/** A schema in the words of JSON Schema 2020-12; those of older drafts and of OpenAPI 3.0 are translated, one level deep. */
export function modernSchema(given: GivenSchema): GivenSchema {
  const schema: Record<string, unknown> = { ...given };
  if (Array.isArray(given['items'])) {
    schema['prefixItems'] = given['items'];
    schema['items'] = given['additionalItems'];
  }
  if (isRecord(given['dependencies'])) Object.assign(schema, splitDependencies(given['dependencies']));
  if ('example' in given && !('examples' in given)) schema['examples'] = [given['example']];
  if (isRecord(given['patternProperties'])) schema['patternProperties'] = usablePatterns(given['patternProperties']);
  schema['$ref'] = given['$ref'] ?? given['$dynamicRef'];
  return given['nullable'] === true ? nullable(schema) : schema;
}

function nullable(schema: GivenSchema): GivenSchema {
  const { type } = schema;
  if (typeof type === 'string') return { ...schema, type: type === 'null' ? type : [type, 'null'] };
  if (Array.isArray(type)) return { ...schema, type: [...new Set([...type, 'null'])] };
  return schema['$ref'] === undefined ? schema : { anyOf: [{ ...schema, nullable: false }, { type: 'null' }] };
}

function splitDependencies(dependencies: GivenSchema): GivenSchema {
  const entries = Object.entries(dependencies);
  return {
    dependentRequired: Object.fromEntries(entries.filter(([, value]) => Array.isArray(value))),
    dependentSchemas: Object.fromEntries(entries.filter(([, value]) => !Array.isArray(value))),
  };
}

function usablePatterns(patterns: GivenSchema): GivenSchema {
  return Object.fromEntries(Object.entries(patterns).filter(([pattern]) => isPattern(pattern)));
}
