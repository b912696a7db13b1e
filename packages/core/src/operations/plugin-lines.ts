import type { LineKeeper, WrittenLine } from '../capabilities/line-keeper.ts';
import type { RedactText } from '../errors/redact-value.ts';
import { levelNumbers } from '../ports/log-level.ts';
import type { LogLevel, PluginErrorGroup } from '../protocol/plugin-log.ts';
import { boundedMembers } from './bounded-json.ts';
import { ErrorGroups } from './error-groups.ts';
import type { KeptLine } from './kept-line.ts';
import { LineRing } from './line-ring.ts';
import type { LogLevels } from './log-levels.ts';
import { lineBounds, putTogetherLine } from './put-together-line.ts';

export interface PluginLinesOptions {
  readonly plugin: string;
  readonly bounds: { readonly lines: number; readonly bytes: number };
  readonly levels: LogLevels;
  readonly redact: RedactText;
  readonly now: () => number;
  readonly nextSeq: () => number;
  /** Where code of the plugin runs from. */
  readonly directories: () => readonly string[];
  readonly onLine: (line: KeptLine) => void;
}

/** Bytes that a line takes beside its texts, more or less. */
const overhead = 120;

/** The latest lines of one plugin, and its errors. */
export class PluginLines {
  readonly #options: PluginLinesOptions;
  readonly #ring: LineRing<KeptLine>;
  readonly #errors = new ErrorGroups();

  constructor(options: PluginLinesOptions) {
    this.#options = options;
    this.#ring = new LineRing(options.bounds);
  }

  get dropped(): number {
    return this.#ring.dropped;
  }

  /** The oldest first. */
  all(): KeptLine[] {
    return this.#ring.all();
  }

  errors(): PluginErrorGroup[] {
    return this.#errors.list();
  }

  /** Keeps the lines of one generation, or those of the host about the plugin. */
  keeper(generation: number | null): LineKeeper {
    const { plugin, levels, redact } = this.#options;
    return {
      keptFrom: (own) => levels.keptFrom(plugin, own),
      writtenFrom: (own) => levels.writtenFrom(plugin, own),
      keep: (line) => this.add(line, generation),
      bindingsText: (bindings) => boundedMembers(bindings, lineBounds, redact),
    };
  }

  add(written: WrittenLine, generation: number | null): void {
    const { plugin, redact, now, nextSeq, directories, onLine } = this.#options;
    const { message, details, error } = putTogetherLine(written, redact);
    const { level } = written;
    const at = now();
    const bytes = overhead + Buffer.byteLength(message) + Buffer.byteLength(details);
    const line = { seq: nextSeq(), at, plugin, level, message, details, generation, bytes };
    this.#ring.add(line);
    if (isError(level)) this.#errors.add({ at, message, error, generation, details }, directories(), redact);
    onLine(line);
  }
}

function isError(level: LogLevel): boolean {
  return levelNumbers[level] >= levelNumbers.error;
}
