import type { Json, JsonObject } from '@catalyst-plugins/core/protocol';

/** Whether two values are the same JSON, whatever the order of members. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [ofA, ofB] = [Object.entries(a), Object.entries(b)];
  return (
    ofA.length === ofB.length &&
    ofA.every(([key, value]) => Object.hasOwn(b, key) && isSame(value, (b as JsonObject)[key]))
  );
}
