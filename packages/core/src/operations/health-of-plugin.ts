import type { Generation } from '../lifecycle/generation.ts';
import type { HealthAnswer } from '../lifecycle/health-answer.ts';
import { askHealth } from '../lifecycle/health-check.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import type { Clock } from '../ports/clock.ts';
import type { HealthCheck, HealthStatus } from '../protocol/plugin-health.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import { HealthRating, type HealthThresholds } from './health-rating.ts';

/** Checks that are kept of each plugin. */
const keptChecks = 60;
/** Fewer calls say nothing about the share that failed. */
const tellingCalls = 20;
const badShare = 0.1;
const worstShare = 0.5;

/** Numbers that only grow, about one plugin since the host started. */
export interface HealthFigures {
  /** Calls that have ended, hooks left out. */
  readonly count: number;
  /** Those of them that failed. */
  readonly failed: number;
  /** How often the plugin held up the process. */
  readonly stalls: number;
}

export interface HealthOfPluginOptions extends HealthThresholds {
  readonly supervisor: PluginSupervisor;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly figures: () => HealthFigures;
}

/** The status that follows from a state alone; an active plugin has to be looked at. */
export function statusOfState(state: PluginState): HealthStatus | undefined {
  if (state === 'active') return undefined;
  if (state === 'disabled') return 'unknown';
  const isPassing = state === 'loading' || state === 'reloading' || state === 'draining' || state === 'unloading';
  return isPassing ? 'transitioning' : 'unhealthy';
}

/** Looks at one plugin, one check at a time, and keeps what was found. What hangs or throws in it is an answer like any other. */
export class HealthOfPlugin {
  readonly supervisor: PluginSupervisor;
  /** When it was last looked at, by `Clock.elapsed`. */
  lookedAt = -Infinity;
  readonly #options: HealthOfPluginOptions;
  readonly #history: HealthCheck[] = [];
  #rating: HealthRating;
  /** The generation that the rating is about. */
  #rated: number | undefined;
  #before: HealthFigures;
  #running: Promise<HealthCheck | undefined> | undefined;
  /** The generation whose last answer has not come, however long it was waited for. */
  #silent: number | undefined;

  constructor(options: HealthOfPluginOptions) {
    this.supervisor = options.supervisor;
    this.#options = options;
    this.#rating = new HealthRating(options);
    this.#before = options.figures();
  }

  /** How the plugin is now. */
  get status(): HealthStatus {
    return statusOfState(this.supervisor.state) ?? (this.isNew ? 'unknown' : this.#rating.status);
  }

  /** Whether it is live and was not looked at since. */
  get isNew(): boolean {
    const { state, generation } = this.supervisor;
    return state === 'active' && this.#rated !== generation?.number;
  }

  /** The latest 60 checks, the latest first. */
  get history(): readonly HealthCheck[] {
    return this.#history.toReversed();
  }

  get latest(): HealthCheck | undefined {
    return this.#history.at(-1);
  }

  /** To be told of a state: whoever was off begins anew, also with the same generation. */
  noticed(state: PluginState): void {
    if (state !== 'active' && state !== 'reloading') this.#rated = undefined;
  }

  /** Looks at the plugin; `undefined` when there is nothing to see, or it changed meanwhile. Whoever asks while one looks gets the same. */
  look(): Promise<HealthCheck | undefined> {
    this.#running ??= this.#look().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #look(): Promise<HealthCheck | undefined> {
    const { clock } = this.#options;
    this.lookedAt = clock.elapsed();
    const { state, generation, reason } = this.supervisor;
    const given = statusOfState(state);
    if (given === 'unhealthy')
      return this.#keep(undefined, { status: 'unhealthy', message: reason?.message ?? null, checks: [] }, 0);
    if (given !== undefined || !generation) return undefined;
    const { number } = generation;
    const answer = await this.#ask(generation);
    const { generation: present, state: now } = this.supervisor;
    if (present?.number !== number || (now !== 'active' && now !== 'reloading')) return undefined;
    return this.#keep(number, answer, clock.elapsed() - this.lookedAt);
  }

  async #ask(generation: Generation): Promise<HealthAnswer> {
    const { number, healthBeforeLive } = generation;
    generation.healthBeforeLive = undefined;
    if (healthBeforeLive) return healthBeforeLive;
    // an answer that never comes must not be waited for again and again
    if (this.#silent === number) return silence;
    const onLate = (): void => void (this.#silent = number);
    const onSettled = (): void => {
      if (this.#silent === number) this.#silent = undefined;
    };
    return askHealth(generation, { timeoutMs: this.#options.timeoutMs, yields: true, onLate, onSettled });
  }

  #keep(generation: number | undefined, answer: HealthAnswer, ms: number): HealthCheck {
    if (this.#rated !== generation) {
      this.#rating = new HealthRating(this.#options);
      this.#rated = generation;
    }
    const since = this.#sinceLast();
    const { outcome, message } = judge(answer, since);
    this.#rating.note(outcome);
    const check: HealthCheck = {
      at: new Date(this.#options.clock.now()).toISOString(),
      outcome,
      status: generation === undefined ? 'unhealthy' : this.#rating.status,
      message,
      ms: Math.round(ms * 10) / 10,
      checks: answer.checks,
      calls: { count: since.count, failed: since.failed },
      stalls: since.stalls,
      activeRequests: this.supervisor.generation?.gate.inFlight ?? 0,
      generation: generation ?? null,
    };
    this.#history.push(check);
    if (this.#history.length > keptChecks) this.#history.shift();
    return check;
  }

  #sinceLast(): HealthFigures {
    const { count, failed, stalls } = this.#before;
    const now = this.#options.figures();
    this.#before = now;
    return { count: now.count - count, failed: now.failed - failed, stalls: now.stalls - stalls };
  }
}

const silence: HealthAnswer = {
  status: 'unhealthy',
  message: 'health has still not answered since it was asked last.',
  checks: [],
};

/** What the answer and the figures together come to: the worst of them counts. */
function judge(answer: HealthAnswer, figures: HealthFigures): Pick<HealthCheck, 'outcome' | 'message'> {
  const { count, failed, stalls } = figures;
  if (answer.status === 'unhealthy') return { outcome: 'failed', message: answer.message };
  const share = count >= tellingCalls ? failed / count : 0;
  const failures = `${failed} of ${count} calls failed since the last check.`;
  if (share >= worstShare) return { outcome: 'failed', message: failures };
  if (answer.status === 'degraded') return { outcome: 'warned', message: answer.message };
  const times = stalls === 1 ? 'once' : `${stalls} times`;
  if (stalls > 0) return { outcome: 'warned', message: `It held up the process ${times} since the last check.` };
  if (share >= badShare) return { outcome: 'warned', message: failures };
  return { outcome: 'passed', message: answer.message };
}
