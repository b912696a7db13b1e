import { systemClock, type Clock } from '../../ports/clock.ts';
import type { ScheduledJob, Scheduler } from '../../ports/scheduler.ts';
import { readCronTimes, type CronTimes } from './cron-times.ts';

/** How long until the date is looked at again, in milliseconds: timers neither hear of a new date nor run while a machine sleeps. */
const longestWaitMs = 60_000;
/** A date that goes back by less is waited for, so that no slot comes twice; by more, and jobs go on by the new date. */
const smallStepMs = 60_000;

/** The default scheduler: cron expressions on a clock, by default that of the machine. */
export function createCronScheduler(clock: Clock = systemClock): Scheduler {
  const jobs = new CronJobs(clock);
  return {
    validate: (expression, timezone) => void readCronTimes({ expression, timezone }),
    next: (times, after) => readCronTimes(times).next(after),
    schedule: (job) => jobs.add(job),
  };
}

interface CronJob {
  readonly job: ScheduledJob;
  readonly times: CronTimes;
  /** The slot that it ticks for next; `Infinity` when none is left. */
  next: number;
}

/** All jobs of a scheduler, on one timer. */
class CronJobs {
  readonly #clock: Clock;
  readonly #jobs = new Set<CronJob>();
  #cancel: (() => void) | undefined;
  /** For when the timer is set; `Infinity` without one. */
  #alarmAt = Infinity;
  /** What the date was at `elapsed` 0 when it was looked at last. */
  #epoch: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#epoch = this.#currentEpoch();
  }

  add(job: ScheduledJob): () => void {
    if (this.#jobs.size === 0) this.#epoch = this.#currentEpoch();
    const times = readCronTimes(job);
    const entry: CronJob = { job, times, next: times.next(job.after ?? this.#clock.now()) ?? Infinity };
    this.#jobs.add(entry);
    if (entry.next < this.#alarmAt) this.#arm();
    return () => {
      this.#jobs.delete(entry);
      if (this.#jobs.size === 0) this.#disarm();
    };
  }

  readonly #wake = (): void => {
    this.#disarm();
    this.#followDate();
    const now = this.#clock.now();
    for (const entry of [...this.#jobs].filter(({ next }) => next <= now)) {
      // a tick may have stopped it
      if (!this.#jobs.has(entry)) continue;
      const slot = entry.next;
      entry.next = entry.times.next(now) ?? Infinity;
      entry.job.tick(slot);
    }
    this.#arm();
  };

  #followDate(): void {
    const epoch = this.#currentEpoch();
    const isSetBack = this.#epoch - epoch >= smallStepMs;
    // small steps add up, unless the reference stays
    if (isSetBack || epoch > this.#epoch) this.#epoch = epoch;
    if (!isSetBack) return;
    for (const entry of this.#jobs) entry.next = entry.times.next(this.#clock.now()) ?? Infinity;
  }

  #arm(): void {
    this.#disarm();
    if (this.#jobs.size === 0) return;
    const now = this.#clock.now();
    let next = Infinity;
    for (const entry of this.#jobs) next = Math.min(next, entry.next);
    const wait = Math.min(Math.max(next - now, 0), longestWaitMs);
    this.#alarmAt = now + wait;
    this.#cancel = this.#clock.after(wait, this.#wake);
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#alarmAt = Infinity;
  }

  #currentEpoch(): number {
    return this.#clock.now() - this.#clock.elapsed();
  }
}
