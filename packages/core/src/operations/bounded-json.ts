import type { RedactText } from '../errors/redact-value.ts';

/** How much of a value is kept. Numbers of characters, members and levels. */
export interface JsonBounds {
  readonly text: number;
  readonly all: number;
  readonly members: number;
  readonly depth: number;
}

/** Members of these names are never kept, whoever wrote them. */
const sensitiveName =
  /^(?:.*pass(?:word|wd|phrase)|.*secret|.*token|.*api[-_]?key|.*private[-_]?key|authorization|proxy-authorization|cookie|set-cookie|credentials?)$/i;

/**
 * The members of an object as JSON text, each with a comma after it: cut where they are large, and without secrets. It
 * never throws, and reads no more of a value than it keeps.
 */
export function boundedMembers(value: object, bounds: JsonBounds, redact: RedactText): string {
  try {
    return new BoundedJson(bounds, redact).members(value, []);
  } catch {
    return '';
  }
}

/** A text without secrets that is not longer than a number of characters. */
export function boundedText(text: string, most: number, redact: RedactText): string {
  const seen = text.length > most * 4 ? text.slice(0, most * 4) : text;
  const looked = redact(seen);
  if (looked.length <= most && seen === text) return looked;
  // a secret that the first cut went through was not found
  const end = seen === text ? most : Math.min(most, Math.max(0, looked.length - most));
  return `${looked.slice(0, end)}… (${text.length} characters)`;
}

/** The text of what should be one, whatever plugins may have put there. */
export function plainText(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

class BoundedJson {
  readonly #bounds: JsonBounds;
  readonly #redact: RedactText;
  #left: number;

  constructor(bounds: JsonBounds, redact: RedactText) {
    this.#bounds = bounds;
    this.#redact = redact;
    this.#left = bounds.all;
  }

  /** `undefined` for what JSON has no text for. */
  textOf(value: unknown, above: readonly object[]): string | undefined {
    try {
      return this.#textOf(value, above);
    } catch {
      return '"a value that cannot be printed"';
    }
  }

  members(value: object, above: readonly object[]): string {
    let text = '';
    let count = 0;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      if (count === this.#bounds.members || this.#left <= 0) return `${text}"…":"more than is kept",`;
      count += 1;
      this.#left -= 1;
      text += this.#member(value, key, above);
    }
    return text;
  }

  #member(value: object, key: string, above: readonly object[]): string {
    let member: unknown;
    try {
      member = (value as Readonly<Record<string, unknown>>)[key];
    } catch {
      member = 'a value that cannot be read';
    }
    if (sensitiveName.test(key) && isSecretValue(member)) member = '[secret]';
    const json = this.textOf(member, above);
    return json === undefined ? '' : `${this.#quoted(key, 200)}:${json},`;
  }

  #textOf(value: unknown, above: readonly object[]): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.#quoted(value, this.#bounds.text);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return String(value);
      case 'bigint':
        return this.#quoted(String(value), this.#bounds.text);
      case 'object':
        return value === null ? 'null' : this.#object(value, above);
      default:
        return undefined;
    }
  }

  #number(value: number): string {
    if (!Number.isFinite(value)) return `"${value}"`;
    const text = String(value);
    const redacted = this.#redact(text);
    return redacted === text ? text : JSON.stringify(redacted);
  }

  #object(value: object, above: readonly object[]): string | undefined {
    const name = nameInstead(value);
    if (name !== undefined) return JSON.stringify(name);
    if (above.includes(value)) return '"[circular]"';
    if (this.#left <= 0 || above.length >= this.#bounds.depth) return '"…"';
    const within = [...above, value];
    if (value instanceof Error) return this.#error(value, within);
    const { toJSON } = value as { readonly toJSON?: unknown };
    if (typeof toJSON === 'function') return this.#textOf(toJSON.call(value), within);
    return Array.isArray(value) ? this.#list(value, within) : `{${closed(this.members(value, within))}}`;
  }

  #list(values: readonly unknown[], above: readonly object[]): string {
    let text = '';
    for (let at = 0; at < values.length; at += 1) {
      if (at === this.#bounds.members || this.#left <= 0) return `[${text}"… ${values.length - at} more"]`;
      this.#left -= 1;
      text += `${this.textOf(values[at], above) ?? 'null'},`;
    }
    return `[${closed(text)}]`;
  }

  #error(error: Error, above: readonly object[]): string {
    const { text } = this.#bounds;
    const parts = [
      `"type":${this.#quoted(plainText(error.name), 200)}`,
      `"message":${this.#quoted(plainText(error.message), text)}`,
      `"stack":${this.#quoted(plainText(error.stack), text * 2)}`,
    ];
    const rest = closed(this.members(error, above));
    const cause = error.cause === undefined ? undefined : this.textOf(error.cause, above);
    return `{${[...parts, ...(rest ? [rest] : []), ...(cause === undefined ? [] : [`"cause":${cause}`])].join(',')}}`;
  }

  #quoted(text: string, most: number): string {
    const json = JSON.stringify(boundedText(text, Math.min(most, Math.max(this.#left, 40)), this.#redact));
    this.#left -= json.length;
    return json;
  }
}

/** What stands for things that are nobody's data: buffers, streams, requests of a framework. */
function nameInstead(value: object): string | undefined {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  const { pipe, raw } = value as { readonly pipe?: unknown; readonly raw?: { readonly pipe?: unknown } | null };
  const isStream = typeof pipe === 'function' || (typeof raw === 'object' && typeof raw?.pipe === 'function');
  return isStream ? `a ${value.constructor.name}` : undefined;
}

function isSecretValue(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

function closed(text: string): string {
  return text.endsWith(',') ? text.slice(0, -1) : text;
}
