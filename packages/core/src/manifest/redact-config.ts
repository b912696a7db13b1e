import type { Json, JsonObject } from '../protocol/json.ts';
import { isConfigField } from './config-field.ts';
import { hideSecret, mapMembers, mapSecrets, secretPlaces, type SecretPlace } from './config-secrets.ts';
import { isJsonObject } from './json-object.ts';
import type { PluginManifest } from './plugin-manifest.ts';
import { isSecretSchema, partsOf, schemasAt } from './schema-parts.ts';

/** A configuration without its secrets, for answers, logs and the audit. */
export function redactConfig(manifest: PluginManifest, config: JsonObject): JsonObject {
  return redacted(config, secretPlaces(manifest)) as JsonObject;
}

/** The manifest without the defaults of its secrets. */
export function redactManifest(manifest: PluginManifest): PluginManifest {
  const places = secretPlaces(manifest);
  const config = mapMembers(manifest.config, (value, key) =>
    isConfigField(value) ? withoutDefault(value, places.at(key)) : redacted(value, places.at(key)),
  );
  const { configSchema } = manifest;
  return { ...manifest, config, ...(configSchema && { configSchema: redactSchema(configSchema) }) };
}

/** The manifest as stores keep it: without the defaults of its secrets. */
export function storedManifest(manifest: PluginManifest): JsonObject {
  return redactManifest(manifest) as unknown as JsonObject;
}

function redacted(value: Json, place: SecretPlace): Json {
  return mapSecrets(value, place, hideSecret) ?? null;
}

function withoutDefault(field: Json, place: SecretPlace): Json {
  if (!isJsonObject(field) || field['default'] === undefined) return field;
  return { ...field, default: redacted(field['default'], place) };
}

/** Keywords of a schema whose values are values of the configuration. */
const valueKeywords = ['default', 'const', 'enum', 'examples'];

function redactSchema(root: JsonObject): JsonObject {
  const secrets = secretSchemas(root);
  const redact = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(redact);
    if (!isJsonObject(value)) return value;
    const place = placeOf(root, value, secrets);
    return mapMembers(value, (inner, keyword) => {
      if (!valueKeywords.includes(keyword)) return redact(inner);
      // `properties` may have a member of that name, which is a schema and no value
      if (isJsonObject(inner) && secrets.has(inner)) return redact(inner);
      const isList = keyword === 'enum' || keyword === 'examples';
      return isList && Array.isArray(inner) ? inner.map((item) => redacted(item, place)) : redacted(inner, place);
    });
  };
  return redact(root) as JsonObject;
}

/** All schemas that describe something secret: those that say so, those inside of them, and those that they refer to. */
function secretSchemas(root: JsonObject): Map<JsonObject, boolean> {
  const seen = new Map<JsonObject, boolean>();
  const visit = (value: Json, isInside: boolean): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, isInside);
    if (!isJsonObject(value)) return;
    const isSecret = isInside || isSecretSchema(value);
    const known = seen.get(value);
    if (known === true || known === isSecret) return;
    seen.set(value, isSecret);
    for (const part of partsOf(root, [value])) visit(part, isSecret);
    for (const [keyword, inner] of Object.entries(value)) if (!valueKeywords.includes(keyword)) visit(inner, isSecret);
    const { properties } = value;
    if (isJsonObject(properties)) for (const inner of Object.values(properties)) visit(inner, isSecret);
  };
  visit(root, false);
  return seen;
}

function placeOf(root: JsonObject, schema: JsonObject, secrets: ReadonlyMap<JsonObject, boolean>): SecretPlace {
  const place = (schemas: readonly JsonObject[]): SecretPlace => ({
    isSecret: schemas.some((one) => secrets.get(one) === true),
    at: (step) => place(partsOf(root, schemasAt(partsOf(root, schemas), step))),
  });
  return place(partsOf(root, [schema]));
}
