'use client';

import type { PluginTask, PluginTaskRun } from '@catalyst-plugins/core/protocol';
import { useMemo } from 'react';
import type { PluginApiError } from './client/plugin-api-error.ts';
import { usePluginStore } from './plugin-store-context.ts';
import type { ActionResult } from './store/action-result.ts';
import { everyPlugin, taskRunsOf, tasksOf } from './store/plugin-observations.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';
import { useCommand } from './use-command.ts';
import { useWatched } from './use-watched.ts';

/** One task, of a list of all plugins too. */
export type TaskOf = Pick<PluginTask, 'plugin' | 'id'>;

/** What plugins do by a schedule. */
export interface PluginTasksView {
  readonly tasks: readonly PluginTask[];
  readonly status: LoadStatus;
  /** Why the last command failed, else why nothing could be loaded. */
  readonly error: PluginApiError | undefined;
  /** The id of the task that is being commanded. */
  readonly busy: string | undefined;
  /** Runs a task now; it has begun when this resolves. Never throws. */
  readonly run: (task: TaskOf) => Promise<ActionResult>;
  /** Lets the schedule pass by until the task is resumed; never throws. */
  readonly pause: (task: TaskOf) => Promise<ActionResult>;
  /** Never throws. */
  readonly resume: (task: TaskOf) => Promise<ActionResult>;
  readonly refresh: () => Promise<void>;
}

const noTasks: readonly PluginTask[] = [];
const noRuns: readonly PluginTaskRun[] = [];

/** Follows the tasks of one plugin, or of all. */
export function usePluginTasks(name: string = everyPlugin): PluginTasksView {
  const { client, part } = usePluginStore();
  const { data: tasks = noTasks, status, error, refresh } = useWatched(part(tasksOf), name);
  const [{ running: busy, error: commandError }, command] = useCommand();
  const actions = useMemo(() => {
    const give =
      (send: (plugin: string, id: string) => Promise<unknown>) =>
      ({ plugin, id }: TaskOf): Promise<ActionResult> =>
        command(id, async () => {
          await send(plugin, id);
          await refresh();
        });
    return {
      run: give((plugin, id) => client.runTask(plugin, id)),
      pause: give((plugin, id) => client.pauseTask(plugin, id)),
      resume: give((plugin, id) => client.resumeTask(plugin, id)),
    };
  }, [client, command, refresh]);
  return useMemo(
    () => ({ tasks, status, error: commandError ?? error, busy, ...actions, refresh }),
    [tasks, status, error, commandError, busy, actions, refresh],
  );
}

/** The runs of one task. */
export interface PluginTaskRunsView {
  /** Those that go on and the last 50 that have ended, the latest first. */
  readonly runs: readonly PluginTaskRun[];
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  readonly refresh: () => Promise<void>;
}

/** Follows the runs of one task. */
export function usePluginTaskRuns(name: string, id: string): PluginTaskRunsView {
  const {
    data: runs = noRuns,
    status,
    error,
    refresh,
  } = useWatched(usePluginStore().part(taskRunsOf), `${name} ${id}`);
  return useMemo(() => ({ runs, status, error, refresh }), [runs, status, error, refresh]);
}
