import type { Json, JsonObject } from '../protocol/json.ts';

/** Whether a value is a JSON object: no list, not null. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
