import { reasonOf, type Reason } from '../errors/describe-error.ts';
import { PluginError, hasCode } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginRecord } from '../ports/plugin-store.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import { CrashBudget, type CrashLimit } from './crash-budget.ts';
import { failureEntry, type PluginJournal } from './plugin-journal.ts';
import type { RetryTimer } from './retry-timer.ts';
import type { StateMachine } from './state-machine.ts';

/** A release that is not run any more, and why. */
export interface Quarantine {
  readonly digest: string;
  readonly reason: Reason;
}

/** A command that failed, and what it was about. */
export interface FailedCommand {
  readonly during: string;
  readonly actor: string;
  readonly release: Release;
  /** Whether the plugin is wanted, so that it is worth another try. */
  readonly isWanted: boolean;
  /** The state before the command. */
  readonly before: PluginState;
}

export interface FailureRecoveryOptions {
  readonly crashLimit: CrashLimit;
  readonly journal: PluginJournal;
  readonly clock: Clock;
  readonly machine: StateMachine;
  readonly retry: RetryTimer;
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
    this.#budget = new CrashBudget(options.crashLimit, options.clock);
    this.#quarantine = options.quarantine;
  }

  /** Moves the plugin to the state that a failed command leads to. */
  fail(error: unknown, { during, actor, release, isWanted, before }: FailedCommand): void {
    if (isWanted && hasCode(error, 'PLUGIN_CRASHED')) return this.crash(release, error, during);
    const { journal, clock, machine, retry } = this.#options;
    const reason = machine.remember(error, during, clock.now());
    if (isUnchanged(error, before)) return machine.move(before, this.#quarantine?.reason);
    const isTriedAgain =
      hasCode(error, 'RETRY_LATER') || (before === 'retrying' && hasCode(error, 'STORE_UNAVAILABLE'));
    machine.move(isTriedAgain ? 'retrying' : 'failed', reason);
    if (isTriedAgain) retry.schedule();
    const change = { state: machine.state, reason };
    journal.note({ ...failureEntry(release.plugin, during, actor, reason), change });
  }

  /** Counts a crash of the release and moves the plugin to `retrying` or `quarantined`. */
  crash(release: Release, error: unknown, during: string): void {
    const { journal, clock, machine, retry } = this.#options;
    const { plugin, manifest, digest } = release;
    const crash = machine.remember(error, during, clock.now());
    const { earlier, quarantine } = this.#budget.spend(release, crash);
    const reason = quarantine ? reasonOf(quarantine) : crash;
    const state = quarantine ? 'quarantined' : 'retrying';
    machine.move(state, reason);
    if (quarantine) this.#quarantine = { digest, reason };
    else retry.schedule(earlier);
    journal.note({
      plugin,
      type: `plugin:${state}`,
      actor: 'system',
      data: { code: reason.code, message: reason.message, version: manifest.version },
      change: { state, reason, digest },
    });
  }

  /** Refuses the release that is quarantined. Throws `PLUGIN_QUARANTINED`. */
  assertAnother({ plugin, digest }: Release): void {
    if (this.#quarantine?.digest !== digest) return;
    const { message, hint } = this.#quarantine.reason;
    throw new PluginError('PLUGIN_QUARANTINED', message, { plugin, hint });
  }

  wentLive(release: Release): void {
    this.#quarantine = undefined;
    this.#budget.wentLive(release);
  }

  /** Forgets the crashes so far, for an administrator who wants the plugin to be tried anew. */
  forgive(): void {
    this.#budget.reset();
  }
}
