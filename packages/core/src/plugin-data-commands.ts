import type { CommandOrigin } from './ports/audit-note.ts';

/** What plugins have stored, for administrators. */
export interface PluginDataCommands {
  /**
   * Deletes all values and documents that a plugin has stored, for good; its settings, grants and audit entries stay. The
   * plugin has to be off, for what it has in memory would be written again. Throws `PLUGIN_ENABLED`, `PLUGIN_NOT_FOUND`,
   * `STORE_UNAVAILABLE`.
   */
  clear(name: string, options?: CommandOrigin): Promise<void>;
}
