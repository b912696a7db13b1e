import { dereference, validate, type Schema } from '@cfworker/json-schema';
import type { Json, JsonObject } from '@catalyst-plugins/core/protocol';
import { exampleStrings } from './example-strings.ts';
import type { DescribedSchema } from './schema-components.ts';

const maxDepth = 8;
const maxParts = 500;

interface Walk {
  readonly depth: number;
  /** The references that are being followed. */
  readonly inside: ReadonlySet<string>;
  readonly budget: { left: number };
}

/**
 * Makes examples: what authors gave as `examples` or `default` where it fits, else values made from the types, always
 * the same. What does not fit its schema in the end is not shown.
 */
export class ExampleValues {
  readonly #components: Readonly<Record<string, DescribedSchema>>;
  readonly #lookup: Record<string, Schema | boolean>;
  #schemas = 0;

  constructor(components: Readonly<Record<string, DescribedSchema>>) {
    this.#components = components;
    this.#lookup = dereference({ components: { schemas: components } });
  }

  /** A value that fits, or `undefined` when none was found. */
  of(schema: DescribedSchema): Json | undefined {
    // the checker notes on every part where it stands, so the parts of each schema stand somewhere else
    this.#schemas += 1;
    try {
      dereference(schema, this.#lookup, undefined, `/schemas/${this.#schemas}`);
      return this.#make(schema, { depth: 0, inside: new Set(), budget: { left: maxParts } });
    } catch {
      // patterns and references that the checker cannot follow
      return undefined;
    }
  }

  #make(schema: DescribedSchema, walk: Walk): Json | undefined {
    walk.budget.left -= 1;
    if (typeof schema === 'boolean') return schema ? {} : undefined;
    if (walk.budget.left < 0 || walk.depth > maxDepth) return undefined;
    const { $ref } = schema;
    // a ticket with parts, which are tickets: once is enough
    if (typeof $ref === 'string' && walk.inside.has($ref)) return undefined;
    const inside = typeof $ref === 'string' ? new Set([...walk.inside, $ref]) : walk.inside;
    for (const value of this.#candidates(schema, { ...walk, inside })) if (this.#fits(schema, value)) return value;
    return undefined;
  }

  /** What may fit, the best first. */
  *#candidates(schema: JsonObject, walk: Walk): Generator<Json> {
    yield* givenValues(schema);
    for (const shape of this.#shapes(schema)) {
      yield* givenValues(shape);
      yield* this.#byType(shape, walk);
    }
  }

  #fits(schema: DescribedSchema, value: Json): boolean {
    return validate(value, schema, '2020-12', this.#lookup, true).valid;
  }

  /** The ways to read a schema without references and choices. */
  *#shapes(schema: JsonObject, depth = 0): Generator<JsonObject> {
    if (depth > maxDepth) return;
    const { $ref, allOf, anyOf, oneOf, ...own } = schema;
    const parts = [this.#component($ref), ...listOf(allOf)].filter(isObject);
    const choices = [...listOf(anyOf), ...listOf(oneOf)].filter(isObject);
    if (parts.length === 0 && choices.length === 0) return yield own;
    const whole = parts.reduce<JsonObject>((merged, part) => mergeShapes(merged, part), own);
    if (choices.length === 0) return yield* this.#shapes(whole, depth + 1);
    for (const choice of choices) yield* this.#shapes(mergeShapes(whole, choice), depth + 1);
  }

