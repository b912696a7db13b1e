import { PluginError, isPluginError } from './plugin-error.ts';

/** Takes secrets out of a text. */
export type RedactText = (text: string) => string;

/** Objects that are looked through at most; those of frameworks lead to half of the process. */
const mostObjects = 10_000;

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
  if (!isObject(value)) return redacted(value, redact) !== value;
  const found = new Set<object>([value]);
  // a set goes through what is added on the way, and takes nothing twice
  for (const one of found) {
    const json = jsonOf(one);
    for (const [key, member] of json === one ? membersOf(one) : [['', json] as const]) {
      if (isObject(member)) found.add(member);
      else if (redacted(member, redact) !== member) return true;
      if (redact(key) !== key) return true;
    }
    // what is not looked at is not shown either
    if (found.size > mostObjects) return true;
  }
  return false;
}

/** A text without secrets; a number that is one is taken for its text. */
function redacted(value: unknown, redact: RedactText): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'number') return value;
  const text = redact(String(value));
  return Number.isFinite(value) && !/\d/.test(text) ? text : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What stands for an object in JSON, and so in the log: a url for example has no members. */
function jsonOf(value: object): unknown {
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === 'function' && !(value instanceof Error) && !ArrayBuffer.isView(value)
    ? toJSON.call(value)
    : value;
}

/** What there is to see of an object. Requests, replies, sockets are left to the serializers of the logger. */
function membersOf(value: object): [string, unknown][] {
  if (ArrayBuffer.isView(value)) return [];
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
  readonly #copies = new Map<object, unknown>();

  constructor(redact: RedactText) {
    this.#redact = redact;
  }

  copy(value: unknown): unknown {
    if (!isObject(value)) return redacted(value, this.#redact);
    if (this.#copies.has(value)) return this.#copies.get(value);
    if (this.#copies.size >= mostObjects) return 'more than can be looked through';
    const json = jsonOf(value);
    if (json === value) return this.#copyMembers(value);
    this.#copies.set(value, undefined);
    const copy = this.copy(json);
    this.#copies.set(value, copy);
    return copy;
  }

  #copyMembers(value: object): unknown {
    const members = membersOf(value);
    if (members.length === 0) return value;
    const copy = this.#emptyCopy(value);
    this.#copies.set(value, copy);
    for (const [key, member] of members) {
      if (member === undefined) continue;
      const enumerable = Object.getOwnPropertyDescriptor(value, key)?.enumerable ?? false;
      const described = { value: this.copy(member), enumerable, writable: true, configurable: true };
      Object.defineProperty(copy, this.#redact(key), described);
    }
    return copy;
  }

  #emptyCopy(value: object): object {
    if (Array.isArray(value)) return [];
    if (isPluginError(value)) return new PluginError(value.code, this.#redact(value.message));
    return Object.create(Object.getPrototypeOf(value) as object | null) as object;
  }
}
