import { reasonOf } from '../errors/describe-error.ts';
import type { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { CommandGiver } from '../ports/audit-note.ts';
import type { Admission } from './admission.ts';
import type { Situation } from './failure-recovery.ts';
import type { Operation } from './operation.ts';
import { standingChange, type JournalEntry, type PluginJournal } from './plugin-journal.ts';
import type { ReleaseHistory } from './release-history.ts';
import type { ReplaceCommand } from './replace-command.ts';
import type { StateMachine } from './state-machine.ts';

export interface PluginAdmissionOptions {
  readonly admission: Admission;
  readonly machine: StateMachine;
  readonly journal: PluginJournal;
  readonly releases: ReleaseHistory;
}

/** A release that was refused. */
interface RefusedRelease {
  readonly release: Release;
  readonly error: PluginError;
}

/** Who was refused, and whether the plugin was wanted before. */
export interface RefusedCommand extends CommandGiver {
  readonly before: Situation;
  readonly isWanted: boolean;
}

/** What is to be done with a plugin now that things are different. */
export type DueStep = 'start' | 'reload' | 'block' | undefined;

/** Whether the releases of one plugin may run: keeps it blocked while they may not, and knows what waits. */
export class PluginAdmission {
  readonly #options: PluginAdmissionOptions;
  #refused: RefusedRelease | undefined;
  /** What is to replace the running release as soon as it may. */
  #waiting: Release | undefined;

  constructor(options: PluginAdmissionOptions) {
    this.#options = options;
  }

  /**
   * What is brought up: the next release; for a plugin that was blocked else the one that ran before, while the next one
   * waits. Throws why that must not be.
   */
  toStart(next: Release, isUnblocked: boolean): Release {
    const isFallback = isUnblocked && this.#isFallback(next);
    if (isFallback) this.#waiting = next;
    const release = isFallback ? this.#options.releases.current : next;
    this.#assert(release, this.#options.admission.refusal(release));
    return release;
  }

  /** Throws why the release must not take the place of the one that runs; then it waits until it may. */
  assertSwap(release: Release, { kind, cascade }: Pick<ReplaceCommand, 'kind' | 'cascade'>): void {
    const refusal = this.#options.admission.swapRefusal(release, { cascade });
    // who goes back to a release does not want it later
    this.#waiting = refusal && kind === 'reload' ? release : undefined;
    this.#assert(release, refusal);
  }

  isRefusal(error: unknown): boolean {
    return error === this.#refused?.error;
  }

  /** Lets what was refused last replace what runs as soon as it may. */
  wait(): void {
    this.#waiting = this.#refused?.release;
  }

  /** To be told when what waits is tried, or the plugin not wanted any more. */
  forget(): void {
    this.#waiting = undefined;
  }

  wentLive({ digest }: Release): void {
    if (digest === this.#waiting?.digest) this.#waiting = undefined;
  }

  /** What is to be done with a wanted plugin as things are now; the reason of a blocked one is brought up to date. */
  due(): DueStep {
    const { admission, machine, releases } = this.#options;
    const { state } = machine;
    if (state === 'blocked') return this.#isAdmitted() ? 'start' : undefined;
    if (state !== 'active') return undefined;
    if (admission.objection(releases.current)) return 'block';
    const waiting = this.#waiting;
    if (waiting?.digest !== releases.folder.digest) return undefined;
    return admission.swapRefusal(waiting, {}) ? undefined : 'reload';
  }

  /** Leaves a plugin blocked that was to come up; it is wanted, also after a restart. Throws `STORE_UNAVAILABLE`. */
  async refuse({ before, isWanted, ...by }: RefusedCommand): Promise<void> {
    const { machine, journal, releases } = this.#options;
    if (!this.#refused) return;
    const { release, error } = this.#refused;
    const entry = this.#entry(release, error, by);
    if (!isWanted) {
      await journal.commit(entry).catch((failure: unknown) => {
        machine.move(before.state, before.reason);
        throw failure;
      });
    }
    if (release.digest !== releases.current.digest) releases.adopt(release, releases.pinOf(release));
    machine.move('blocked', reasonOf(error));
    if (isWanted) journal.note(entry);
    else journal.announce(entry);
  }

  /** Takes a plugin off that has lost what it needs, and leaves it blocked. */
  async block(operation: Operation, retire: () => Promise<void>): Promise<void> {
    const { admission, machine, releases } = this.#options;
    const objection = admission.objection(releases.current);
    if (!objection) return;
    const retired = retire();
    machine.move('draining');
    await retired;
    this.#waiting = undefined;
    this.#stayBlocked(objection, operation);
  }

  #isAdmitted(): boolean {
    const { admission, machine, releases } = this.#options;
    const refusal = admission.refusal(releases.upcoming);
    if (!refusal || this.#isFallback(releases.upcoming)) return true;
    if (refusal.message !== machine.reason?.message) this.#stayBlocked(refusal, { actor: 'system' });
    return false;
  }

  /** Whether the release that ran may run and the next one may not. */
  #isFallback(next: Release): boolean {
    const { admission, releases } = this.#options;
    const { current } = releases;
    if (current.digest === next.digest || !releases.wasLive(current.digest)) return false;
    return admission.refusal(next) !== undefined && admission.refusal(current) === undefined;
  }

  #stayBlocked(error: PluginError, { actor, trace }: CommandGiver): void {
    const { machine, journal, releases } = this.#options;
    machine.move('blocked', reasonOf(error));
    journal.note(this.#entry(releases.current, error, { actor, trace }));
  }

  #assert(release: Release, error: PluginError | undefined): void {
    this.#refused = error && { release, error };
    if (error) throw error;
  }

  #entry(release: Release, error: PluginError, { actor, trace }: CommandGiver): JournalEntry {
    const { current, pinned } = this.#options.releases;
    const reason = reasonOf(error);
    const data = { code: reason.code, message: reason.message };
    const standing = { current: release, pinned: release.digest === current.digest ? pinned : null };
    const change = { ...standingChange(standing, true), state: 'blocked', reason };
    return {
      plugin: release.plugin,
      type: 'plugin:blocked',
      actor,
      trace,
      result: reason.code === 'CONSENT_REQUIRED' ? 'denied' : 'failed',
      reason: reason.message,
      data,
      change,
      generation: null,
      error,
    };
  }
}
