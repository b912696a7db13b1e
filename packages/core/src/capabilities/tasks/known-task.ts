import { randomUUID } from 'node:crypto';
import { describeError } from '../../errors/describe-error.ts';
import { PluginError } from '../../errors/plugin-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PluginTaskRun } from '../../protocol/plugin-task.ts';

/** Runs that are remembered of each task. */
const keptRuns = 50;
/** Runs of one task at a time, where it may overlap with itself. */
const maxConcurrentRuns = 100;
/** A task that is back within this time goes on where it was, in milliseconds: a reload loses no slot. */
const resumeWithinMs = 1_000;

/** How a plugin scheduled a task. */
export interface TaskTerms {
  readonly name: string | null;
  readonly cron: string;
  readonly timezone: string;
  readonly overlap: boolean;
  readonly scope: 'cluster' | 'instance';
}

/** A task of a generation that is live. */
export interface LiveTask {
  readonly generation: number;
  readonly terms: TaskTerms;
  /** Calls the handler; tells how it ended unless the generation ends first. */
  begin(ended: (failure?: { readonly error: unknown }) => void): void;
  /** Hears of each tick that is left out; the first one is that after a run. */
  onSkip(isFirst: boolean): void;
}

interface RunningTask {
  readonly run: PluginTaskRun;
  /** By `Clock.elapsed`. */
  readonly began: number;
}

/** What becomes of a tick, or who wants the task to run. */
type Cause = { readonly slot: number } | { readonly actor: string };

export interface KnownTaskOptions {
  readonly plugin: string;
  readonly id: string;
  readonly clock: Clock;
  readonly isPaused: () => boolean;
  /** Hears of each run that has ended, and of the first of the ticks that are left out. */
  readonly onEnded: (task: KnownTask, run: PluginTaskRun) => void;
  /** The text of an error without the secrets of the plugin. */
  readonly describe: (error: unknown) => string;
}

/** One task of a plugin over all generations that schedule it: what it did, and what it does. */
export class KnownTask {
  readonly #options: KnownTaskOptions;
  /** Those that have ended, the latest first. */
  readonly #ended: PluginTaskRun[] = [];
  readonly #running = new Map<string, RunningTask>();
  #live: LiveTask | undefined;
  #terms: TaskTerms;
  #generation = 0;
  #isListed = true;
  #skipped = 0;
  /** Slots up to this moment are over. */
  #doneUntil = 0;
  /** When it went off, by `Clock.elapsed`. */
  #leftAt = -Infinity;

  constructor(options: KnownTaskOptions, terms: TaskTerms) {
    this.#options = options;
    this.#terms = terms;
  }

  get id(): string {
    return this.#options.id;
  }

  get plugin(): string {
    return this.#options.plugin;
  }

  get terms(): TaskTerms {
    return this.#terms;
  }

  /** Number of the generation that scheduled it last. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether it ticks now. */
  get isLive(): boolean {
    return this.#live !== undefined;
  }

  /** Whether its plugin has not taken it back. */
  get isListed(): boolean {
    return this.#isListed;
  }

  get isRunning(): boolean {
    return this.#running.size > 0;
  }

  get isPaused(): boolean {
    return this.#options.isPaused();
  }

  get skipped(): number {
    return this.#skipped;
  }

  get lastRun(): PluginTaskRun | undefined {
    return this.#ended[0];
  }

