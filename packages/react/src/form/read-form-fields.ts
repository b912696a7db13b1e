import type { Json, JsonObject } from '@catalyst-plugins/core/protocol';
import type { FieldKind, FieldOption, FormField } from './form-field.ts';

interface Reading {
  /** Where `$ref` points into. */
  readonly root: JsonObject;
  readonly definitions: JsonObject;
  /** How deep it is: what refers to itself ends in a JSON field. */
  readonly depth: number;
}

const deepest = 6;
/** Keywords that say more of a value than a control can; what has them is edited as JSON. */
const beyondControls = ['anyOf', 'allOf', 'not', 'if', 'prefixItems', 'patternProperties', 'dependentSchemas'];

/**
 * The fields of a form for settings, from their JSON Schema and the field definitions of the manifest, as the `state` of
 * `usePluginConfig` has them. What is not understood becomes a JSON field: nothing is left out.
 */
export function readFormFields(schema: JsonObject, definitions: JsonObject = {}): readonly FormField[] {
  return membersOf(schema, { root: schema, definitions, depth: 0 });
}

function membersOf(schema: JsonObject, reading: Reading): readonly FormField[] {
  const required = listIn(schema['required']);
  return Object.entries(objectIn(schema['properties'])).map(([key, member]) => ({
    ...readField(key, objectIn(member), reading),
    isRequired: required.includes(key),
  }));
}

function readField(key: string, given: JsonObject, reading: Reading): FormField {
  const schema = resolved(given, reading);
  const definition = reading.depth === 0 ? reading.definitions[key] : undefined;
  const options = optionsOf(schema);
  const within = { ...reading, depth: reading.depth + 1 };
  const members = membersWithin(schema, within);
  const items = objectIn(schema['items']);
  const item = Object.keys(items).length > 0 && within.depth < deepest ? readField(key, items, within) : undefined;
  const found = { options, members, item, isText: objectIn(definition)['type'] === 'text' };
  return {
    key,
    kind: kindOf(schema, found),
    label: textIn(schema['title']) ?? textIn(objectIn(definition)['label']) ?? key,
    description: textIn(schema['description']),
    isRequired: false,
    hasNullDefault: definition !== undefined,
    default: schema['default'],
    options: options.length > 0 ? options : (item?.options ?? []),
    members,
    item,
    min: numberIn(schema['minimum']),
    max: numberIn(schema['maximum']),
  };
}

function membersWithin(schema: JsonObject, within: Reading): readonly FormField[] {
  return schema['properties'] !== undefined && within.depth < deepest ? membersOf(schema, within) : [];
}

interface Found extends Pick<FormField, 'options' | 'members' | 'item'> {
  readonly isText: boolean;
}

function kindOf(schema: JsonObject, { options, members, item, isText }: Found): FieldKind {
  if (isSecret(schema)) return 'secret';
  if (beyondControls.some((keyword) => schema[keyword] !== undefined)) return 'json';
  if (options.length > 0) return 'choice';
  switch (typeOf(schema)) {
    case 'string':
      return isText ? 'lines' : 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'object':
      return members.length > 0 ? 'group' : 'json';
    case 'array':
      return kindOfList(item);
    default:
      return 'json';
  }
}

function kindOfList(item: FormField | undefined): FieldKind {
  if (item === undefined || item.kind === 'json') return 'json';
  return item.kind === 'choice' ? 'choices' : 'list';
}

/** The type that is said, else that of the default: a manifest may give a setting as nothing but its default. */
function typeOf({ type, default: byDefault, oneOf }: JsonObject): string | undefined {
  if (oneOf !== undefined) return undefined;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const [only, ...others] = type.filter((one) => one !== 'null');
    return others.length === 0 ? textIn(only) : undefined;
  }
  return byDefault === undefined || byDefault === null || typeof byDefault === 'object' ? undefined : typeof byDefault;
}

function isSecret({ writeOnly, format, secret, type }: JsonObject): boolean {
  const isMarked = writeOnly === true || secret === true || format === 'password';
  return isMarked && (type === undefined || type === 'string');
}

function optionsOf(schema: JsonObject): readonly FieldOption[] {
  const { enum: values, oneOf } = schema;
  if (Array.isArray(values)) return values.map((value) => ({ value, label: labelOf(value) }));
  const options = listIn(oneOf).map(objectIn);
  if (!options.every((option) => option['const'] !== undefined)) return [];
  return options.map(({ const: value = null, title }) => ({ value, label: textIn(title) ?? labelOf(value) }));
}

function labelOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The schema that a reference within the same document leads to. */
function resolved(schema: JsonObject, { root }: Reading): JsonObject {
  const { $ref: reference, ...own } = schema;
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema;
  const steps = reference.slice(2).split('/');
  const found = steps.reduce<Json | undefined>(
    (at, step) => objectIn(at)[step.replaceAll('~1', '/').replaceAll('~0', '~')],
    root,
  );
  return { ...objectIn(found), ...own };
}

function objectIn(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberIn(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
