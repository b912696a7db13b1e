/** The event under which a host tells of each run of a task that has ended. */
export const taskEvent = 'plugin:task';

/**
 * When the runs of a plugin's only task began, in milliseconds, of what was heard under that event; and how many of them
 * were for a moment for which there was another. A busy machine may run two in one second, each for a second of its own.
 */
export function taskRuns(heard, name) {
  const runs = heard.filter(({ plugin, run }) => plugin === name && run.result === 'ok').map(({ run }) => run);
  const moments = new Set(runs.map(({ scheduledFor }) => scheduledFor));
  return { times: runs.map(({ startedAt }) => Date.parse(startedAt)), doubled: runs.length - moments.size };
}
