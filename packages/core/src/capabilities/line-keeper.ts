import type { LogLevel } from '../protocol/plugin-log.ts';

/** A line as it was written, before it is put together. */
export interface WrittenLine {
  readonly level: LogLevel;
  /** What the method of the logger was given. */
  readonly words: readonly unknown[];
  /** Members of the JSON text of what child loggers add to each line; empty, or with a comma at the end of each. */
  readonly bindings: string;
  /** What child loggers put in front of each message. */
  readonly prefix: string;
}

/** Keeps the lines of one generation of a plugin, and says which are worth it. Levels are numbers, as pino has them. */
export interface LineKeeper {
  /** From which level on lines are kept; `own` is what the plugin has set itself. */
  keptFrom(own: number | undefined): number;
  /** From which level on they are written to the log of the host. */
  writtenFrom(own: number | undefined): number;
  keep(line: WrittenLine): void;
  /** The members that bindings add to the details of each line, as `WrittenLine.bindings` has them. */
  bindingsText(bindings: Readonly<Record<string, unknown>>): string;
}
