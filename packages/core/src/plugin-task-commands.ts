import type { CommandOrigin } from './ports/audit-note.ts';
import type { PluginTask, PluginTaskRun } from './protocol/plugin-task.ts';

/**
 * The tasks of plugins, for administrators. A plugin's tasks are known once it has been active.
 * All throw `PLUGIN_NOT_FOUND`, and those about one task `TASK_NOT_FOUND`.
 */
export interface PluginTaskCommands {
  /** The tasks of all plugins, or of one. */
  list(plugin?: string): PluginTask[];
  /** The runs that go on and the last 50 that have ended since the host started, the latest first. */
  runs(plugin: string, id: string): PluginTaskRun[];
  /**
   * Runs a task now, also while it is paused; resolves when it has begun. Throws `TASK_RUNNING` when it runs and may not
   * overlap with itself, `PLUGIN_NOT_ACTIVE`.
   */
  run(plugin: string, id: string, options?: CommandOrigin): Promise<PluginTaskRun>;
  /** Lets the schedule of a task pass by until it is resumed, over reloads and restarts. What runs goes on. Throws `STORE_UNAVAILABLE`. */
  pause(plugin: string, id: string, options?: CommandOrigin): Promise<PluginTask>;
  /** Lets a task go on by its schedule; what it missed is not made up for. Throws `STORE_UNAVAILABLE`. */
  resume(plugin: string, id: string, options?: CommandOrigin): Promise<PluginTask>;
}
