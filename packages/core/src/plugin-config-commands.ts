import type { CommandRequestOrigin } from './ports/audit-note.ts';
import type { ConfigRevisionQuery } from './ports/plugin-store.ts';
import type { JsonObject } from './protocol/json.ts';
import type { ConfigTest, PluginConfigRevision, PluginConfigState } from './protocol/plugin-config-state.ts';

/** Who changes settings, and what he has seen of them. */
export interface ConfigOptions {
  /** A user id; `host` when absent. */
  readonly actor?: string | undefined;
  /** Why they are changed, for the audit. */
  readonly reason?: string | undefined;
  /** The request that the change comes with, for the audit. */
  readonly request?: CommandRequestOrigin | undefined;
  /** Saves only while the settings are at this revision; without, the change is laid over whatever is stored. */
  readonly expectedRevision?: number | undefined;
}

/**
 * The settings of plugins, for administrators; no answer has a secret in it.
 * A change is told to a plugin that has `onConfigChange`; any other active plugin is reloaded, and when that fails the
 * former values are stored again and the reason is thrown.
 */
export interface PluginConfigCommands {
  state(name: string): PluginConfigState;
  /**
   * Changes some settings; the others stay. Throws `CONFIG_INVALID`, `CONFIG_LOCKED`, and `CONFIG_CONFLICT` with a
   * `ConfigConflict` as `details`.
   */
  update(name: string, patch: JsonObject, options?: ConfigOptions): Promise<void>;
  /** Says what would come of a change, without making it: checks it, and asks the plugin where it is active. */
  test(name: string, patch: JsonObject): Promise<ConfigTest>;
  /** What was saved, the latest first; 50 unless told. */
  revisions(name: string, query?: ConfigRevisionQuery): Promise<PluginConfigRevision[]>;
  /** Stores the values of a revision again, all of them; 0 is the empty one. Throws `CONFIG_REVISION_NOT_FOUND`, and what `update` does. */
  restore(name: string, revision: number, options?: ConfigOptions): Promise<void>;
}
