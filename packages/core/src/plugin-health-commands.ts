import type { HealthCheck, HostHealth, PluginHealthState } from './protocol/plugin-health.ts';

/** How plugins are, for monitoring and administrators; no answer has a secret in it. */
export interface PluginHealthCommands {
  /** How a plugin is, by its latest checks. Throws `PLUGIN_NOT_FOUND`. */
  of(name: string): PluginHealthState;
  /** All plugins by name, folders with unusable ones included. */
  all(): PluginHealthState[];
  /** The host as a whole. */
  overall(): HostHealth;
  /** Looks at a plugin now; whoever asks while that is being done gets the same check. Throws `PLUGIN_NOT_FOUND`. */
  check(name: string): Promise<PluginHealthState>;
  /** The latest 60 checks, the latest first. Throws `PLUGIN_NOT_FOUND`. */
  history(name: string): readonly HealthCheck[];
}