  #component(reference: Json | undefined): DescribedSchema | undefined {
    return typeof reference === 'string' ? this.#components[reference.split('/').at(-1) ?? ''] : undefined;
  }

  #byType(shape: JsonObject, walk: Walk): Json[] {
    return typesOf(shape).flatMap((type) => {
      if (type === 'object') return this.#object(shape, walk);
      if (type === 'array') return this.#array(shape, walk);
      if (type === 'string') return exampleStrings(shape);
      if (type === 'boolean') return [true];
      return type === 'null' ? [null] : exampleNumbers(shape, type === 'integer');
    });
  }

  /** With what is optional, where that works out, and else without. */
  #object(shape: JsonObject, walk: Walk): Json[] {
    const below = { ...walk, depth: walk.depth + 1 };
    const properties = isObject(shape['properties']) ? shape['properties'] : {};
    const required = new Set(listOf(shape['required']));
    const names = Object.keys(properties).toSorted((a, b) => Number(required.has(b)) - Number(required.has(a)));
    const whole: JsonObject = {};
    for (const name of names) {
      const value = this.#make(properties[name] as DescribedSchema, below);
      if (value !== undefined) whole[name] = value;
    }
    const { additionalProperties: others } = shape;
    if (names.length === 0 && isObject(others)) {
      const value = this.#make(others, below);
      if (value !== undefined) whole['key'] = value;
    }
    const needed = Object.entries(whole).filter(([name]) => required.has(name));
    return [whole, Object.fromEntries(needed)];
  }

  #array(shape: JsonObject, walk: Walk): Json[] {
    const below = { ...walk, depth: walk.depth + 1 };
    const first = listOf(shape['prefixItems']).map((item) => this.#make(item as DescribedSchema, below));
    const { items, minItems } = shape;
    const item = items === undefined ? undefined : this.#make(items as DescribedSchema, below);
    const missing = Math.max((minItems as number | undefined) ?? 0, first.length + 1) - first.length;
    const rest = item === undefined ? [] : Array.from({ length: Math.min(missing, 100) }, () => item);
    return [[...first, ...rest].filter((one) => one !== undefined), []];
  }
}

/** What authors say that values may be. */
function givenValues(schema: JsonObject): Json[] {
  const { examples, const: only, default: otherwise, enum: choices } = schema;
  return [...listOf(examples), only, otherwise, ...listOf(choices)].filter((value) => value !== undefined);
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One shape that asks for what both ask for, as far as an example needs it. */
function mergeShapes(a: JsonObject, b: JsonObject): JsonObject {
  const properties = { ...(a['properties'] as JsonObject), ...(b['properties'] as JsonObject) };
  const required = [...new Set([...listOf(a['required']), ...listOf(b['required'])])];
  return {
    ...a,
    ...b,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** The types that a shape may have, those that say most first. */
function typesOf(shape: JsonObject): string[] {
  const { type } = shape;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return (type as string[]).toSorted((a, b) => Number(a === 'null') - Number(b === 'null'));
  if ('items' in shape || 'prefixItems' in shape) return ['array'];
  if ('minimum' in shape || 'maximum' in shape || 'multipleOf' in shape) return ['number'];
  if ('pattern' in shape || 'format' in shape || 'minLength' in shape || 'maxLength' in shape) return ['string'];
  return ['object', 'string', 'number', 'array', 'boolean', 'null'];
}

function exampleNumbers(shape: JsonObject, isWhole: boolean): number[] {
  const { minimum, maximum, exclusiveMinimum: over, exclusiveMaximum: under, multipleOf } = shape;
  const step = typeof multipleOf === 'number' ? multipleOf : 1;
  const starts = [
    1,
    minimum,
    over,
    add(over, step),
    maximum,
    under,
    add(under, -step),
    middle(minimum ?? over, maximum ?? under),
  ];
  const numbers = starts.filter((start) => typeof start === 'number');
  const stepped = numbers.flatMap((start) => [Math.ceil(start / step) * step, Math.floor(start / step) * step, start]);
  return isWhole ? stepped.filter((number) => Number.isInteger(number)) : stepped;
}

function add(value: Json | undefined, step: number): number | undefined {
  return typeof value === 'number' ? value + step : undefined;
}

function middle(from: Json | undefined, to: Json | undefined): number | undefined {
  return typeof from === 'number' && typeof to === 'number' ? (from + to) / 2 : undefined;
}
