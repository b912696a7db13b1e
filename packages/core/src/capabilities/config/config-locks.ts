import { isDeepStrictEqual } from 'node:util';
import { pointerOf } from '../../errors/json-pointer.ts';
import { PluginError, type Issue } from '../../errors/plugin-error.ts';
import { replacedAt, valueOf, withoutAt } from '../../manifest/config-paths.ts';
import { hideSecret, mapSecrets, secretPlaces } from '../../manifest/config-secrets.ts';
import type { ConfigOverride } from '../../manifest/environment-overrides.ts';
import { isJsonObject } from '../../manifest/json-object.ts';
import { resolveConfig } from '../../manifest/plugin-configuration.ts';
import type { PluginManifest } from '../../manifest/plugin-manifest.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

/**
 * A change without what the environment decides, which is never stored. Throws `CONFIG_LOCKED` when it would give such a
 * setting another value.
 */
export function unlockedPatch(
  manifest: PluginManifest,
  { stored, patch }: { readonly stored: JsonObject; readonly patch: JsonObject },
  overrides: readonly ConfigOverride[],
): JsonObject {
  const base = resolveConfig(manifest, stored);
  const issues: Issue[] = [];
  let unlocked = patch;
  for (const override of overrides) {
    const [key = '', ...rest] = override.steps;
    if (!Object.hasOwn(unlocked, key)) continue;
    if (!isKept(manifest, override, unlocked[key], valueOf(base, override.steps))) {
      issues.push({ pointer: pointerOf(override.steps), message: `it is set by the variable ${override.variable}` });
    }
    const { [key]: given, ...others } = unlocked;
    const was = valueOf(stored, override.steps);
    if (rest.length === 0) unlocked = others;
    else if (was === undefined) unlocked = { ...others, [key]: withoutAt(given as Json, rest) };
    else unlocked = { ...others, [key]: replacedAt(given, rest, was) };
  }
  if (issues.length > 0) throw configLocked(manifest.name, issues);
  return unlocked;
}

function isKept(
  manifest: PluginManifest,
  { steps, value }: ConfigOverride,
  given: Json | undefined,
  base: Json | undefined,
): boolean {
  const rest = steps.slice(1);
  if (rest.length > 0 && !isJsonObject(given)) return false;
  const sent = valueOf(given, rest);
  const place = steps.reduce((outer, step) => outer.at(step), secretPlaces(manifest));
  const shown = mapSecrets(value, place, hideSecret);
  if (isDeepStrictEqual(sent, value) || isDeepStrictEqual(sent, shown)) return true;
  // a plugin that changes a neighbour sends the rest as it is stored
  return rest.length > 0 && (sent === undefined || isDeepStrictEqual(sent, base));
}

function configLocked(plugin: string, issues: readonly Issue[]): PluginError {
  const text = issues.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ');
  return new PluginError('CONFIG_LOCKED', `The configuration of "${plugin}" was not saved: ${text}.`, {
    plugin,
    issues,
  });
}
