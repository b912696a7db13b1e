import { PluginError, type Issue } from '../errors/plugin-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { checkConfigField } from './check-config-field.ts';
import { compileConfigSchema } from './compile-config-schema.ts';
import { configFields, isConfigField } from './config-field.ts';
import { escapePointer, issuesOf } from '../errors/json-pointer.ts';
import type { PluginManifest } from './plugin-manifest.ts';
import { toStorableJson, unstorableReason } from './storable-json.ts';

/** Stands for a secret in every answer: `set` says that there is one; sent back it means "keep it". */
const secretPlaceholder = { $secret: 'set' } as const;

/** The values that a plugin sees: what is stored, else the defaults of its manifest. */
export function resolveConfig(manifest: PluginManifest, stored: JsonObject): JsonObject {
  return { ...defaultConfig(manifest), ...stored };
}

function defaultConfig(manifest: PluginManifest): JsonObject {
  const defaults: JsonObject = {};
  for (const [key, schema] of schemaProperties(manifest)) {
    if (schema['default'] !== undefined) defaults[key] = schema['default'];
  }
  for (const [key, value] of Object.entries(manifest.config)) {
    if (!isConfigField(value)) defaults[key] = value;
    else if (value.default !== undefined) defaults[key] = value.default;
  }
  return defaults;
}

function schemaProperties(manifest: PluginManifest): [string, JsonObject][] {
  const properties = manifest.configSchema?.['properties'];
  if (!isObject(properties)) return [];
  return Object.entries(properties).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
}

/** The settings whose values nobody may read back. */
function secretKeys(manifest: PluginManifest): Set<string> {
  const keys = new Set<string>();
  for (const [key, field] of configFields(manifest.config))
    if (field.secret || field.type === 'password') keys.add(key);
  for (const [key, schema] of schemaProperties(manifest)) {
    if (schema['secret'] === true || schema['writeOnly'] === true || schema['format'] === 'password') keys.add(key);
  }
  return keys;
}

/** A configuration without its secrets, for answers, logs and the audit. */
export function redactConfig(manifest: PluginManifest, config: JsonObject): JsonObject {
  const secrets = secretKeys(manifest);
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, secrets.has(key) ? hidden(value) : value]),
  );
}

/** The manifest without the defaults of its secrets. */
export function redactManifest(manifest: PluginManifest): PluginManifest {
  const secrets = secretKeys(manifest);
  const redacted = (values: JsonObject, redact: (value: Json) => Json): JsonObject =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, secrets.has(key) ? redact(value) : value]));
  const config = redacted(manifest.config, (value) => (isConfigField(value) ? withoutDefault(value) : hidden(value)));
  const properties = manifest.configSchema?.['properties'];
  if (!isObject(properties)) return { ...manifest, config };
  return {
    ...manifest,
    config,
    configSchema: { ...manifest.configSchema, properties: redacted(properties, withoutDefault) },
  };
}

function withoutDefault(value: Json): Json {
  return isObject(value) && isSet(value['default']) ? { ...value, default: { ...secretPlaceholder } } : value;
}

function hidden(value: Json): Json {
  return isSet(value) ? { ...secretPlaceholder } : value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

/**
 * Lays a change over the stored values: a placeholder keeps a secret, `null` on a secret or on a described field goes
 * back to the default, and so does `undefined` on any key.
 * Throws `CONFIG_INVALID` with a JSON pointer for each value that does not fit.
 */
export function mergeConfig(manifest: PluginManifest, stored: JsonObject, patch: JsonObject): JsonObject {
  const secrets = secretKeys(manifest);
  refuseUnstorable(manifest, patch);
  const fields = configFields(manifest.config);
  const merged = { ...stored };
  for (const [key, value] of Object.entries(patch)) {
    if (secrets.has(key) && isPlaceholder(value)) continue;
    const isCleared = value === null && (secrets.has(key) || fields.has(key));
    if (value === undefined || isCleared) delete merged[key];
    else merged[key] = value;
  }
  const issues = checkConfig(manifest, resolveConfig(manifest, merged), Object.keys(patch));
  if (issues.length > 0) throw configInvalid(manifest.name, issues);
  return merged;
}

function refuseUnstorable(manifest: PluginManifest, patch: JsonObject): void {
  const issues = Object.entries(patch).flatMap(([key, value]) => {
    const message = unstorableEntry(key, value);
    return message === undefined ? [] : [{ pointer: `/${escapePointer(key)}`, message }];
  });
  if (issues.length > 0) throw configInvalid(manifest.name, issues);
}

function unstorableEntry(key: string, value: Json | undefined): string | undefined {
  if (key === '__proto__') return 'the key "__proto__" is not allowed';
  const json = value === undefined ? undefined : toStorableJson(value);
  return unstorableReason(key) ?? (json && 'problem' in json ? `cannot be stored: ${json.problem}` : undefined);
}

function isPlaceholder(value: Json): boolean {
  return isObject(value) && value['$secret'] === 'set';
}

function checkConfig(manifest: PluginManifest, config: JsonObject, changed: readonly string[]): Issue[] {
  const fields = configFields(manifest.config);
  const issues: Issue[] = [];
  for (const key of changed) {
    const field = fields.get(key);
    const message = field && checkConfigField(field, config[key]);
    if (message !== undefined) issues.push({ pointer: `/${escapePointer(key)}`, message });
  }
  return [...issues, ...checkSchema(manifest, config)];
}

function checkSchema(manifest: PluginManifest, config: JsonObject): Issue[] {
  if (!manifest.configSchema) return [];
  const result = compileConfigSchema(manifest.configSchema).safeParse(config);
  if (result.success) return [];
  return issuesOf(result.error.issues);
}

function configInvalid(plugin: string, issues: readonly Issue[]): PluginError {
  const text = issues.map(({ pointer, message }) => `${pointer || '/'}: ${message}`).join('; ');
  return new PluginError('CONFIG_INVALID', `The configuration of "${plugin}" was not saved: ${text}.`, {
    plugin,
    issues,
  });
}

/** Reads a value by key, or by dotted path into nested objects; a literal key with dots wins. */
export function valueAt(config: JsonObject, key: string): Json | undefined {
  if (Object.hasOwn(config, key)) return config[key];
  let value: Json | undefined = config;
  for (const step of key.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

/** The change that sets one key or dotted path: the whole top-level value with the new one inside. */
export function patchAt(config: JsonObject, key: string, value: Json): JsonObject {
  const [first = key, ...rest] = key.split('.');
  if (rest.length === 0 || Object.hasOwn(config, key) || !Object.hasOwn(config, first)) return { [key]: value };
  return { [first]: replaced(config[first] as Json, rest, value) };
}

function replaced(into: Json, [step, ...rest]: readonly string[], value: Json): Json {
  if (step === undefined) return value;
  const object = isObject(into) ? into : {};
  return { ...object, [step]: replaced(object[step] ?? null, rest, value) };
}
