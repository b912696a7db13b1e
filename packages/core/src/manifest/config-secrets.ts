import type { Json, JsonObject } from '../protocol/json.ts';
import { configFields } from './config-field.ts';
import { isJsonObject } from './json-object.ts';
import { pointerOf } from '../errors/json-pointer.ts';
import type { PluginManifest } from './plugin-manifest.ts';
import { isSecretSchema, partsOf, schemasAt } from './schema-parts.ts';

/** One place in a configuration: whether what stands there is secret, and the places inside of it. */
export interface SecretPlace {
  readonly isSecret: boolean;
  at(step: string | number): SecretPlace;
}

/** Stands for a secret in every answer: `set` says that there is one; sent back it means "keep it". */
const placeholder = { $secret: 'set' } as const;

const secretThroughout: SecretPlace = { isSecret: true, at: () => secretThroughout };

/** The places whose values nobody may read back: described by fields, and by `configSchema` at any depth. */
export function secretPlaces({ config, configSchema }: PluginManifest): SecretPlace {
  const keys = new Set<string | number>();
  for (const [key, field] of configFields(config)) if (field.secret || field.type === 'password') keys.add(key);
  const described = configSchema && placeOf(configSchema, [configSchema]);
  const at = (step: string | number): SecretPlace =>
    keys.has(step) ? secretThroughout : (described?.at(step) ?? notSecret);
  return { isSecret: false, at };
}

const notSecret: SecretPlace = { isSecret: false, at: () => notSecret };

function placeOf(root: JsonObject, schemas: readonly JsonObject[]): SecretPlace {
  const parts = partsOf(root, schemas);
  if (parts.length === 0) return notSecret;
  if (parts.some(isSecretSchema)) return secretThroughout;
  return { isSecret: false, at: (step) => placeOf(root, schemasAt(parts, step)) };
}

/** A copy of a value with every secret in it replaced; `undefined` takes a member of an object away. */
export function mapSecrets(
  value: Json,
  place: SecretPlace,
  replace: (secret: Json, pointer: string) => Json | undefined,
  path: readonly (string | number)[] = [],
): Json | undefined {
  if (place.isSecret || isEnvelope(value)) return replace(value, pointerOf(path));
  const inside = (inner: Json, step: string | number): Json | undefined =>
    mapSecrets(inner, place.at(step), replace, [...path, step]);
  if (Array.isArray(value)) return value.map((item, index) => inside(item, index) ?? null);
  if (!isJsonObject(value)) return value;
  return mapMembers(value, inside);
}

/** A copy of an object with other values; members that become `undefined` are left out. */
export function mapMembers(object: JsonObject, change: (value: Json, key: string) => Json | undefined): JsonObject {
  const members = Object.entries(object).flatMap(([key, value]): [string, Json][] => {
    const changed = change(value, key);
    return changed === undefined ? [] : [[key, changed]];
  });
  return Object.fromEntries(members);
}

/** The texts in the secrets of a configuration. */
export function secretTexts(config: JsonObject, place: SecretPlace): string[] {
  const texts: string[] = [];
  mapSecrets(config, place, (secret) => {
    if (!isEnvelope(secret)) collectTexts(secret, texts);
    return secret;
  });
  return texts;
}

function collectTexts(value: Json, into: string[]): void {
  if (typeof value === 'string' || typeof value === 'number') into.push(String(value));
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) collectTexts(inner, into);
}

/** What is shown instead of a secret: that there is one, or the nothing that stands there. */
export function hideSecret(secret: Json): Json {
  return secret === null || secret === '' ? secret : { ...placeholder };
}

/** Whether a value says "keep the secret". */
export function isPlaceholder(value: Json): boolean {
  return isJsonObject(value) && value['$secret'] === 'set' && Object.keys(value).length === 1;
}

/** An encrypted secret, as it is stored. */
export interface SecretEnvelope {
  readonly $encrypted: string;
}

/** Whether a value is an encrypted secret; nothing else may look like one. */
export function isEnvelope(value: Json | undefined): value is JsonObject & SecretEnvelope {
  return isJsonObject(value) && typeof value['$encrypted'] === 'string' && Object.keys(value).length === 1;
}
