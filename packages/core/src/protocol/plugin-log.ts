import type { Json, JsonObject } from './json.ts';

/** How much a line of the log matters, the least first. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** A line that a plugin wrote, or that the host wrote about it; without secrets, and cut where it was large. */
export interface PluginLogLine {
  /** Grows with every line of any plugin; it begins anew when the host starts. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly plugin: string;
  readonly level: LogLevel;
  readonly message: string;
  /** What was logged beside the message, bindings of child loggers included. */
  readonly details: JsonObject;
  /** Which generation wrote it; `null` where the host wrote it. */
  readonly generation: number | null;
}

/** Lines of a plugin that are still there. */
export interface PluginLogPage {
  /** The oldest first. */
  readonly lines: readonly PluginLogLine[];
  /** Whether there are more that fit: older ones, or newer ones where those after a line were asked for. */
  readonly hasMore: boolean;
  /** Lines that had to make room since the host started. */
  readonly dropped: number;
}

/** Lines as they come, for those who follow them. */
export interface PluginLogBatch {
  /** The oldest first. */
  readonly lines: readonly PluginLogLine[];
  /** Lines since the last batch that came too fast to be passed on. */
  readonly dropped: number;
}

/** From which level on the lines of a plugin are kept and written. */
export interface PluginLogLevel {
  readonly level: LogLevel;
  /** What it goes back to. */
  readonly standard: LogLevel;
  /** When it goes back by itself, ISO 8601; `null` while it is the standard one. */
  readonly until: string | null;
}

/** Errors of a plugin that are the same but for numbers, names in quotes and ids. Times are ISO 8601. */
export interface PluginErrorGroup {
  /** The same for the same error, in every process. */
  readonly fingerprint: string;
  /** The class of the error, for example `TypeError`; `null` for lines without one. */
  readonly type: string | null;
  /** The latest message. */
  readonly message: string;
  /** Where it entered the plugin's code, as `index.js:3:20`; `null` where that is not known. */
  readonly where: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** The latest of them. */
  readonly example: {
    readonly message: string;
    readonly stack: string | null;
    readonly generation: number | null;
    /** What was logged with it. */
    readonly details: { readonly [member: string]: Json };
  };
}