  /** Those that run and the latest that have ended, the latest first. */
  runs(): PluginTaskRun[] {
    return [...[...this.#running.values()].map(({ run }) => run).toReversed(), ...this.#ended];
  }

  /** A generation goes live with it. Returns the moment after which slots count, where that is not now. */
  attach(live: LiveTask): number | undefined {
    const { clock } = this.#options;
    const { cron, timezone } = live.terms;
    const isSame = cron === this.#terms.cron && timezone === this.#terms.timezone;
    const resumes = isSame && clock.elapsed() - this.#leftAt <= resumeWithinMs;
    if (!resumes) this.#doneUntil = clock.now();
    this.#live = live;
    this.#terms = live.terms;
    this.#generation = live.generation;
    this.#isListed = true;
    return resumes ? this.#doneUntil : undefined;
  }

  /** The generation goes off; what runs may end. */
  detach(live: LiveTask): void {
    if (this.#live !== live) return;
    this.#live = undefined;
    this.#leftAt = this.#options.clock.elapsed();
  }

  /** A generation took it back. */
  unlist(generation: number): void {
    if (!this.#live && generation === this.#generation) this.#isListed = false;
  }

  /** Its time has come. */
  tick(slot: number): void {
    this.#doneUntil = Math.max(this.#doneUntil, slot);
    if (!this.#live || this.isPaused) return;
    if (this.#isFull(this.#live)) this.#skip(slot, this.#live);
    else this.#begin(this.#live, { slot });
  }

  /** Runs it now. Throws `PLUGIN_NOT_ACTIVE`, `TASK_RUNNING`. */
  run(actor: string): PluginTaskRun {
    const { plugin, id } = this.#options;
    if (!this.#live)
      throw new PluginError('PLUGIN_NOT_ACTIVE', `Task "${id}" is off, because plugin "${plugin}" is.`, { plugin });
    if (this.#isFull(this.#live))
      throw new PluginError('TASK_RUNNING', `Task "${id}" of plugin "${plugin}" runs already.`, { plugin });
    return this.#begin(this.#live, { actor });
  }

  /** Notes that the runs of a generation do not go on. */
  cut(generation: number, reason: unknown): void {
    const error = describeError(reason);
    for (const { run } of this.#running.values())
      if (run.generation === generation) this.#end(run.id, { result: 'cut', error });
  }

  #isFull({ terms }: LiveTask): boolean {
    return this.#running.size >= (terms.overlap ? maxConcurrentRuns : 1);
  }

  #begin(live: LiveTask, cause: Cause): PluginTaskRun {
    const { clock, describe } = this.#options;
    const run = this.#newRun(live, cause);
    this.#running.set(run.id, { run, began: clock.elapsed() });
    live.begin((failure) =>
      this.#end(run.id, failure ? { result: 'failed', error: describe(failure.error) } : { result: 'ok', error: null }),
    );
    return run;
  }

  #newRun({ generation }: LiveTask, cause: Cause): PluginTaskRun {
    const isManual = 'actor' in cause;
    return {
      id: randomUUID(),
      startedAt: iso(this.#options.clock.now()),
      endedAt: null,
      ms: null,
      result: null,
      error: null,
      trigger: isManual ? 'manual' : 'schedule',
      actor: isManual ? cause.actor : null,
      scheduledFor: isManual ? null : iso(cause.slot),
      generation,
      count: 1,
    };
  }

  #end(id: string, outcome: Pick<PluginTaskRun, 'result' | 'error'>): void {
    const running = this.#running.get(id);
    // it was cut before it ended
    if (!running) return;
    const { clock } = this.#options;
    this.#running.delete(id);
    const ms = Math.round((clock.elapsed() - running.began) * 1_000) / 1_000;
    this.#keep({ ...running.run, ...outcome, endedAt: iso(clock.now()), ms });
  }

  #skip(slot: number, live: LiveTask): void {
    this.#skipped += 1;
    const [last] = this.#ended;
    const at = iso(this.#options.clock.now());
    const isFirst = last?.result !== 'skipped' || last.generation !== live.generation;
    live.onSkip(isFirst);
    if (!isFirst) {
      this.#ended[0] = { ...last, endedAt: at, count: last.count + 1 };
      return;
    }
    const error = 'the last run had not ended';
    this.#keep({ ...this.#newRun(live, { slot }), endedAt: at, ms: 0, result: 'skipped', error });
  }

  #keep(run: PluginTaskRun): void {
    this.#ended.unshift(run);
    this.#ended.length = Math.min(this.#ended.length, keptRuns);
    this.#options.onEnded(this, run);
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
