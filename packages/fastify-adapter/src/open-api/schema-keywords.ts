/** What the value of a keyword of JSON Schema has to be. */
export type KeywordKind =
  | 'schema'
  | 'schemas'
  | 'schemasByName'
  | 'namesByName'
  | 'names'
  | 'types'
  | 'number'
  | 'step'
  | 'count'
  | 'text'
  | 'pattern'
  | 'flag'
  | 'value'
  | 'values';

const keywordsByKind: Readonly<Record<KeywordKind, readonly string[]>> = {
  schema: [
    'items',
    'contains',
    'additionalProperties',
    'propertyNames',
    'unevaluatedProperties',
    'unevaluatedItems',
    'not',
    'if',
    'then',
    'else',
    'contentSchema',
  ],
  schemas: ['allOf', 'anyOf', 'oneOf', 'prefixItems'],
  schemasByName: ['properties', 'patternProperties', 'dependentSchemas'],
  namesByName: ['dependentRequired'],
  names: ['required'],
  types: ['type'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  step: ['multipleOf'],
  count: [
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'minContains',
    'maxContains',
    'minProperties',
    'maxProperties',
  ],
  text: ['title', 'description', 'format', 'contentEncoding', 'contentMediaType'],
  pattern: ['pattern'],
  flag: ['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'],
  value: ['const', 'default'],
  values: ['enum', 'examples'],
};

/** The keywords that a described schema may have; whatever else authors write is between them and their validator. */
export const schemaKeywords: ReadonlyMap<string, KeywordKind> = new Map(
  Object.entries(keywordsByKind).flatMap(([kind, keywords]) =>
    keywords.map((keyword) => [keyword, kind as KeywordKind] as const),
  ),
);

const typeNames: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

type PlainKind = Exclude<KeywordKind, 'schema' | 'schemas' | 'schemasByName' | 'value' | 'values'>;

const checks: Readonly<Record<PlainKind, (value: unknown) => boolean>> = {
  namesByName: (value) => isRecord(value) && Object.values(value).every(isNames),
  names: isNames,
  types: (value) =>
    Array.isArray(value) ? value.length > 0 && isSetOf(value, (one) => typeNames.has(one)) : typeNames.has(value),
  number: (value) => Number.isFinite(value),
  step: (value) => Number.isFinite(value) && (value as number) > 0,
  count: (value) => Number.isInteger(value) && (value as number) >= 0,
  text: (value) => typeof value === 'string',
  pattern: isPattern,
  flag: (value) => typeof value === 'boolean',
};

/** Whether a value without schemas in it is one that the keyword may have. */
export function isKeywordValue(kind: PlainKind, value: unknown): boolean {
  return checks[kind](value);
}

/** Whether a text is a regular expression as JSON Schema has them. */
export function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return new RegExp(value, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && isSetOf(value, (one) => typeof one === 'string');
}

function isSetOf(list: readonly unknown[], isOne: (value: unknown) => boolean): boolean {
  return list.every(isOne) && new Set(list).size === list.length;
}
