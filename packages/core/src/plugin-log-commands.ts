import type { LogLevelOptions, LogQuery } from './operations/log-query.ts';
import type {
  LogLevel,
  PluginErrorGroup,
  PluginLogBatch,
  PluginLogLevel,
  PluginLogPage,
} from './protocol/plugin-log.ts';

export type { LogLevelOptions, LogQuery };

/**
 * The latest lines of each plugin: those that it wrote, and those that the host wrote about it. They are gone after a
 * restart. Each member but `follow` throws `PLUGIN_NOT_FOUND`.
 */
export interface PluginLogCommands {
  /** The latest lines that fit. */
  read(name: string, query?: LogQuery): PluginLogPage;
  /**
   * Hears new lines of one plugin, or of all, until the returned function is called: in batches, 4 a second at most,
   * with at most 1,000 lines each; more are counted and not passed on.
   */
  follow(name: string | undefined, listener: (batch: PluginLogBatch) => void): () => void;
  level(name: string): PluginLogLevel;
  /**
   * Keeps and writes lines of the plugin from another level on, for a time; `null` goes back now. It counts for
   * generations to come too. Throws `REQUEST_INVALID`.
   */
  setLevel(name: string, level: LogLevel | null, options?: LogLevelOptions): PluginLogLevel;
  /** Errors in those lines, equal ones together, since the host started; at most 100, the latest first. */
  errors(name: string): PluginErrorGroup[];
}
