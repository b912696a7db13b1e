import type { Json, JsonObject } from '@catalyst-plugins/core/protocol';
import type { FormField } from './form-field.ts';

/** Whether a value stands for a secret that is not told. */
export function isHiddenSecret(value: Json | undefined): boolean {
  return isObject(value) && '$secret' in value;
}

/** A value of a draft to be shown: secrets that were typed read `{ "$secret": "new" }`. */
export function withoutSecrets(field: FormField | undefined, value: Json): Json {
  if (field === undefined) return value;
  if (field.kind === 'secret') return typeof value === 'string' ? { $secret: 'new' } : value;
  const { item, members } = field;
  if (Array.isArray(value)) return item ? value.map((entry) => withoutSecrets(item, entry)) : value;
  if (!isObject(value) || members.length === 0) return value;
  const entries = Object.entries(value).map(([key, member]): [string, Json] => {
    const of = members.find((one) => one.key === key);
    return [key, withoutSecrets(of, member)];
  });
  return Object.fromEntries(entries);
}

/** What was shown and edited as text, with the secrets of the draft where they are still in their places. */
export function withSecretsOf(draft: Json | undefined, edited: Json): Json {
  if (isObject(edited) && edited['$secret'] === 'new') return draft ?? null;
  if (Array.isArray(edited)) {
    const entries = Array.isArray(draft) ? draft : [];
    return edited.map((entry, index) => withSecretsOf(entries[index], entry));
  }
  if (!isObject(edited)) return edited;
  const members = isObject(draft) ? draft : {};
  return Object.fromEntries(
    Object.entries(edited).map(([key, value]): [string, Json] => [key, withSecretsOf(members[key], value)]),
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
