import { describeError } from '../../errors/describe-error.ts';
import { PluginError } from '../../errors/plugin-error.ts';
import type { Scheduler } from '../../ports/scheduler.ts';
import type { Undo } from '../../scope/scope.ts';
import type { Capability } from '../capability.ts';
import { requireFunction } from '../require-function.ts';

export interface TaskOptions {
  /** For people; the cron expression when absent. */
  readonly name?: string;
  /** IANA time zone, for example `Europe/Berlin`; the machine's when absent. */
  readonly timezone?: string;
  /** Whether a tick may begin while the last one still runs; default `false`: such ticks are left out. */
  readonly overlap?: boolean;
  /** Once in the cluster (default) or once on each instance; the same with one instance. */
  readonly scope?: 'cluster' | 'instance';
}

/** Ends a task; what schedulers return has a `stop()`, which plugins call. */
export interface ScheduledTask extends Undo {
  stop(): void;
}

/** Work by the clock. */
export interface TasksSlice {
  scheduleTask(cron: string, handler: () => unknown, options?: TaskOptions | null): ScheduledTask;
}

/** Lets plugins schedule work; the same expression twice makes two tasks. */
export function tasks(scheduler: Scheduler): Capability<TasksSlice> {
  return {
    name: 'tasks',
    create: ({ release: { plugin }, scope, gate, logger }) => ({
      scheduleTask(cron, handler, given) {
        const options = given ?? {};
        requireFunction(handler, `scheduleTask(${JSON.stringify(cron)})`, plugin);
        validate(plugin, () => scheduler.validate(cron, options.timezone));
        const label = `task ${options.name ?? cron}`;
        let running = false;
        const tick = (): void => {
          if (running && options.overlap !== true) {
            gate.meter.count('tasksSkipped');
            logger.warn({ task: label }, 'left out a tick: the last one still runs');
            return;
          }
          running = true;
          gate.fire('task', label, async () => {
            try {
              await handler();
            } finally {
              running = false;
            }
          });
        };
        const { timezone } = options;
        const undo = scope.whenLive(label, () => scheduler.schedule({ expression: cron, timezone, tick }));
        return Object.assign(() => undo(), { stop: undo });
      },
    }),
  };
}

function validate(plugin: string, check: () => void): void {
  try {
    check();
  } catch (cause) {
    const message = `Plugin "${plugin}" scheduled a task that cannot run: ${describeError(cause)}`;
    throw new PluginError('TASK_INVALID', message, { plugin, cause });
  }
}
