import type { Json, JsonObject } from '@catalyst-plugins/core/protocol';
import type { FormField } from './form-field.ts';

/** Settings to be edited, as `usePluginConfig` has them. */
export interface FormBinding {
  readonly fields: readonly FormField[];
  /** As the server has them. */
  readonly present: JsonObject;
  /** With the draft on top. */
  readonly values: JsonObject;
  /** Keys that are stored; the others have their default. */
  readonly stored: readonly string[];
  /** Keys that the environment decides. */
  readonly locked: readonly { readonly key: string; readonly variable: string }[];
  /** Sets one value of the draft; `null` takes it back to its default. */
  readonly onChange: (key: string, value: Json) => void;
}

/** Takes a setting back to its default. */
export function takeBack({ present, stored, onChange }: FormBinding, field: FormField): void {
  const { key, hasNullDefault, default: byDefault = null } = field;
  // what is not stored has its default already
  if (!stored.includes(key)) return onChange(key, present[key] ?? null);
  onChange(key, hasNullDefault ? null : byDefault);
}
