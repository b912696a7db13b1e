import { pointerOf } from '../errors/json-pointer.ts';
import type { Issue } from '../errors/plugin-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { configFields } from './config-field.ts';
import { isEnvelope, isPlaceholder, mapMembers, mapSecrets, secretPlaces, type SecretPlace } from './config-secrets.ts';
import { isJsonObject } from './json-object.ts';
import { configInvalid, resolveConfig } from './plugin-configuration.ts';
import type { PluginManifest } from './plugin-manifest.ts';
import { toStorableJson, unstorableReason } from './storable-json.ts';

/**
 * Lays a change over the stored values: a placeholder keeps a secret, at any depth; `null` on a secret or on a described
 * field goes back to the default, and so does `undefined` on any key.
 * Throws `CONFIG_INVALID` for values that cannot be stored and for placeholders that stand for nothing.
 */
export function mergeConfig(manifest: PluginManifest, stored: JsonObject, patch: JsonObject): JsonObject {
  const change = storableCopy(manifest, patch);
  const fields = configFields(manifest.config);
  const places = secretPlaces(manifest);
  const before = resolveConfig(manifest, stored);
  const kept = new KeptSecrets();
  const merged = { ...stored };
  for (const key of Object.keys(patch)) {
    const place = places.at(key);
    const value = change[key];
    const isCleared = value === null && (place.isSecret || fields.has(key));
    if (value === undefined || isCleared) delete merged[key];
    else if (!place.isSecret || !isPlaceholder(value)) {
      const filled = kept.fill(value, before[key], place, [key]);
      if (filled !== undefined) merged[key] = filled;
    }
  }
  if (kept.issues.length > 0) throw configInvalid(manifest.name, kept.issues);
  return merged;
}

function storableCopy(manifest: PluginManifest, patch: JsonObject): JsonObject {
  const issues: Issue[] = [];
  const copies: [string, Json][] = [];
  for (const [key, value] of Object.entries(patch) as [string, Json | undefined][]) {
    const json = value === undefined ? undefined : toStorableJson(value);
    const message = unstorableKey(key) ?? (json && 'problem' in json ? `cannot be stored: ${json.problem}` : undefined);
    if (message !== undefined) issues.push({ pointer: pointerOf([key]), message });
    else if (json && 'text' in json) copies.push([key, JSON.parse(json.text) as Json]);
  }
  if (issues.length > 0) throw configInvalid(manifest.name, issues);
  return Object.fromEntries(copies);
}

function unstorableKey(key: string): string | undefined {
  return key === '__proto__' ? 'the key "__proto__" is not allowed' : unstorableReason(key);
}

/** Puts the secrets that a change keeps in the place of their placeholders. */
class KeptSecrets {
  readonly issues: Issue[] = [];

  fill(
    value: Json,
    before: Json | undefined,
    place: SecretPlace,
    path: readonly (string | number)[],
  ): Json | undefined {
    if (place.isSecret || isEnvelope(value)) return this.#secret(value, before, place, path);
    if (Array.isArray(value)) return this.#items(value, Array.isArray(before) ? before : [], place, path);
    if (!isJsonObject(value)) return value;
    const members = isJsonObject(before) ? before : {};
    return mapMembers(value, (inner, key) =>
      this.fill(inner, Object.hasOwn(members, key) ? members[key] : undefined, place.at(key), [...path, key]),
    );
  }

  #secret(
    value: Json,
    before: Json | undefined,
    place: SecretPlace,
    path: readonly (string | number)[],
  ): Json | undefined {
    if (place.isSecret && isPlaceholder(value)) return before;
    if (value === null) return undefined;
    // a ciphertext that came from outside could be that of another setting
    if (isEnvelope(value) && JSON.stringify(value) !== JSON.stringify(before))
      this.issues.push({ pointer: pointerOf(path), message: 'a value may not have the form of an encrypted secret' });
    return value;
  }

  /** An item keeps the secrets of the one that looks the same without them, else of the one in its place. */
  #items(
    items: readonly Json[],
    before: readonly Json[],
    place: SecretPlace,
    path: readonly (string | number)[],
  ): Json[] {
    const free = new Set(before.keys());
    const shown = before.map((item, index) => shownText(item, place.at(index)));
    const same = items.map((item, index) => {
      const text = shownText(item, place.at(index));
      const twin = shown[index] === text ? index : [...free].find((other) => shown[other] === text);
      if (twin === undefined || !free.delete(twin)) return undefined;
      return twin;
    });
    return items.map((item, index) => {
      const inside = [...path, index];
      const twin = same[index] ?? (items.length === before.length && free.has(index) ? index : undefined);
      if (twin === undefined && hasPlaceholder(item, place.at(index))) {
        const message = 'send the secrets of this item again: which item it was before cannot be told';
        this.issues.push({ pointer: pointerOf(inside), message });
      }
      const former = twin === undefined ? undefined : before[twin];
      return this.fill(item, former, place.at(index), inside) ?? null;
    });
  }
}

function shownText(value: Json, place: SecretPlace): string {
  return JSON.stringify(mapSecrets(value, place, () => undefined) ?? null);
}

function hasPlaceholder(value: Json, place: SecretPlace): boolean {
  let found = false;
  mapSecrets(value, place, (secret) => {
    found ||= isPlaceholder(secret);
    return secret;
  });
  return found;
}
