import type { Json } from '@catalyst-plugins/core/protocol';

const maxDepth = 40;
const maxValues = 5_000;

/** A copy of what a plugin wrote if it is JSON of a sensible size, else `undefined`. */
export function plainJson(value: unknown): Json | undefined {
  let left = maxValues;
  const copy = (from: unknown, depth: number): Json => {
    left -= 1;
    if (left < 0 || depth > maxDepth) throw new TypeError('too large');
    if (from === null || typeof from === 'string' || typeof from === 'boolean') return from;
    if (typeof from === 'number' && Number.isFinite(from)) return from;
    if (from instanceof Date) return from.toISOString();
    if (typeof from !== 'object') throw new TypeError('not JSON');
    if (Array.isArray(from)) return from.map((one) => copy(one, depth + 1));
    const members = Object.entries(from).filter(([, member]) => member !== undefined);
    return Object.fromEntries(members.map(([key, member]) => [key, copy(member, depth + 1)]));
  };
  try {
    return copy(value, 0);
  } catch {
    return undefined;
  }
}
