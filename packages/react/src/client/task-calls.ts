import type { PluginTask, PluginTaskRun } from '@catalyst-plugins/core/protocol';
import { pathOf } from './paths.ts';
import { listIn, objectIn } from './read-answer.ts';
import type { RequestOptions } from './request-options.ts';
import type { Transport } from './transport.ts';

/** What plugins do by a schedule. */
export interface TaskCalls {
  /** The tasks of all plugins, or of one. */
  tasks(plugin?: string, options?: RequestOptions): Promise<readonly PluginTask[]>;
  /** The runs that go on and the latest that have ended, the latest first. */
  taskRuns(plugin: string, id: string, options?: RequestOptions): Promise<readonly PluginTaskRun[]>;
  /** Runs a task now; resolves as soon as it has begun. */
  runTask(plugin: string, id: string, options?: RequestOptions): Promise<PluginTaskRun>;
  /** Lets the schedule of a task pass by until it is resumed. */
  pauseTask(plugin: string, id: string, options?: RequestOptions): Promise<PluginTask>;
  /** Lets a task go on by its schedule. */
  resumeTask(plugin: string, id: string, options?: RequestOptions): Promise<PluginTask>;
}

/** Makes the part of a client that is about tasks. */
export function taskCalls({ call }: Transport): TaskCalls {
  const path = (plugin: string, id: string, what: string): string =>
    pathOf(plugin, `tasks/${encodeURIComponent(id)}/${what}`);
  return {
    tasks: (plugin, options) =>
      call(listIn<PluginTask>, `GET ${plugin === undefined ? '/tasks' : pathOf(plugin, 'tasks')}`, options),
    taskRuns: (plugin, id, options) => call(listIn<PluginTaskRun>, `GET ${path(plugin, id, 'runs')}`, options),
    runTask: (plugin, id, options) => call(objectIn<PluginTaskRun>, `POST ${path(plugin, id, 'run')}`, options),
    pauseTask: (plugin, id, options) => call(objectIn<PluginTask>, `POST ${path(plugin, id, 'pause')}`, options),
    resumeTask: (plugin, id, options) => call(objectIn<PluginTask>, `POST ${path(plugin, id, 'resume')}`, options),
  };
}
