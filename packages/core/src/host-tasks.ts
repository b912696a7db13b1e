import { TaskRegister } from './capabilities/tasks/task-register.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
import type { Announcer } from './operations/announcer.ts';
import type { AuditTrail } from './operations/audit-trail.ts';
import { TaskCommands } from './operations/task-commands.ts';
import type { JsonObject } from './protocol/json.ts';

export interface HostTasksOptions {
  readonly registry: PluginRegistry;
  readonly announcer: Announcer;
  readonly trail: AuditTrail;
  /** A text without the secrets of a plugin. */
  readonly redact: (plugin: string, text: string) => string;
}

/** Puts together what knows the tasks of plugins. */
export function hostTasks(
  options: ResolvedHostOptions,
  { registry, announcer, trail, redact }: HostTasksOptions,
): TaskCommands {
  const register = new TaskRegister({
    clock: options.clock,
    redact,
    onEnded: ({ plugin, id }, run) => {
      const data = { task: id, run: run as unknown as JsonObject };
      announcer.announce({ plugin, type: 'plugin:task', actor: run.actor ?? 'system', data });
    },
  });
  return new TaskCommands({ ...options, register, registry, journal: trail });
}
