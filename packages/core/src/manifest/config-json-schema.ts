import type { Json, JsonObject } from '../protocol/json.ts';
import { isConfigField, type ConfigField } from './config-field.ts';
import { secretPlaces } from './config-secrets.ts';
import { isJsonObject } from './json-object.ts';
import type { PluginManifest } from './plugin-manifest.ts';
import { redactManifest } from './redact-config.ts';

/**
 * JSON Schema 2020-12 of a plugin's configuration, for forms: its `configSchema`, and a property for each key of `config`
 * that this does not describe. Defaults of secrets are left out.
 */
export function configJsonSchema(manifest: PluginManifest): JsonObject {
  const { config, configSchema = {} } = redactManifest(manifest);
  const described = isJsonObject(configSchema['properties']) ? configSchema['properties'] : {};
  const places = secretPlaces(manifest);
  const own = Object.entries(config).filter(([key]) => !Object.hasOwn(described, key));
  const properties = own.map(([key, value]): [string, Json] => [
    key,
    isConfigField(value) ? fieldSchema(value, places.at(key).isSecret) : { default: value },
  ]);
  const isRequired = (value: Json): boolean => isConfigField(value) && value.required === true;
  const listed = Array.isArray(configSchema['required']) ? configSchema['required'] : [];
  const required = [...listed, ...own.filter(([, value]) => isRequired(value)).map(([key]) => key)];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    ...configSchema,
    properties: { ...described, ...Object.fromEntries(properties) },
    ...(required.length > 0 ? { required } : {}),
  };
}

function fieldSchema(field: ConfigField, isSecret: boolean): JsonObject {
  const { label, description, default: value } = field;
  return {
    ...(label === undefined ? {} : { title: label }),
    ...(description === undefined ? {} : { description }),
    ...typeSchema(field),
    ...(value === undefined || isSecret ? {} : { default: value }),
    ...(isSecret ? { writeOnly: true, format: 'password' } : {}),
  };
}

function typeSchema(field: ConfigField): JsonObject {
  const choices = choicesOf(field);
  if (field.type === 'select') return choices;
  if (field.type === 'array')
    return {
      type: 'array',
      ...rangeOf(field, 'Items'),
      ...(Object.keys(choices).length > 0 ? { items: choices } : {}),
    };
  const type = jsonTypes[field.type];
  const pattern = field.pattern === undefined || type !== 'string' ? {} : { pattern: field.pattern };
  const range = type === 'string' ? rangeOf(field, 'Length') : rangeOf(field, 'imum');
  return { type, ...(type === 'object' || type === 'boolean' ? {} : range), ...pattern, ...choices };
}

const jsonTypes = {
  string: 'string',
  text: 'string',
  password: 'string',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  object: 'object',
} as const;

function rangeOf({ min, max }: ConfigField, what: 'Items' | 'Length' | 'imum'): JsonObject {
  // lengths are whole numbers in JSON Schema, and not negative
  const whole = (value: number, round: (value: number) => number): number =>
    what === 'imum' ? value : Math.max(0, round(value));
  return {
    ...(min === undefined ? {} : { [`min${what}`]: whole(min, Math.ceil) }),
    ...(max === undefined ? {} : { [`max${what}`]: whole(max, Math.floor) }),
  };
}

function choicesOf({ options, enum: choices }: ConfigField): JsonObject {
  const isLabelled = (option: unknown): option is { value: Json; label?: string } =>
    typeof option === 'object' && option !== null && 'value' in option;
  if (options?.some((option) => isLabelled(option) && option.label !== undefined)) {
    const oneOf = options.map((option): JsonObject => {
      if (!isLabelled(option)) return { const: option };
      return { const: option.value, ...(option.label === undefined ? {} : { title: option.label }) };
    });
    return { oneOf };
  }
  const values = options?.map((option) => (isLabelled(option) ? option.value : option)) ?? choices;
  return values && values.length > 0 ? { enum: [...new Set(values)] } : {};
}
