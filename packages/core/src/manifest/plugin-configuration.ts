import { escapePointer, issuesOf } from '../errors/json-pointer.ts';
import { PluginError, type Issue } from '../errors/plugin-error.ts';
import type { JsonObject } from '../protocol/json.ts';
import { checkConfigField } from './check-config-field.ts';
import { ConfigSchemaCheck } from './config-schema-check.ts';
import { configFields, isConfigField } from './config-field.ts';
import { mapSecrets, secretPlaces } from './config-secrets.ts';
import { isJsonObject } from './json-object.ts';
import type { PluginManifest } from './plugin-manifest.ts';

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

/** The top-level keys that the manifest names, without values. */
export function declaredKeys(manifest: PluginManifest): JsonObject {
  const keys = [...schemaProperties(manifest).map(([key]) => key), ...Object.keys(manifest.config)];
  return Object.fromEntries(keys.map((key): [string, null] => [key, null]));
}

function schemaProperties(manifest: PluginManifest): [string, JsonObject][] {
  const properties = manifest.configSchema?.['properties'];
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]));
}

/**
 * Checks values against the manifest: the fields of some keys, and the schema of the whole.
 * What is wrong with a secret is told without the values that it may have.
 */
export function checkConfig(manifest: PluginManifest, config: JsonObject, keys: Iterable<string>): Issue[] {
  const fields = configFields(manifest.config);
  const places = secretPlaces(manifest);
  const { readable, unreadable } = withoutEnvelopes(config);
  const issues: Issue[] = [];
  for (const key of keys) {
    const field = fields.get(key);
    const message = field && checkConfigField(field, readable[key], places.at(key).isSecret);
    if (message !== undefined) issues.push({ pointer: `/${escapePointer(key)}`, message });
  }
  // what cannot be read cannot be judged
  return [...issues, ...checkSchema(manifest, readable)].filter(({ pointer }) => !unreadable.has(pointer));
}

/** The configuration without the secrets that could not be decrypted, and where those are. */
export function withoutEnvelopes(config: JsonObject): { readable: JsonObject; unreadable: Set<string> } {
  const unreadable = new Set<string>();
  const nowhere = { isSecret: false, at: () => nowhere };
  const readable = mapSecrets(config, nowhere, (_, pointer) => void unreadable.add(pointer)) as JsonObject;
  return { readable, unreadable };
}

/** What may be said of a secret that does not fit: nothing that tells which values would. */
const harmlessKeywords: readonly string[] = ['type', 'minLength', 'maxLength', 'required'];

function checkSchema(manifest: PluginManifest, config: JsonObject): Issue[] {
  if (!manifest.configSchema) return [];
  const faults = new ConfigSchemaCheck(manifest.configSchema).faults(config);
  const issues = faults.map(({ path, keyword, message }) => {
    const isTold = harmlessKeywords.includes(keyword) || !isSecretAt(manifest, path);
    return { path, message: isTold ? message : 'the value does not fit' };
  });
  return issuesOf(issues);
}

function isSecretAt(manifest: PluginManifest, path: readonly PropertyKey[]): boolean {
  let place = secretPlaces(manifest);
  for (const step of path) place = place.at(typeof step === 'symbol' ? '' : step);
  return place.isSecret;
}

/** The error for values that do not fit. */
export function configInvalid(plugin: string, issues: readonly Issue[]): PluginError {
  const text = issues.map(({ pointer, message }) => `${pointer || '/'}: ${message}`).join('; ');
  return new PluginError('CONFIG_INVALID', `The configuration of "${plugin}" was not saved: ${text}.`, {
    plugin,
    issues,
  });
}
