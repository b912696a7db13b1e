import type { CommandOrigin } from './ports/audit-note.ts';
import type { JsonObject } from './protocol/json.ts';
import type {
  OperationsHealthReport,
  OperationsListReport,
  OperationsStatusReport,
} from './protocol/operations-report.ts';

/** What the operations API does, for programs inside the process. */
export interface HostOperationsCommands {
  /** Reloads a plugin, with draining. The same as `reload`. */
  reloadPlugin(name: string, options?: CommandOrigin): Promise<void>;
  /**
   * Changes settings of a plugin and lets it begin anew with them, with draining, also one that could be told of the
   * change. When it does not come up, the former values are stored again, the old generation serves, and the reason is
   * thrown.
   */
  updatePluginConfig(name: string, config: JsonObject, options?: CommandOrigin): Promise<void>;
  /** What `GET /plugins/status` answers. */
  getPluginStatus(): OperationsStatusReport;
  /** What `GET /plugins/list` answers. */
  getPluginList(): OperationsListReport;
  /** What `GET /plugins/health` answers. */
  getPluginHealth(): OperationsHealthReport;
}
