import type { Clock } from '../../ports/clock.ts';
import type { ScheduledJob, Scheduler } from '../../ports/scheduler.ts';

/** A scheduler whose time stands still: jobs tick when they are told to. */
export interface MemoryScheduler extends Scheduler {
  /** Ticks every job, or those with the expression; returns how many. */
  tick(expression?: string): number;
  /** The jobs that would tick. */
  jobs(): readonly ScheduledJob[];
}

/** Makes a scheduler for tests that reads expressions as another one does; a slot is what the clock says at a tick. */
export function createMemoryScheduler(
  { validate, next }: Pick<Scheduler, 'validate' | 'next'>,
  clock: Clock,
): MemoryScheduler {
  const jobs = new Set<ScheduledJob>();
  return {
    validate,
    next,
    schedule(job) {
      const own = { ...job };
      jobs.add(own);
      return () => jobs.delete(own);
    },
    tick(expression) {
      const due = [...jobs].filter((job) => expression === undefined || job.expression === expression);
      for (const job of due) job.tick(clock.now());
      return due.length;
    },
    jobs: () => [...jobs],
  };
}
