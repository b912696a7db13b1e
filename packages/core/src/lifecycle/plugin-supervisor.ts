import type { Reason } from '../errors/describe-error.ts';
import { hasCode } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { CommandGiver } from '../ports/audit-note.ts';
import type { OperationKind } from '../protocol/plugin-operation.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import type { CallGate } from '../scope/call-gate.ts';
import type { CommandRequest } from './admission.ts';
import type { FailedCommand, FailureRecovery, Situation } from './failure-recovery.ts';
import type { Generation } from './generation.ts';
import type { Operation } from './operation.ts';
import type { PluginAdmission } from './plugin-admission.ts';
import type { PluginCrash, RunningCode } from './plugin-crash.ts';
import type { PluginGenerations } from './plugin-generations.ts';
import type { FailingCommand, JournalEntry } from './plugin-journal.ts';
import type { ReleaseHistory } from './release-history.ts';
import { journalTypeOf, type ReplaceCommand } from './replace-command.ts';
import type { Retirement } from './retirement.ts';
import type { RetryTimer } from './retry-timer.ts';
import { SerialQueue } from './serial-queue.ts';
import type { LastFailure, StateMachine } from './state-machine.ts';
import { isDown } from './state-transitions.ts';
import { supervisorParts, type BringUpCause, type SupervisorOptions } from './supervisor-parts.ts';

/** Owns one plugin: its state, its generations and its releases. Commands run one at a time; nobody else writes the state. */
export class PluginSupervisor {
  readonly plugin: string;
  /** The releases that were live, and what the folder holds. */
  readonly releases: ReleaseHistory;
  readonly #options: SupervisorOptions;
  readonly #machine: StateMachine;
  readonly #retirement: Retirement;
  readonly #retry: RetryTimer;
  readonly #recovery: FailureRecovery;
  readonly #admission: PluginAdmission;
  readonly #generations: PluginGenerations;
  readonly #queue = new SerialQueue();
  #enabled: boolean;

  constructor(releases: ReleaseHistory, enabled: boolean, options: SupervisorOptions) {
    this.plugin = releases.current.plugin;
    this.#options = options;
    this.#enabled = enabled;
    this.releases = releases;
    const tryAgain = (): void => void this.#comeUp('retry', () => this.#machine.state === 'retrying');
    const parts = supervisorParts(releases, enabled, { ...options, tryAgain });
    this.#machine = parts.machine;
    this.#retirement = parts.retirement;
    this.#retry = parts.retry;
    this.#recovery = parts.recovery;
    this.#admission = parts.admission;
    this.#generations = parts.generations;
  }

  get state(): PluginState {
    return this.#machine.state;
  }

  /** Why the plugin is in its state; absent while it is active or disabled. */
  get reason(): Reason | undefined {
    return this.#machine.reason;
  }

  get lastFailure(): LastFailure | undefined {
    return this.#machine.lastFailure;
  }

  /** What the administrator wants. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** The release that is live, or that would be next. */
  get release(): Release {
    return this.releases.current;
  }

  /** The generation that is loaded; it is live while the plugin is active. */
  get generation(): Generation | undefined {
    return this.#generations.present;
  }

