import { PluginError, isPluginError } from './plugin-error.ts';

/** Takes secrets out of a text. */
export type RedactText = (text: string) => string;

/** Objects that are looked through at most; those of frameworks lead to half of the process. */
const mostObjects = 1_000;

/**
 * Takes secrets out of whatever was thrown or is to be logged. What has none is returned as it is; otherwise a copy, of
 * an error with its name, code and stack.
 */
export function redactValue(value: unknown, redact: RedactText): unknown {
  try {
    return redactInside(value, redact, new Set());
  } catch {
    // proxies and getters may throw
    return 'a value that cannot be printed';
  }
}

function redactInside(value: unknown, redact: RedactText, seen: Set<object>): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null || isStream(value)) return value;
  if (seen.has(value) || seen.size >= mostObjects) return value;
  seen.add(value);
  const inside = (inner: unknown): unknown => redactInside(inner, redact, seen);
  if (Array.isArray(value)) return changedOr(value, value.map(inside), value);
  const members = Object.entries(value);
  const redacted = members.map(([, member]) => inside(member));
  const were = members.map(([, member]) => member);
  const copyMembers = (target: object): object => {
    for (const [index, [key]] of members.entries()) define(target, key, redacted[index]);
    return target;
  };
  if (value instanceof Error) return redactError(value, { inside, copyMembers, isChanged: differ(were, redacted) });
  return differ(were, redacted) ? copyMembers(Object.create(Object.getPrototypeOf(value) as object) as object) : value;
}

interface ErrorParts {
  readonly inside: (inner: unknown) => unknown;
  readonly copyMembers: (target: object) => object;
  readonly isChanged: boolean;
}

function redactError(error: Error, { inside, copyMembers, isChanged }: ErrorParts): Error {
  const texts = [error.message, error.stack, error.cause];
  const [message, stack, cause] = texts.map(inside);
  if (!isChanged && !differ(texts, [message, stack, cause])) return error;
  const copy = isPluginError(error)
    ? new PluginError(error.code, String(message))
    : Object.defineProperty(new Error(String(message)), 'name', { value: error.name, configurable: true });
  copyMembers(copy);
  define(copy, 'stack', stack, false);
  if (cause !== undefined) define(copy, 'cause', cause, false);
  return copy;
}

function define(target: object, key: string, value: unknown, enumerable: boolean = true): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true });
}

function changedOr(were: readonly unknown[], are: readonly unknown[], value: unknown): unknown {
  return differ(were, are) ? are : value;
}

function differ(were: readonly unknown[], are: readonly unknown[]): boolean {
  return were.some((value, index) => !Object.is(value, are[index]));
}

function isStream(value: object): boolean {
  return 'pipe' in value && typeof value.pipe === 'function';
}
