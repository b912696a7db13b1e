'use client';

import type { PluginTask } from '@catalyst-plugins/core/protocol';
import { useState, type ReactElement } from 'react';
import type { ActionResult } from '../../store/action-result.ts';
import { usePluginTaskRuns, usePluginTasks, type PluginTasksView } from '../../use-plugin-tasks.ts';
import { useAnnounce } from '../announcer.tsx';
import { useErrorWords } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';
import { LoadState } from './load-state.tsx';
import { TaskSchedule } from './task-schedule.tsx';
import { useFormats } from '../text/use-formats.ts';

/** What a plugin does by a schedule: when it comes next, how it went, and ways to run and to pause it. */
export function PluginRuntimeTasks({ name }: { readonly name: string }): ReactElement {
  const { observation } = useMessages();
  const words = observation.runtime;
  const view = usePluginTasks(name);
  const { tasks } = view;
  return (
    <section className="pk-card" data-pk-part="tasks">
      <h2 className="pk-heading">
        {words.tasks} <span className="pk-count">{tasks.length}</span>
      </h2>
      <LoadState {...view} hasData={view.status === 'ready' || tasks.length > 0}>
        {tasks.length === 0 && <p className="pk-text pk-muted">{words.noTasks}</p>}
        <ul className="pk-tasks">
          {tasks.map((task) => (
            <Task key={task.id} task={task} view={view} />
          ))}
        </ul>
      </LoadState>
    </section>
  );
}

interface TaskProps {
  readonly task: PluginTask;
  readonly view: PluginTasksView;
}

function Task({ task, view }: TaskProps): ReactElement {
  const { observation } = useMessages();
  const words = observation.runtime;
  const announce = useAnnounce();
  const wordsOf = useErrorWords();
  const { moment } = useFormats();
  const { id, state, paused, lastRun, skipped } = task;
  const isBusy = view.busy === id;
  const give = async (command: (task: PluginTask) => Promise<ActionResult>, said: string): Promise<void> => {
    if (isBusy) return;
    const result = await command(task);
    announce(result.ok ? said : wordsOf(result.error).message);
  };
  return (
    <li className="pk-task" data-state={state}>
      <h3 className="pk-heading">{id}</h3>
      <TaskSchedule task={task} />
      <p className="pk-text">
        {words.last}:{' '}
        {lastRun === null
          ? observation.never
          : `${moment(lastRun.startedAt)} ${words.results[lastRun.result ?? 'running']} ${observation.ms(lastRun.ms ?? 0)}`}
        {lastRun?.error !== null && lastRun?.error !== undefined && (
          <span className="pk-problem"> {lastRun.error}</span>
        )}
        {skipped > 0 && <span className="pk-muted"> · {words.skipped(skipped)}</span>}
      </p>
      <div className="pk-actions">
        <button
          type="button"
          className="pk-button"
          aria-label={words.runOf(id)}
          aria-disabled={isBusy}
          onClick={() => void give(view.run, words.began(id))}
        >
          {words.run}
        </button>
        <button
          type="button"
          className="pk-button"
          aria-label={paused ? words.resumeOf(id) : words.pauseOf(id)}
          aria-disabled={isBusy}
          onClick={() => void (paused ? give(view.resume, words.resumed(id)) : give(view.pause, words.paused(id)))}
        >
          {paused ? words.resume : words.pause}
        </button>
      </div>
      <Runs task={task} />
    </li>
  );
}

function Runs({ task }: Pick<TaskProps, 'task'>): ReactElement {
  const { observation } = useMessages();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="pk-data-summary">{observation.runtime.runs}</summary>
      {isOpen && <RunList task={task} />}
    </details>
  );
}

function RunList({ task: { plugin, id } }: Pick<TaskProps, 'task'>): ReactElement {
  const { observation } = useMessages();
  const words = observation.runtime;
  const view = usePluginTaskRuns(plugin, id);
  const { moment } = useFormats();
  return (
    <LoadState {...view} hasData={view.status === 'ready'}>
      {view.runs.length === 0 && <p className="pk-text pk-muted">{observation.never}</p>}
      <ol className="pk-names">
        {view.runs.map(({ id: run, startedAt, result, ms, error, actor }) => (
          <li key={run} className="pk-text">
            {moment(startedAt)} {words.results[result ?? 'running']} {ms !== null && observation.ms(ms)}{' '}
            {actor !== null && words.by(actor)} {error !== null && <span className="pk-problem">{error}</span>}
          </li>
        ))}
      </ol>
    </LoadState>
  );
}
