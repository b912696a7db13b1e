import { PluginError } from '../../errors/plugin-error.ts';
import { toStorableJson, unstorableReason } from '../../manifest/storable-json.ts';

/** Deeper values are refused: parsing them exhausts the stack of PostgreSQL. */
const maxDepth = 1000;
const levels: ReadonlyMap<string, number> = new Map([
  ['[', 1],
  ['{', 1],
  [']', -1],
  ['}', -1],
]);

/** Throws `STORAGE_VALUE_INVALID` for JSON text that is nested more than 1000 levels deep. */
export function assertShallow(text: string): void {
  // Each level needs a character, so that short texts need no look.
  if (text.length <= maxDepth) return;
  let depth = 0;
  let inText = false;
  for (let index = 0; index < text.length && depth <= maxDepth; index += 1) {
    const character = text.charAt(index);
    if (inText && character === '\\') index += 1;
    else if (character === '"') inText = !inText;
    else if (!inText) depth += levels.get(character) ?? 0;
  }
  if (depth > maxDepth) {
    throw new PluginError('STORAGE_VALUE_INVALID', `The value is nested more than ${maxDepth} levels deep.`);
  }
}

/**
 * The JSON text of a value, as a store keeps it. Throws `STORAGE_VALUE_INVALID` for what is not JSON and for what
 * PostgreSQL refuses, so that nothing works in a test and fails in production.
 */
export function storedJson(value: unknown): string {
  const stored = toStorableJson(value);
  if ('text' in stored) return stored.text;
  throw new PluginError('STORAGE_VALUE_INVALID', `The value cannot be stored: ${stored.problem}.`, {
    cause: stored.cause,
  });
}

/**
 * The JSON text of something that is kept for people to read, such as an audit entry: characters that cannot be stored
 * become U+FFFD, because losing the entry would be worse. Throws `STORAGE_VALUE_INVALID` for what is not JSON.
 */
export function readableJson(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new PluginError('STORAGE_VALUE_INVALID', 'The value is not JSON.', { cause });
  }
  // JSON.stringify escapes a surrogate only when it is unpaired. The last alternative steps over other escapes.
  return text.replace(/\\(u0000|ud[89a-f][0-9a-f]{2}|[^])/g, (escape, name: string) =>
    name.length > 1 ? '\\ufffd' : escape,
  );
}

/** Throws `STORAGE_KEY_INVALID` for a key that a database would refuse or confuse with another. */
export function assertStorableKey(key: string): void {
  const reason = unstorableReason(key);
  if (reason !== undefined) throw new PluginError('STORAGE_KEY_INVALID', `The key cannot be used: ${reason}.`);
}
