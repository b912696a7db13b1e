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
    return hasSecret(value, redact) ? new Redaction(redact).copy(value) : value;
  } catch {
    // proxies and getters may throw
    return 'a value that cannot be printed';
  }
}

function hasSecret(value: unknown, redact: RedactText): boolean {
  const found = new Set<unknown>([value]);
  // a set goes through what is added on the way, and takes nothing twice
  for (const one of found) {
    if (typeof one === 'string' && redact(one) !== one) return true;
    if (found.size < mostObjects) for (const [, member] of membersOf(one)) found.add(member);
  }
  return false;
}

/** What there is to see of an object. Requests, replies, sockets are left to the serializers of the logger. */
function membersOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  // requests and replies of frameworks hold those of Node
  if (isStream(value) || ('raw' in value && isStream(value.raw))) return [];
  const members = Object.entries(value);
  if (!(value instanceof Error)) return members;
  return [...members, ['message', value.message], ['stack', value.stack], ['cause', value.cause]];
}

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'pipe' in value && typeof value.pipe === 'function';
}

class Redaction {
  readonly #redact: RedactText;
  readonly #copies = new Map<object, object>();

  constructor(redact: RedactText) {
    this.#redact = redact;
  }

  copy(value: unknown): unknown {
    if (typeof value === 'string') return this.#redact(value);
    if (typeof value !== 'object' || value === null || this.#copies.size >= mostObjects) return value;
    const known = this.#copies.get(value);
    if (known) return known;
    const members = membersOf(value);
    if (members.length === 0) return value;
    const copy = this.#emptyCopy(value);
    this.#copies.set(value, copy);
    for (const [key, member] of members) {
      if (member === undefined) continue;
      const enumerable = Object.getOwnPropertyDescriptor(value, key)?.enumerable ?? false;
      Object.defineProperty(copy, key, { value: this.copy(member), enumerable, writable: true, configurable: true });
    }
    return copy;
  }

  #emptyCopy(value: object): object {
    if (Array.isArray(value)) return [];
    if (isPluginError(value)) return new PluginError(value.code, this.#redact(value.message));
    return Object.create(Object.getPrototypeOf(value) as object | null) as object;
  }
}
