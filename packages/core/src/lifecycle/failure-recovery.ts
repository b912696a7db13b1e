import { reasonOf, type Reason } from '../errors/describe-error.ts';
import { PluginError, hasCode } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { CommandGiver, CommandTrace } from '../ports/audit-note.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginRecord } from '../ports/plugin-store.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import { CrashBudget, type CrashLimit } from './crash-budget.ts';
import type { CrashRecord } from './crash-record.ts';
import type { Generation } from './generation.ts';
import { failureEntry, standingChange, type FailingCommand, type PluginJournal } from './plugin-journal.ts';
import type { ReleaseHistory } from './release-history.ts';
import type { RetryTimer } from './retry-timer.ts';
import { standInEntry, standInFailure } from './stand-in.ts';
import type { StateMachine } from './state-machine.ts';

/** A release that is not run any more, and why. */
export interface Quarantine {
  readonly digest: string;
  readonly reason: Reason;
}

/** A command that failed, and what it was about. */
export interface FailedCommand extends CommandGiver {
  readonly during: FailingCommand;
  /** The release that it was about, as far as it got that far. */
  readonly next: Release | undefined;
  /** What runs all the same. */
  readonly live: Release | undefined;
  /** Whether the plugin is wanted, so that it is worth another try. */
  readonly isWanted: boolean;
  readonly before: Situation;
}

/** What crashed: a command, or what ran. */
interface CrashedCommand {
  readonly during: string;
  readonly actor?: string;
  readonly trace?: CommandTrace | undefined;
}

/** The state that a plugin was in, and why. */
export type Situation = StateMachine['situation'];

export interface FailureRecoveryOptions {
  readonly crashLimit: CrashLimit;
  readonly crashRecord: CrashRecord;
  readonly journal: PluginJournal;
  readonly clock: Clock;
  readonly machine: StateMachine;
  readonly retry: RetryTimer;
  readonly releases: ReleaseHistory;
  /** From an earlier run of the host. */
  readonly quarantine: Quarantine | undefined;
}

/** What the record of a plugin says of its quarantine. */
export function quarantineOf({ enabled, state, digest, reason }: PluginRecord): Quarantine | undefined {
  return enabled && state === 'quarantined' && digest !== null && reason !== null ? { digest, reason } : undefined;
}

/** A change that could not be stored did not happen, and a release in quarantine stays there. */
function isUnchanged(error: unknown, before: PluginState): boolean {
  if (before === 'quarantined' && hasCode(error, 'PLUGIN_QUARANTINED')) return true;
  return (before === 'disabled' || before === 'quarantined') && hasCode(error, 'STORE_UNAVAILABLE');
}

/** What a supervisor does when something went wrong: another try after a pause, quarantine, or nothing more. */
export class FailureRecovery {
  readonly #options: FailureRecoveryOptions;
  readonly #budget: CrashBudget;
  #quarantine: Quarantine | undefined;