  /** Where its code may lie: its folder, and the copies of releases that run. */
  get directories(): string[] {
    return [...new Set([this.releases.folder.directory, ...this.#generations.directories()])];
  }

  /** What runs now: a generation that is being made and those that end included. */
  get running(): RunningCode[] {
    return this.#generations.running();
  }

  /** Whether there is something to `reconsider`. */
  get isDue(): boolean {
    return this.#enabled && this.#admission.due() !== undefined;
  }

  /** Generations that were replaced and still have calls in flight. */
  get retiringCount(): number {
    return this.#retirement.count;
  }

  /** Brings the plugin up if it is wanted and not up; a failure becomes its state, never an exception. */
  start(): Promise<void> {
    return this.#comeUp('boot', () => this.#enabled && this.#machine.state !== 'active');
  }

  /** Enables the plugin and forgives its crashes; does nothing when it is active. On failure it is not wanted afterwards unless it was before or asked for a retry. */
  enable(request: CommandRequest): Promise<void> {
    return this.#operate('enable', request, async (operation) => {
      await this.#consent(request, this.release);
      if (this.#machine.state === 'active') return;
      this.#recovery.forgive();
      await this.#bringUp(operation.giver, 'command', operation);
    });
  }

  /** Takes the plugin off at once, then lets its calls end; does nothing when it is disabled. Throws `DEPENDANTS_ACTIVE`. */
  disable(request: CommandRequest): Promise<void> {
    return this.#operate('disable', request, async (operation) => {
      if (this.#machine.state === 'disabled' && !this.#enabled) return;
      await this.#options.admission.takeOff(this.plugin, request, () => this.#takeOff(operation));
    });
  }

  /** Replaces the running generation by one made from the folder as it is now; a failure leaves everything as it was. */
  reload(request: CommandRequest): Promise<void> {
    return this.#operate('reload', request, async (operation) => {
      // what is granted is what the folder asks for now
      if (request.grant !== undefined) await this.releases.readFolder().catch(() => undefined);
      await this.#consent(request, this.release);
      await this.#replace({ operation, kind: 'reload', cascade: request.cascade }, () => this.releases.readFolder());
    });
  }

  /**
   * Lets the plugin begin anew with the same release, for settings that it reads when it starts; a failure leaves the old
   * generation serving. A generation that is loaded and off is let go, so that the plugin begins anew when it is enabled.
   */
  reconfigure(request: CommandRequest, undo: () => Promise<void>): Promise<void> {
    return this.#operate('reload', request, async (operation) => {
      const command = { operation, kind: 'reload', undo } as const;
      if (this.#machine.state === 'active') return this.#replace(command, async () => this.release);
      if (!this.#enabled) await this.#generations.takeOut()?.dispose();
    });
  }

  /** Goes back to a release that was live, by version or digest; to the previous one without. Throws `ROLLBACK_UNAVAILABLE`. */
  rollback(request: CommandRequest, to?: string): Promise<void> {
    return this.#operate('rollback', request, async (operation) => {
      const release = await this.releases.find(to);
      await this.#consent(request, release);
      await this.#replace({ operation, kind: 'rollback', cascade: request.cascade }, async () => release);
    });
  }

  /** Drains and unloads, for a host that ends or a folder that is gone; the wanted state stays as it is. */
  stop(): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#machine.state === 'unloading') return;
      this.#retry.reset();
      const retired = this.#generations.retire();
      this.#machine.move('unloading');
      await retired;
      await this.#retirement.settled();
    });
  }

  /** Does what must meet no code of the plugin: it is not loaded meanwhile, and commands wait. Throws `PLUGIN_ENABLED`. */
  whileOff<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#queue.run(() => this.#generations.whileOff(this.#enabled, work));
  }

  /** Comes up, goes or takes over the folder where that is due, now that other plugins or grants are different. */
  async reconsider({ actor, force }: Pick<CommandRequest, 'actor' | 'force'>): Promise<void> {
    const due = await this.#queue.run(async () => {
      const step = this.#enabled ? this.#admission.due() : undefined;
      if (step === 'start') await this.#bringUp({ actor }, 'unblocked').catch(() => undefined);
      if (step === 'block') await this.#block({ actor, force });
      // one try, whatever else changes until it begins; when it is refused again, it waits again
      if (step === 'reload') this.#admission.forget();
      return step;
    });
    // how it ends stands in the state and the audit
    if (due === 'reload') await this.reload({ actor }).catch(() => undefined);
  }

  /**
   * Fails the generation that an uncaught error comes from, and no other: it is off when this returns. A live one is
   * replaced after a pause while the crash budget lasts. Returns false when there was no such generation any more.
   */
  crash(crash: PluginCrash): boolean {
    const failed = this.#generations.crash(crash);
    if (failed) void this.#queue.run(() => this.#recover(failed));
    return failed !== undefined;
  }

  #operate(kind: OperationKind, request: CommandRequest, work: (operation: Operation) => Promise<void>): Promise<void> {
    const operation = this.#options.operations.begin({ ...request, plugin: this.plugin, kind });
    return operation.follow(() => this.#queue.run(() => work(operation)));
  }

  #consent(request: CommandRequest, release: Release): Promise<void> {
    return this.#options.admission.consent(this.plugin, [release, this.releases.folder], request);
  }

  async #takeOff(operation: Operation): Promise<void> {
    const entry = { ...operation.giver, plugin: this.plugin, type: 'plugin:disabled' } as const;
    const change = { enabled: false, state: 'disabled', reason: null };
    await this.#options.journal.commit({ ...entry, change, generation: null });
    this.#retry.reset();
    this.#admission.forget();
    this.#enabled = false;
    this.generation?.withdraw();
    if (this.#machine.state === 'active') this.#machine.move('draining');
    await this.#generations.disable(operation);
    // its folder may have gone meanwhile; then the wish counts when it comes back
    if (this.#machine.state !== 'unloading') this.#machine.move('disabled');
    this.#options.journal.announce(entry);
  }

  /** Takes the plugin off that has lost what it needs; it stays wanted, and nothing of it stays loaded. */
  async #block(request: Pick<CommandRequest, 'actor' | 'force'>): Promise<void> {
    const operation = this.#options.operations.begin({ ...request, plugin: this.plugin, kind: 'block' });
    await operation.follow(() => this.#admission.block(operation, () => this.#generations.retire(operation)));
  }

  async #bringUp(by: CommandGiver, cause: BringUpCause, operation?: Operation): Promise<void> {
    const before = this.#machine.situation;
    // what comes up by itself changes nothing that was not wanted before, so a store that is down stops nothing
    const isChange = cause === 'command' || !this.#enabled;
    this.#retry.cancel();
    this.#machine.move('loading');
    let entry: JournalEntry;
    try {
      const next = isDown(before.state) ? await this.releases.next() : this.releases.current;
      const release = this.#admission.toStart(next, cause === 'unblocked');
      const command = { ...by, type: 'plugin:enabled', data: { cause } } as const;
      entry = await this.#generations.bringUp(release, command, { isChange, operation });
      this.#enabled = true;
    } catch (error) {
      const left = this.#generations.takeOut();
      if (cause === 'boot' && (await this.#standIn(error))) return;
      if (this.#admission.isRefusal(error)) {
        await left?.dispose();
        await this.#admission.refuse({ ...by, before, isWanted: this.#enabled });
        this.#enabled = true;
        throw error;
      }
      if (hasCode(error, 'RETRY_LATER')) this.#enabled ||= await this.#recovery.want(by);
      this.#recovery.fail(error, this.#failed('enable', by, before));
      throw error;
    }
    this.#recovery.succeed('active');
    if (isChange) this.#options.journal.announce(entry);
    else this.#options.journal.note(entry);
  }

  /** At a start, the release that was live last stands in for files that never ran, or that may not run yet. */
  async #standIn(failure: unknown): Promise<boolean> {
    const generation = await this.#generations.standIn(failure);
    if (!generation) return false;
    if (this.#admission.isRefusal(failure)) this.#admission.wait();
    this.#recovery.standIn(generation, failure);
    return true;
  }

  /** Comes up by itself if that is still called for; a failure becomes the state. */
  #comeUp(cause: BringUpCause, isDue: () => boolean): Promise<void> {
    return this.#queue.run(async () => {
      if (isDue()) await this.#bringUp({ actor: 'system' }, cause).catch(() => undefined);
    });
  }

  async #replace(order: Omit<ReplaceCommand, 'pinned'>, read: () => Promise<Release>): Promise<void> {
    const { operation, kind } = order;
    const before = this.#machine.situation;
    this.#retry.cancel();
    this.#machine.move('reloading');
    operation.enter('loading');
    try {
      const release = await read();
      if (before.state === 'quarantined') this.#recovery.assertAnother(release);
      const isSame = release === this.release;
      // what begins anew changes nothing for others, nor for a release that waits
      if (this.#enabled && !isSame) this.#admission.assertSwap(release, order);
      const pinned = isSame ? this.releases.pinned : this.releases.pinOf(release);
      const command = { ...order, pinned };
      await (this.#enabled ? this.#generations.replace(release, command) : this.#generations.adopt(release, command));
    } catch (error) {
      await this.#failReplace(error, order, before);
      throw error;
    }
    this.#recovery.succeed(this.#enabled ? 'active' : 'disabled');
    const data = { version: this.releases.current.manifest.version };
    this.#options.journal.announce({ plugin: this.plugin, type: journalTypeOf(kind), actor: operation.actor, data });
  }

  /** A generation that is not the present one has an end already: its command or its retirement sees to it. */
  async #recover(gate: CallGate): Promise<void> {
    if (this.generation?.gate !== gate) return;
    const generation = this.#generations.takeOut() as Generation;
    if (this.#enabled) this.#recovery.crash(generation.release, gate.signal.reason, { during: 'running' });
    await this.#retirement.retire(generation);
  }

  async #failReplace(error: unknown, order: Omit<ReplaceCommand, 'pinned'>, before: Situation): Promise<void> {
    const { giver } = order.operation;
    const command = this.#failed(order.kind, giver, before);
    const isBlocked = this.#enabled && !this.generation && this.#admission.isRefusal(error);
    // what is to be retried goes on waiting for that
    if (isBlocked && before.state !== 'retrying') return this.#admission.refuse({ ...giver, before, isWanted: true });
    if (this.generation || !this.#enabled) this.#recovery.keep(error, command);
    else this.#recovery.failReplace(error, command);
  }

  #failed(during: FailingCommand, by: CommandGiver, before: Situation): FailedCommand {
    return { during, ...by, before, ...this.#generations.failed(), isWanted: this.#enabled };
  }
}
