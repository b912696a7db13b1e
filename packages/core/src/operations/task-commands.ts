import type { KnownTask } from '../capabilities/tasks/known-task.ts';
import type { TaskRegister } from '../capabilities/tasks/task-register.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import { giverOf, type CommandGiver, type CommandOrigin } from '../ports/audit-note.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginRecord } from '../ports/plugin-store.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import type { PluginTask, PluginTaskRun } from '../protocol/plugin-task.ts';
import { SerialQueues } from '../scope/serial-queues.ts';

export interface TaskCommandsOptions {
  readonly register: TaskRegister;
  readonly registry: PluginRegistry;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly journal: PluginJournal;
}

const toldRuns = 3;

/** What administrators see of tasks and do with them. */
export class TaskCommands {
  readonly register: TaskRegister;
  readonly #options: TaskCommandsOptions;
  /** Each change of the paused tasks of a plugin begins with what the last one left. */
  readonly #queues = new SerialQueues();

  constructor(options: TaskCommandsOptions) {
    this.register = options.register;
    this.#options = options;
  }

  /** Takes note of what is stored of a plugin. */
  know({ name, pausedTasks }: PluginRecord): void {
    this.register.setPaused(name, pausedTasks);
  }

  forget(plugin: string): void {
    this.register.forget(plugin);
  }

  list(plugin?: string): PluginTask[] {
    if (plugin !== undefined) return this.#tasksOf(plugin).map((task) => this.#describe(task));
    const names = this.#options.registry.all().map((supervisor) => supervisor.plugin);
    return names.toSorted().flatMap((name) => this.list(name));
  }

  runs(plugin: string, id: string): PluginTaskRun[] {
    return this.#find(plugin, id).runs();
  }

  async run(plugin: string, id: string, origin?: CommandOrigin): Promise<PluginTaskRun> {
    const by = giverOf(origin);
    const run = this.#find(plugin, id).run(by.actor);
    const data = { task: id, run: run.id };
    this.#options.journal.note({ plugin, type: 'plugin:task-run', ...by, data });
    return run;
  }

  pause(plugin: string, id: string, origin?: CommandOrigin): Promise<PluginTask> {
    return this.#setPaused(plugin, id, true, giverOf(origin));
  }

  resume(plugin: string, id: string, origin?: CommandOrigin): Promise<PluginTask> {
    return this.#setPaused(plugin, id, false, giverOf(origin));
  }

  async #setPaused(plugin: string, id: string, paused: boolean, by: CommandGiver): Promise<PluginTask> {
    const { register, journal } = this.#options;
    const task = this.#find(plugin, id);
    await this.#queues.run(plugin, async () => {
      const former = register.paused(plugin);
      if (former.has(id) === paused) return;
      const pausedTasks = paused ? [...former, id] : [...former].filter((other) => other !== id);
      const type = paused ? 'plugin:task-paused' : 'plugin:task-resumed';
      const entry = { plugin, type, ...by, data: { task: id } } as const;
      await journal.commit({ ...entry, change: { pausedTasks } });
      register.setPaused(plugin, pausedTasks);
      journal.announce(entry);
    });
    return this.#describe(task);
  }

  #tasksOf(plugin: string): KnownTask[] {
    const { generation } = this.#options.registry.find(plugin);
    return this.register.list(plugin, generation?.scope.isLive ? generation.number : undefined);
  }

  #find(plugin: string, id: string): KnownTask {
    const task = this.#tasksOf(plugin).find((candidate) => candidate.id === id);
    if (task) return task;
    throw new PluginError('TASK_NOT_FOUND', `Plugin "${plugin}" has no task "${id}".`, { plugin });
  }

  #describe(task: KnownTask): PluginTask {
    const { terms, isPaused } = task;
    const nextRuns = task.isLive && !isPaused ? this.#nextRuns(task) : [];
    return {
      id: task.id,
      plugin: task.plugin,
      ...terms,
      state: stateOf(task),
      paused: isPaused,
      nextRunAt: nextRuns[0] ?? null,
      nextRuns,
      lastRun: task.lastRun ?? null,
      skipped: task.skipped,
    };
  }

  #nextRuns({ terms: { cron, timezone } }: KnownTask): string[] {
    const { scheduler, clock } = this.#options;
    const runs: string[] = [];
    let next = scheduler.next({ expression: cron, timezone }, clock.now());
    while (next !== undefined) {
      runs.push(new Date(next).toISOString());
      if (runs.length === toldRuns) break;
      next = scheduler.next({ expression: cron, timezone }, next);
    }
    return runs;
  }
}

function stateOf(task: KnownTask): PluginTask['state'] {
  if (task.isRunning) return 'running';
  if (!task.isLive) return 'off';
  return task.isPaused ? 'paused' : 'waiting';
}
