import { createHash } from 'node:crypto';
import type { RedactText } from '../errors/redact-value.ts';
import type { PluginErrorGroup } from '../protocol/plugin-log.ts';
import { boundedText, plainText } from './bounded-json.ts';
import { lineBounds } from './put-together-line.ts';
import { positionInFolder, stackFrames } from './stack-frames.ts';

/** Groups of one plugin that are kept; the one that was not seen for longest makes room. */
const mostGroups = 100;

/** An error line, as far as it matters here. */
export interface ErrorLine {
  readonly at: number;
  readonly message: string;
  readonly error: unknown;
  readonly generation: number | null;
  /** JSON text of an object. */
  readonly details: string;
}

interface Group {
  readonly fingerprint: string;
  readonly type: string | null;
  readonly where: string | null;
  readonly firstAt: number;
  count: number;
  latest: ErrorLine;
  message: string;
}

/** Errors of one plugin, those together that are the same but for what changes from one to the next. */
export class ErrorGroups {
  /** By what they have in common; the one that was seen last is the last. */
  readonly #groups = new Map<string, Group>();

  /** `directories` are those that code of the plugin runs from. */
  add(line: ErrorLine, directories: readonly string[], redact: RedactText): void {
    const { error } = line;
    const type = typeOf(error);
    const message = boundedText(messageOf(error) ?? line.message, lineBounds.text, redact);
    const where = placeOf(error, directories);
    const key = `${type ?? ''}\0${normalized(message)}\0${where ?? ''}`;
    const known = this.#groups.get(key);
    const fingerprint = known?.fingerprint ?? createHash('sha256').update(key).digest('hex').slice(0, 16);
    // the details have the stack; the error itself could hold half of the plugin
    const latest = { ...line, error: undefined };
    const { count, firstAt } = known ?? { count: 0, firstAt: line.at };
    this.#groups.delete(key);
    this.#groups.set(key, { fingerprint, type, where, firstAt, count: count + 1, latest, message });
    for (const [oldest] of this.#groups) {
      if (this.#groups.size <= mostGroups) break;
      this.#groups.delete(oldest);
    }
  }

  /** The one that was seen last first. */
  list(): PluginErrorGroup[] {
    return [...this.#groups.values()].toReversed().map(described);
  }
}

function described({ fingerprint, type, message, where, count, firstAt, latest }: Group): PluginErrorGroup {
  const details = JSON.parse(latest.details) as PluginErrorGroup['example']['details'];
  const { stack } = (details['err'] ?? details['error'] ?? {}) as { readonly stack?: string };
  return {
    fingerprint,
    type,
    message,
    where,
    count,
    firstAt: new Date(firstAt).toISOString(),
    lastAt: new Date(latest.at).toISOString(),
    example: { message: latest.message, stack: stack ?? null, generation: latest.generation, details },
  };
}

function typeOf(error: unknown): string | null {
  try {
    if (error instanceof Error) return plainText(error.name).slice(0, 200);
    return error === undefined ? null : typeof error;
  } catch {
    return 'Error';
  }
}

function messageOf(error: unknown): string | undefined {
  try {
    return error instanceof Error ? plainText(error.message) : undefined;
  } catch {
    return undefined;
  }
}

/** The first call site in the plugin. */
function placeOf(error: unknown, directories: readonly string[]): string | null {
  for (const frame of stackFrames(error)) {
    for (const directory of directories) {
      const place = positionInFolder(frame, directory);
      if (place !== undefined) return place;
    }
  }
  return null;
}

/** A message without what differs from one error of a kind to the next. */
function normalized(message: string): string {
  return message
    .slice(0, 500)
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/g, '"…"')
    .replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '#')
    .replaceAll(/\b(?=[0-9a-z_-]*\d)[0-9a-z_-]{8,}\b/gi, '#')
    .replaceAll(/\d+(?:\.\d+)?/g, '#');
}
