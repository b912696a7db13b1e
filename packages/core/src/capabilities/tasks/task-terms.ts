import { PluginError } from '../../errors/plugin-error.ts';
import type { Scheduler } from '../../ports/scheduler.ts';
import { machineTimezone } from './cron-times.ts';
import type { TaskTerms } from './known-task.ts';

export interface TaskOptions {
  /** For people, and the id of the task: 1 to 80 characters; the cron expression when absent. */
  readonly name?: string;
  /** IANA time zone, for example `Europe/Berlin`; the machine's when absent. */
  readonly timezone?: string;
  /** Whether a run may begin while the last one has not ended; default `false`: such ticks are left out. */
  readonly overlap?: boolean;
  /** Once in the cluster (default) or once on each instance; the same with one instance. */
  readonly scope?: 'cluster' | 'instance';
}

const maxNameLength = 80;
const scopes: readonly unknown[] = ['cluster', 'instance'];

/** Checks what a plugin said of a task and fills in the defaults. Throws `TASK_INVALID`. */
export function readTaskTerms(scheduler: Scheduler, cron: string, options: TaskOptions): TaskTerms {
  const { name, timezone, overlap, scope = 'cluster' } = options;
  scheduler.validate(cron, timezone);
  if (name !== undefined && !isName(name))
    throw invalid(
      `the name is to be a text of 1 to ${maxNameLength} characters, none of them a control character, and not . or ..`,
    );
  if (!scopes.includes(scope)) throw invalid('the scope is to be "cluster" or "instance"');
  return {
    name: name ?? null,
    cron,
    scope,
    timezone: timezone ?? machineTimezone(),
    overlap: overlap === true,
  };
}

function isName(name: unknown): name is string {
  if (typeof name !== 'string' || name === '' || name.length > maxNameLength) return false;
  // in an address these mean something else
  if (name === '.' || name === '..') return false;
  return !/[\p{Cc}\p{Cs}]/u.test(name);
}

function invalid(problem: string): PluginError {
  return new PluginError('TASK_INVALID', `${problem}.`);
}
