import { reasonOf, type Reason } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginRecord } from '../ports/plugin-store.ts';
import type { CrashBudget } from './crash-budget.ts';
import type { PluginJournal } from './plugin-journal.ts';
import type { RetryTimer } from './retry-timer.ts';
import type { StateMachine } from './state-machine.ts';

/** A release that is not run any more, and why. */
export interface Quarantine {
  readonly digest: string;
  readonly reason: Reason;
}

export interface CrashRecoveryOptions {
  readonly budget: CrashBudget;
  readonly journal: PluginJournal;
  readonly clock: Clock;
  readonly machine: StateMachine;
  readonly retry: RetryTimer;
  /** From an earlier run of the host. */
  readonly quarantine: Quarantine | undefined;
}

/** What the record of a plugin says of its quarantine. */
export function quarantineOf({ state, digest, reason }: PluginRecord): Quarantine | undefined {
  return state === 'quarantined' && digest !== null && reason !== null ? { digest, reason } : undefined;
}

/** What a supervisor does after a crash: another try after a pause, or quarantine once the budget is spent. */
export class CrashRecovery {
  readonly #options: CrashRecoveryOptions;
  #quarantine: Quarantine | undefined;

  constructor(options: CrashRecoveryOptions) {
    this.#options = options;
    this.#quarantine = options.quarantine;
  }

  /** Counts a crash of the release and moves the plugin to `retrying` or `quarantined`. */
  recover(release: Release, error: unknown, during: string): void {
    const { budget, journal, clock, machine, retry } = this.#options;
    const { plugin, manifest, digest } = release;
    const crash = machine.remember(error, during, clock.now());
    const { earlier, quarantine } = budget.spend(release, crash);
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

  /** Goes back into quarantine after a command that changed nothing. */
  stay(): void {
    this.#options.machine.move('quarantined', this.#quarantine?.reason);
  }

  wentLive(release: Release): void {
    this.#quarantine = undefined;
    this.#options.budget.wentLive(release);
  }

  /** Forgets the crashes so far, for an administrator who wants the plugin to be tried anew. */
  forgive(): void {
    this.#options.budget.reset();
  }
}
