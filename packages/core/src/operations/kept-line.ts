import type { LogLevel, PluginLogLine } from '../protocol/plugin-log.ts';
import type { JsonObject } from '../protocol/json.ts';

/** A line as it is kept: text only, so that it holds nothing of the plugin. */
export interface KeptLine {
  readonly seq: number;
  readonly at: number;
  readonly plugin: string;
  readonly level: LogLevel;
  readonly message: string;
  /** JSON text of an object. */
  readonly details: string;
  readonly generation: number | null;
  readonly bytes: number;
}

/** The line for those who read it. */
export function readLine({ details, at, bytes: _bytes, ...line }: KeptLine): PluginLogLine {
  return { ...line, at: new Date(at).toISOString(), details: JSON.parse(details) as JsonObject };
}
