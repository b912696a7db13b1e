import { describeError } from '../../errors/describe-error.ts';
import { redactValue } from '../../errors/redact-value.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PluginTaskRun } from '../../protocol/plugin-task.ts';
import { KnownTask, type LiveTask } from './known-task.ts';

/** Tasks that are remembered of a plugin when they are not live. */
const keptOffTasks = 100;
/** Characters of the text of an error that are kept. */
const longestError = 1_000;

export interface TaskRegisterOptions {
  readonly clock: Clock;
  /** A text without the secrets of a plugin. */
  readonly redact: (plugin: string, text: string) => string;
  /** Hears of each run that has ended, and of the first of the ticks that are left out. */
  readonly onEnded: (task: KnownTask, run: PluginTaskRun) => void;
}

interface TasksOfPlugin {
  /** By id, in the order in which they were first live. */
  readonly known: Map<string, KnownTask>;
  paused: ReadonlySet<string>;
  /** Number of the generation that went live with tasks last. */
  lastGeneration: number;
}

const noTasks: TasksOfPlugin = { known: new Map(), paused: new Set(), lastGeneration: 0 };

/** The tasks of all plugins of a host, over reloads. */
export class TaskRegister {
  readonly #options: TaskRegisterOptions;
  readonly #plugins = new Map<string, TasksOfPlugin>();

  constructor(options: TaskRegisterOptions) {
    this.#options = options;
  }

  /**
   * The tasks of a generation, by default of the one that went live with some last, in the order in which they were
   * first live; those that it took back are left out.
   */
  list(plugin: string, generation?: number): KnownTask[] {
    const { known, lastGeneration } = this.#plugins.get(plugin) ?? noTasks;
    const shown = generation ?? lastGeneration;
    return [...known.values()].filter((task) => task.isListed && task.generation === shown);
  }

  /** A task of any generation. */
  find(plugin: string, id: string): KnownTask | undefined {
    return this.#plugins.get(plugin)?.known.get(id);
  }

  /** Ids of the tasks that were paused, those that there are no more included. */
  paused(plugin: string): ReadonlySet<string> {
    return (this.#plugins.get(plugin) ?? noTasks).paused;
  }

  setPaused(plugin: string, ids: Iterable<string>): void {
    this.#of(plugin).paused = new Set(ids);
  }

  /** The task that a generation goes live with. */
  attach(plugin: string, id: string, live: LiveTask): { task: KnownTask; after: number | undefined } {
    const tasks = this.#of(plugin);
    const { known } = tasks;
    tasks.lastGeneration = live.generation;
    const task = known.get(id) ?? this.#create(plugin, id, live);
    known.set(id, task);
    const after = task.attach(live);
    forgetOldest(known);
    return { task, after };
  }

  /** Notes that the runs of a generation do not go on. */
  cut(plugin: string, generation: number, reason: unknown): void {
    for (const task of this.#plugins.get(plugin)?.known.values() ?? []) task.cut(generation, reason);
  }

  forget(plugin: string): void {
    this.#plugins.delete(plugin);
  }

  #create(plugin: string, id: string, { terms }: LiveTask): KnownTask {
    const { clock, redact, onEnded } = this.#options;
    const isPaused = (): boolean => this.paused(plugin).has(id);
    const describe = (error: unknown): string =>
      describeError(redactValue(error, (text) => redact(plugin, text))).slice(0, longestError);
    return new KnownTask({ plugin, id, clock, isPaused, onEnded, describe }, terms);
  }

  #of(plugin: string): TasksOfPlugin {
    const tasks = this.#plugins.get(plugin) ?? { known: new Map(), paused: new Set(), lastGeneration: 0 };
    this.#plugins.set(plugin, tasks);
    return tasks;
  }
}

function forgetOldest(known: Map<string, KnownTask>): void {
  const off = [...known.values()].filter((task) => !task.isLive && !task.isRunning);
  for (const task of off.slice(0, Math.max(0, off.length - keptOffTasks))) known.delete(task.id);
}