  constructor(options: FailureRecoveryOptions) {
    this.#options = options;
    const { crashLimit, clock, crashRecord, releases } = options;
    const { plugin } = releases.current;
    this.#budget = new CrashBudget(crashLimit, clock, {
      crashes: crashRecord.crashes(plugin),
      keep: (crashes) => crashRecord.keepCrashes(plugin, crashes),
    });
    this.#quarantine = options.quarantine;
  }

  /** Moves the plugin to the state that a failed command leads to. */
  fail(error: unknown, command: FailedCommand): void {
    const { during, isWanted, before, next } = command;
    const { clock, machine, retry, releases } = this.#options;
    if (isWanted && asksAgain(error)) this.#stayWith(next);
    if (isWanted && isCrash(error)) return this.crash(next ?? releases.current, error, command);
    const reason = machine.remember(error, during, clock.now());
    if (isUnchanged(error, before.state)) return machine.move(before.state, this.#quarantine?.reason);
    const isTriedAgain =
      hasCode(error, 'RETRY_LATER') || (before.state === 'retrying' && hasCode(error, 'STORE_UNAVAILABLE'));
    machine.move(isTriedAgain ? 'retrying' : 'failed', reason);
    if (isTriedAgain) retry.schedule();
    this.#note(command, reason, error);
  }

  /** The same for a command to replace what waits for its next try: that goes on waiting when another release came to nothing. */
  failReplace(error: unknown, command: FailedCommand): void {
    const { before, next, during } = command;
    const { releases, machine, clock, retry } = this.#options;
    const isAnother = next?.digest !== releases.current.digest;
    if (before.state !== 'retrying' || !isAnother || asksAgain(error)) return this.fail(error, command);
    const reason = machine.remember(error, during, clock.now());
    machine.move('retrying', before.reason);
    retry.schedule();
    this.#note(command, reason, error);
  }

  /** Leaves a plugin as it was that is off, or that has a generation all the same. */
  keep(error: unknown, command: FailedCommand): void {
    const { before, during } = command;
    const { machine, clock } = this.#options;
    const reason = machine.remember(error, during, clock.now());
    const isKept = before.state === 'active' || before.state === 'disabled';
    machine.move(isKept ? before.state : 'failed', reason);
    this.#note(command, reason, error);
  }

  /** Counts a crash of a wanted plugin's release and moves the plugin to `retrying` or `quarantined`. */
  crash(release: Release, error: unknown, { during, actor = 'system', trace }: CrashedCommand): void {
    const { journal, clock, machine, retry, releases } = this.#options;
    const { plugin, manifest, digest } = release;
    const crash = machine.remember(error, during, clock.now());
    const { earlier, quarantine } = this.#budget.spend(release, crash);
    const reason = quarantine ? reasonOf(quarantine) : crash;
    const state = quarantine ? ('quarantined' as const) : ('retrying' as const);
    machine.move(state, reason);
    if (quarantine) this.#quarantine = { digest, reason };
    else retry.schedule(earlier);
    journal.note({
      plugin,
      type: `plugin:${state}`,
      actor,
      trace,
      result: 'failed',
      reason: reason.message,
      error,
      generation: null,
      data: { code: reason.code, message: reason.message, version: manifest.version },
      change: { ...standingChange(releases, true), state, reason, digest },
    });
  }

  /** Makes a plugin active whose last release stands in for files that failed at a start; what failed stays visible. */
  standIn(generation: Generation, failure: unknown): void {
    const { machine, journal, clock } = this.#options;
    const reason = machine.remember(standInFailure(generation, failure), 'enable', clock.now());
    machine.move('active');
    journal.note(standInEntry(generation, reason));
  }

  /** Makes a plugin wanted that is tried again; a store that is down leaves that to the next try. Says whether it worked. */
  async want({ actor, trace }: CommandGiver): Promise<boolean> {
    const { journal, releases } = this.#options;
    const { plugin } = releases.current;
    const entry = { plugin, type: 'plugin:wanted', actor, trace, change: { enabled: true } } as const;
    return journal.commit(entry).then(
      () => true,
      () => false,
    );
  }

  /** Refuses the release that is quarantined. Throws `PLUGIN_QUARANTINED`. */
  assertAnother({ plugin, digest }: Release): void {
    if (this.#quarantine?.digest !== digest) return;
    const { message, hint } = this.#quarantine.reason;
    throw new PluginError('PLUGIN_QUARANTINED', message, { plugin, hint });
  }

  isQuarantined({ digest }: Release): boolean {
    return this.#quarantine?.digest === digest;
  }

  /** Moves the plugin to the state that a command which went right leads to. */
  succeed(state: PluginState): void {
    this.#options.retry.reset();
    this.#options.machine.succeed(state);
  }

  wentLive(release: Release): void {
    this.#quarantine = undefined;
    this.#budget.wentLive(release);
  }

  /** Forgets the crashes so far, for an administrator who wants the plugin to be tried anew. */
  forgive(): void {
    this.#budget.reset();
    this.#options.crashRecord.forgive(this.#options.releases.current.plugin);
  }

  /** What is tried again is what asked for it. */
  #stayWith(next: Release | undefined): void {
    const { releases } = this.#options;
    if (next && next.digest !== releases.current.digest) releases.adopt(next, releases.pinOf(next));
  }

  /** Writes down what failed, and what is true now: the command may have stored what did not come true. */
  #note({ during, live, isWanted, ...by }: FailedCommand, reason: Reason, error: unknown): void {
    const { journal, machine, releases } = this.#options;
    const standing = { ...standingChange(releases, isWanted), ...(live && { digest: live.digest }) };
    const change = { ...standing, state: machine.state, reason: machine.reason ?? null };
    const generation = live ? {} : { generation: null };
    journal.note({ ...failureEntry(releases.current.plugin, during, by, reason), ...generation, change, error });
  }
}

/** Whether the code that failed is worth another try by itself. */
function asksAgain(error: unknown): boolean {
  return hasCode(error, 'RETRY_LATER') || isCrash(error);
}

function isCrash(error: unknown): boolean {
  return hasCode(error, 'PLUGIN_CRASHED') || hasCode(error, 'PLUGIN_STALLED');
}
