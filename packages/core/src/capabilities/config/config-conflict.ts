import { PluginError } from '../../errors/plugin-error.ts';
import { resolveConfig } from '../../manifest/plugin-configuration.ts';
import type { PluginManifest } from '../../manifest/plugin-manifest.ts';
import { redactConfig } from '../../manifest/redact-config.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ConfigConflict } from '../../protocol/plugin-config-state.ts';

/** Stored values that meet, and where. */
export interface Conflict {
  readonly expected: number;
  readonly actual: number;
  /** Keys whose values differ. */
  readonly keys: readonly string[];
  /** At the expected revision; `undefined` when that is not kept. */
  readonly before: JsonObject | undefined;
  readonly theirs: JsonObject;
  readonly yours: JsonObject;
}

/** The error for a change that was made from another revision than the present one, with what each side has. */
export function configConflict(manifest: PluginManifest, conflict: Conflict): PluginError {
  const { expected, actual, keys } = conflict;
  const shown = (stored: JsonObject): JsonObject => redactConfig(manifest, resolveConfig(manifest, stored));
  const before = conflict.before && shown(conflict.before);
  const [theirs, yours] = [shown(conflict.theirs), shown(conflict.yours)];
  const at = (config: JsonObject, key: string): Json => (Object.hasOwn(config, key) ? (config[key] as Json) : null);
  const details: ConfigConflict = {
    expected,
    actual,
    keys: keys.map((key) => ({
      key,
      ...(before && { before: at(before, key) }),
      theirs: at(theirs, key),
      yours: at(yours, key),
    })),
  };
  const message = `The configuration of "${manifest.name}" is at revision ${actual}; the change was made from revision ${expected}.`;
  return new PluginError('CONFIG_CONFLICT', message, {
    plugin: manifest.name,
    details: details as unknown as JsonObject,
  });
}
