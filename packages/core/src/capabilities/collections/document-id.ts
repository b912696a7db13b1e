import type { Json } from '../../protocol/json.ts';

/** An id as it is stored. Plugins number documents too, and look them up by the number. */
export function givenId(id: Json): Json {
  return typeof id === 'number' ? String(id) : id;
}
