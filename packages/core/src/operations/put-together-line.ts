import { format } from 'node:util';
import type { WrittenLine } from '../capabilities/line-keeper.ts';
import type { RedactText } from '../errors/redact-value.ts';
import { boundedMembers, boundedText, plainText, type JsonBounds } from './bounded-json.ts';

/** Of one line. */
export const lineBounds: JsonBounds = { text: 4_096, all: 16_384, members: 50, depth: 6 };

/** What a line says, bounded and without secrets. */
export interface PutTogetherLine {
  readonly message: string;
  /** JSON text of an object. */
  readonly details: string;
  /** The error that was logged, as it was thrown. */
  readonly error: unknown;
}

/** Reads what a method of a logger was given, in every way that pino takes it; it never throws. */
export function putTogetherLine(line: WrittenLine, redact: RedactText): PutTogetherLine {
  try {
    return readWords(line, redact);
  } catch {
    // proxies throw when they are looked at
    return { message: 'a line that cannot be printed', details: '{}', error: undefined };
  }
}

function readWords({ words, bindings, prefix }: WrittenLine, redact: RedactText): PutTogetherLine {
  const [first, ...rest] = words;
  const isMessage = typeof first !== 'object' || first === null;
  const [message, values] =
    isMessage && first !== undefined && first !== null ? [first, rest] : [rest[0], rest.slice(1)];
  const details = isMessage ? undefined : first instanceof Error ? { err: first } : first;
  const error = errorIn(details);
  const text = message === undefined ? messageOf(error) : formatted(message, values);
  const own = details === undefined ? '' : boundedMembers(details, lineBounds, redact);
  return {
    message: boundedText(prefix + text, lineBounds.text, redact),
    details: `{${(bindings + own).slice(0, -1)}}`,
    error,
  };
}

function errorIn(details: object | undefined): unknown {
  try {
    const { err, error } = (details ?? {}) as { readonly err?: unknown; readonly error?: unknown };
    return err ?? (error instanceof Error ? error : undefined);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? safely(() => plainText(error.message)) : '';
}

function formatted(message: unknown, values: readonly unknown[]): string {
  return safely(() => {
    if (typeof message !== 'string') return String(message);
    // words without a place in the message are not part of it
    if (values.length === 0) return message;
    const places = message.match(/%[sdifjoOc%]/g)?.filter((place) => place !== '%%').length ?? 0;
    return places === 0 ? message : format(message, ...values.slice(0, places));
  });
}

function safely(make: () => string): string {
  try {
    return make();
  } catch {
    return 'a message that cannot be printed';
  }
}
