import { describeError } from '../../errors/describe-error.ts';
import { PluginError } from '../../errors/plugin-error.ts';
import type { Scheduler } from '../../ports/scheduler.ts';
import type { Stop, Undo } from '../../scope/scope.ts';
import type { Capability, CapabilitySession } from '../capability.ts';
import { requireFunction } from '../require-function.ts';
import type { LiveTask, TaskTerms } from './known-task.ts';
import { TaskIds } from './task-ids.ts';
import type { TaskRegister } from './task-register.ts';
import { readTaskTerms, type TaskOptions } from './task-terms.ts';

/** Ends a task; what schedulers return has a `stop()`, which plugins call. */
export interface ScheduledTask extends Undo {
  stop(): void;
}

/** Work by the clock. */
export interface TasksSlice {
  scheduleTask(cron: string, handler: () => unknown, options?: TaskOptions | null): ScheduledTask;
}

export interface TasksOptions {
  readonly scheduler: Scheduler;
  /** Knows the tasks of all generations. */
  readonly register: TaskRegister;
}

/** Lets plugins schedule work; the same expression twice makes two tasks. */
export function tasks({ scheduler, register }: TasksOptions): Capability<TasksSlice> {
  return {
    name: 'tasks',
    create(session) {
      const { generation, scope, gate } = session;
      const { plugin } = session.release;
      const ids = new TaskIds();
      gate.signal.addEventListener('abort', () => register.cut(plugin, generation, gate.signal.reason));
      return {
        scheduleTask(cron, handler, given) {
          requireFunction(handler, `scheduleTask(${JSON.stringify(cron)})`, plugin);
          const terms = checked(plugin, () => readTaskTerms(scheduler, cron, given ?? {}));
          const id = ids.take(terms);
          const live = liveTask(session, { id, terms, handler });
          const start = (): Stop => goLive({ scheduler, register }, { plugin, id, live });
          const undo = scope.whenLive(`task ${id}`, start, () => ids.free(id));
          let isStopped = false;
          const stop = (): void => {
            if (isStopped) return;
            isStopped = true;
            undo();
            register.find(plugin, id)?.unlist(generation);
          };
          return Object.assign(() => stop(), { stop });
        },
      };
    },
  };
}

interface TaskOfSession {
  readonly id: string;
  readonly terms: TaskTerms;
  readonly handler: () => unknown;
}

function liveTask({ generation, gate, logger }: CapabilitySession, { id, terms, handler }: TaskOfSession): LiveTask {
  const label = `task ${id}`;
  return {
    generation,
    terms,
    begin(ended) {
      gate.fire('task', label, async () => {
        try {
          await handler();
        } catch (error) {
          ended({ error });
          throw error;
        }
        ended();
      });
    },
    onSkip(isFirst) {
      gate.meter.count('tasksSkipped');
      if (isFirst) logger.warn({ task: label }, 'left out a tick: the last run has not ended');
    },
  };
}

interface PlacedTask {
  readonly plugin: string;
  readonly id: string;
  readonly live: LiveTask;
}

function goLive({ scheduler, register }: TasksOptions, { plugin, id, live }: PlacedTask): Stop {
  const { task, after } = register.attach(plugin, id, live);
  const { cron: expression, timezone } = live.terms;
  try {
    const stop = scheduler.schedule({ expression, timezone, after, tick: (slot) => task.tick(slot) });
    return () => {
      stop();
      task.detach(live);
    };
  } catch (error) {
    task.detach(live);
    throw error;
  }
}

function checked<Value>(plugin: string, check: () => Value): Value {
  try {
    return check();
  } catch (cause) {
    const message = `Plugin "${plugin}" scheduled a task that cannot run: ${describeError(cause)}`;
    throw new PluginError('TASK_INVALID', message, { plugin, cause });
  }
}
