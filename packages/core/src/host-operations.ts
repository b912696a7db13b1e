import type { HostHealthParts } from './host-health.ts';
import type { HostOperationsCommands } from './host-operations-commands.ts';
import type { CommandOrigin } from './ports/audit-note.ts';
import type { ConfigCommands } from './operations/config-commands.ts';
import type { PluginHealthCommands } from './plugin-health-commands.ts';
import type { HostCondition } from './protocol/host-condition.ts';
import type { JsonObject } from './protocol/json.ts';
import type {
  OperationsHealthReport,
  OperationsListReport,
  OperationsStatusReport,
} from './protocol/operations-report.ts';

/** The part of a host that tells how it is, and does in the process what the operations API does from outside. */
export abstract class HostOperations implements HostOperationsCommands {
  abstract readonly config: ConfigCommands;

  abstract readonly reload: (name: string, options?: CommandOrigin) => Promise<void>;

  protected abstract readonly healthParts: HostHealthParts;

  get health(): PluginHealthCommands {
    return this.healthParts.view;
  }

  get isTainted(): boolean {
    return this.healthParts.view.isTainted;
  }

  condition(): HostCondition {
    return this.healthParts.condition();
  }

  reloadPlugin(name: string, options?: CommandOrigin): Promise<void> {
    return this.reload(name, options);
  }

  updatePluginConfig(name: string, config: JsonObject, options?: CommandOrigin): Promise<void> {
    return this.config.update(name, config, { ...options, beginAnew: true });
  }

  getPluginStatus(): OperationsStatusReport {
    return this.healthParts.report.status();
  }

  getPluginList(): OperationsListReport {
    return this.healthParts.report.list();
  }

  getPluginHealth(): OperationsHealthReport {
    return this.healthParts.report.health();
  }
}
