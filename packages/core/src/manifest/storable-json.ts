import { describeError } from '../errors/describe-error.ts';

/**
 * Why no store could keep a text, or `undefined` when every store can.
 * PostgreSQL refuses NUL and half a surrogate pair; refused at the door, so that everything behaves alike on every store.
 */
export function unstorableReason(text: string): string | undefined {
  if (text.includes('\u0000')) return 'the character NUL cannot be stored';
  if (/\p{Surrogate}/u.test(text)) return 'half of a surrogate pair cannot be stored';
  return undefined;
}

/** The JSON text of a value, or why there is none that can be stored. */
export type StorableJson = { readonly text: string } | { readonly problem: string; readonly cause?: unknown };

/** Makes JSON text of a value; what JSON would change or stores refuse (NaN, NUL, cycles, functions) is a problem. */
export function toStorableJson(value: unknown): StorableJson {
  try {
    const text: string | undefined = JSON.stringify(value, refuseUnstorable);
    return text === undefined ? { problem: `it is ${typeof value}` } : { text };
  } catch (cause) {
    return { problem: describeError(cause), cause };
  }
}

function refuseUnstorable(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} is not a JSON number`);
  const reason = unstorableReason(key) ?? (typeof value === 'string' ? unstorableReason(value) : undefined);
  if (reason !== undefined) throw new TypeError(reason);
  return value;
}
