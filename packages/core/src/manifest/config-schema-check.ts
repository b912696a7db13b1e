import { Validator, dereference, type OutputUnit, type Schema } from '@cfworker/json-schema';
import { isJsonObject } from './json-object.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

/** What does not fit a schema. */
export interface SchemaFault {
  /** The way to the value: names of members, numbers of entries. */
  readonly path: readonly (string | number)[];
  /** The keyword that it contradicts, for example `minimum`. */
  readonly keyword: string;
  readonly message: string;
}

/** What the messages of keywords that only apply other schemas are left out for: the messages of those. */
const applying: ReadonlySet<string> = new Set([
  '$ref',
  '$dynamicRef',
  'additionalProperties',
  'allOf',
  'dependentSchemas',
  'else',
  'if',
  'items',
  'patternProperties',
  'prefixItems',
  'properties',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/** Keywords of which it is enough to say that nothing fits. */
const choosing: ReadonlySet<string> = new Set(['anyOf', 'contains', 'not', 'oneOf', 'propertyNames']);

/** Checks a configuration against a manifest's `configSchema`, JSON Schema 2020-12. */
export class ConfigSchemaCheck {
  readonly #schema: JsonObject;
  readonly #validator: Validator;

  /** Throws for a schema that cannot be checked against. */
  constructor(configSchema: JsonObject) {
    // a configuration is an object always
    this.#schema = { type: 'object', ...configSchema };
    // the validator leaves notes in what it is given
    const copy = structuredClone(this.#schema) as Schema;
    assertSchemas(dereference(copy));
    this.#validator = new Validator(copy, '2020-12', false);
  }

  /** Everything that does not fit; empty when all is well. */
  faults(config: JsonObject): SchemaFault[] {
    const { errors } = this.#validator.validate(config);
    const tops = errors.filter(({ keyword }) => choosing.has(keyword)).map(({ keywordLocation }) => keywordLocation);
    return errors
      .filter(({ keyword }) => !applying.has(keyword))
      .filter(({ keywordLocation }) => !tops.some((top) => keywordLocation.startsWith(`${top}/`)))
      .map((error) => this.#faultOf(error, config));
  }

  /** What the schema wants, in words; `undefined` where it says that in a place that cannot be found again. */
  #wanted(keywordLocation: string): string | undefined {
    const steps = stepsOf(keywordLocation);
    const wanted = schemaAt(this.#schema, steps);
    if (wanted === undefined) return undefined;
    // names of types, patterns and formats are no texts that a value might have
    const shown = (one: Json): string =>
      typeof one === 'string' && !['enum', 'const'].includes(steps.at(-1) ?? '') ? one : JSON.stringify(one);
    return Array.isArray(wanted) ? wanted.map(shown).join(' or ') : shown(wanted);
  }

  #faultOf({ keyword, keywordLocation, instanceLocation, error }: OutputUnit, config: JsonObject): SchemaFault {
    const path = pathIn(config, stepsOf(instanceLocation));
    const missing = keyword === 'required' ? /"(.*)"/.exec(error)?.[1] : undefined;
    if (missing !== undefined) return { path: [...path, missing], keyword, message: 'a value is required' };
    const wanted = this.#wanted(keywordLocation);
    const message = wanted === undefined ? plain[keyword] : (plain[keyword] ?? worded[keyword]?.(wanted));
    return { path, keyword, message: message ?? error };
  }
}

/** What is said whatever the schema wants. */
const plain: Readonly<Record<string, string>> = {
  false: 'is not allowed here',
  uniqueItems: 'expected entries that are all different',
  anyOf: 'fits none of the forms that are allowed',
  oneOf: 'expected to fit exactly one of the forms that are allowed',
  not: 'has a form that is not allowed',
};

const worded: Readonly<Record<string, (wanted: string) => string>> = {
  type: (wanted) => `expected ${wanted}`,
  enum: (wanted) => `expected ${wanted}`,
  const: (wanted) => `expected ${wanted}`,
  minimum: (wanted) => `expected at least ${wanted}`,
  maximum: (wanted) => `expected at most ${wanted}`,
  exclusiveMinimum: (wanted) => `expected more than ${wanted}`,
  exclusiveMaximum: (wanted) => `expected less than ${wanted}`,
  multipleOf: (wanted) => `expected a multiple of ${wanted}`,
  minLength: (wanted) => `expected at least ${wanted} characters`,
  maxLength: (wanted) => `expected at most ${wanted} characters`,
  pattern: (wanted) => `expected text like /${wanted}/`,
  format: (wanted) => `expected text of the format "${wanted}"`,
  minItems: (wanted) => `expected at least ${wanted} entries`,
  maxItems: (wanted) => `expected at most ${wanted} entries`,
};

function assertSchemas(schemas: Readonly<Record<string, Schema | boolean>>): void {
  for (const schema of Object.values(schemas)) {
    if (typeof schema === 'boolean') continue;
    const { $ref, type, pattern } = schema;
    const target = schema.__absolute_ref__;
    if ($ref !== undefined && (target === undefined || !(target in schemas)))
      throw new TypeError(`"$ref": "${$ref}" leads nowhere; only parts of the schema itself can be referred to`);
    const unknown = [type ?? []].flat().find((name) => !types.has(name));
    if (unknown !== undefined)
      throw new TypeError(`"type": ${JSON.stringify(unknown)} is none of ${[...types].join(', ')}`);
    if (pattern !== undefined) void new RegExp(pattern, 'u');
  }
}

const types: ReadonlySet<unknown> = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

/** The steps of a location such as `#/servers/0`. */
function stepsOf(location: string): string[] {
  const steps = location.split('/').slice(1);
  return steps.map((step) => decodeURI(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function pathIn(config: JsonObject, steps: readonly string[]): (string | number)[] {
  let value: Json | undefined = config;
  return steps.map((step) => {
    const key = Array.isArray(value) ? Number(step) : step;
    value = valueAt(value, [step]);
    return key;
  });
}

function valueAt(root: Json | undefined, steps: readonly string[]): Json | undefined {
  let value = root;
  for (const step of steps) {
    if (Array.isArray(value)) value = value[Number(step)];
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** The same in a schema, past references to its own parts. */
function schemaAt(schema: JsonObject, steps: readonly string[]): Json | undefined {
  let value: Json | undefined = schema;
  for (const step of steps) {
    value = valueAt(value, [step]);
    if (step === '$ref' && typeof value === 'string') value = valueAt(schema, stepsOf(value));
  }
  return value;
}
