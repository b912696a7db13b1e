import type { Json, JsonObject } from './json.ts';
import type { HealthCheck, PluginHealthState } from './plugin-health.ts';
import type { PluginErrorGroup, PluginLogLine } from './plugin-log.ts';
import type { HostFigures, PluginMetrics } from './plugin-metrics.ts';
import type { PluginOperation } from './plugin-operation.ts';
import type { PluginPermissions } from './plugin-permission.ts';
import type { PluginTask } from './plugin-task.ts';
import type { PluginDetail } from './plugin-summary.ts';

/** One plugin in a bundle; lists are cut where the bundle would grow too large. */
export interface PluginDiagnostics {
  readonly detail: PluginDetail;
  /** `null` for a folder without a usable plugin. */
  readonly permissions: PluginPermissions | null;
  /** Plugins that it needs, and those that need it, with what is not met. */
  readonly dependencies: readonly JsonObject[];
  /** How it is, with the latest checks, the latest first. */
  readonly health: (PluginHealthState & { readonly history: readonly HealthCheck[] }) | null;
  readonly metrics: PluginMetrics | null;
  readonly tasks: readonly PluginTask[];
  /** The latest first, 50 at most. */
  readonly operations: readonly PluginOperation[];
  readonly errors: readonly PluginErrorGroup[];
  /** The latest 200, the oldest first. */
  readonly logs: readonly PluginLogLine[];
  /** The latest 100; `null` when the store did not answer. */
  readonly audit: readonly JsonObject[] | null;
  /** Whether something was left out to keep the bundle small. */
  readonly isCut: boolean;
}

/**
 * What is needed to find out what is wrong, to be passed on to others: without secrets of any plugin, without variables of
 * the environment, and with paths as seen from the plugins folder.
 */
export interface Diagnostics {
  /** ISO 8601. */
  readonly at: string;
  readonly versions: {
    readonly framework: string;
    readonly host: string;
    readonly node: string;
    readonly platform: string;
    readonly arch: string;
  };
  readonly process: HostFigures;
  /** How the host is as a whole, and what it holds. */
  readonly host: JsonObject;
  /** The options of the host, without secrets and without what are functions. */
  readonly options: { readonly [option: string]: Json };
  readonly plugins: readonly PluginDiagnostics[];
}
