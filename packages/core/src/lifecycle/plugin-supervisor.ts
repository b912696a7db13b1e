import type { Reason } from '../errors/describe-error.ts';
import { hasCode } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationKind } from '../protocol/plugin-operation.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import type { CallGate } from '../scope/call-gate.ts';
import type { CrashLimit } from './crash-budget.ts';
import { FailureRecovery, type FailedCommand, type Quarantine, type Situation } from './failure-recovery.ts';
import type { BuildGeneration } from './generation-factory.ts';
import { disposeOnFailure, type Generation } from './generation.ts';
import type { Operation, OperationSource } from './operation.ts';
import type { PluginCrash } from './plugin-crash.ts';
import { PluginGenerations } from './plugin-generations.ts';
import { isCommitted, liveEntry, type JournalEntry, type PluginJournal } from './plugin-journal.ts';
import type { ReleaseHistory } from './release-history.ts';
import { journalTypeOf, type ReplaceCommand } from './replace-command.ts';
import { Retirement } from './retirement.ts';
import { RetryTimer } from './retry-timer.ts';
import { SerialQueue } from './serial-queue.ts';
import { standInEntry, standInFailure } from './stand-in.ts';
import { StateMachine, type LastFailure } from './state-machine.ts';

export interface SupervisorOptions {
  /** Loads the code of a release and runs `onLoad`; nothing of it is live yet. */
  readonly build: BuildGeneration;
  readonly journal: PluginJournal;
  readonly operations: OperationSource;
  readonly clock: Clock;
  /** How long calls in flight may take to end where the manifest does not say, in milliseconds. */
  readonly drainMs: number;
  readonly crashLimit: CrashLimit;
  /** The release that was left alone when the host ran last. */
  readonly quarantine?: Quarantine | undefined;
}

/** Who gives a command, and under which id it can be followed. */
export interface CommandRequest {
  readonly actor: string;
  readonly operationId?: string | undefined;
}

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
  readonly #generations: PluginGenerations;
  readonly #queue = new SerialQueue();
  #enabled: boolean;

  constructor(releases: ReleaseHistory, enabled: boolean, options: SupervisorOptions) {
    const { journal, clock, drainMs, quarantine } = options;
    const { plugin, digest } = releases.current;
    this.plugin = plugin;
    this.#options = options;
    this.#enabled = enabled;
    this.releases = releases;
    const state = quarantine?.digest === digest ? 'quarantined' : enabled ? 'loading' : 'disabled';
    this.#machine = new StateMachine({ plugin, state, reason: quarantine?.reason }, (next) =>
      journal.announce({ plugin, type: 'plugin:state', actor: 'system', data: { state: next } }),
    );
    this.#retirement = new Retirement({
      clock,
      drainMs,
      onCut: (cut, forcedBy) =>
        journal.note({ plugin, type: 'plugin:drain-cut', actor: forcedBy ?? 'system', data: { cut } }),
    });
    this.#retry = new RetryTimer(clock, () => void this.#tryAgain());
    const parts = { machine: this.#machine, retry: this.#retry, releases, quarantine };
    this.#recovery = new FailureRecovery({ ...options, ...parts });
    const onLive = (release: Release): void => this.#recovery.wentLive(release);
    const mayRun = (release: Release): boolean => !this.#recovery.isQuarantined(release);
    this.#generations = new PluginGenerations({ ...options, releases, retirement: this.#retirement, onLive, mayRun });
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

  /** Generations that were replaced and still have calls in flight. */
  get retiringCount(): number {
    return this.#retirement.count;
  }

  /** Brings the plugin up if it is wanted and not up; a failure becomes its state, never an exception. */
  start(): Promise<void> {
    return this.#queue.run(async () => {
      if (!this.#enabled || this.#machine.state === 'active') return;
      await this.#bringUp('system', 'boot').catch(() => undefined);
    });
  }

  /** Enables the plugin and forgives its crashes; does nothing when it is active. On failure it is not wanted afterwards unless it was before or asked for a retry. */
  enable(request: CommandRequest): Promise<void> {
    return this.#operate('enable', request, async (operation) => {
      if (this.#machine.state === 'active') return;
      this.#recovery.forgive();
      await this.#bringUp(request.actor, 'command', operation);
    });
  }

  /** Takes the plugin off at once, then lets its calls end; does nothing when it is disabled. */
  disable(request: CommandRequest): Promise<void> {
    const { actor } = request;
    return this.#operate('disable', request, async (operation) => {
      if (this.#machine.state === 'disabled' && !this.#enabled) return;
      const change = { enabled: false, state: 'disabled', reason: null };
      await this.#options.journal.commit({ plugin: this.plugin, type: 'plugin:disabled', actor, change });
      this.#retry.reset();
      this.#enabled = false;
      this.generation?.withdraw();
      if (this.#machine.state === 'active') this.#machine.move('draining');
      await this.#generations.disable(operation);
      // its folder may have gone meanwhile; then the wish counts when it comes back
      if (this.#machine.state !== 'unloading') this.#machine.move('disabled');
      this.#options.journal.announce({ plugin: this.plugin, type: 'plugin:disabled', actor });
    });
  }

  /** Replaces the running generation by one made from the folder as it is now; a failure leaves everything as it was. */
  reload(request: CommandRequest): Promise<void> {
    return this.#operate('reload', request, (operation) =>
      this.#replace({ operation, kind: 'reload' }, () => this.releases.readFolder()),
    );
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
      await this.#replace({ operation, kind: 'rollback' }, async () => release);
    });
  }

  /** Drains and unloads, for a host that ends or a folder that is gone; the wanted state stays as it is. */
  stop(): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#machine.state === 'unloading') return;
      this.#retry.reset();
      const generation = this.#generations.takeOut();
      this.#machine.move('unloading');
      if (generation) await this.#retirement.retire(generation);
      await this.#retirement.settled();
    });
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

  #operate(
    kind: OperationKind,
    { actor, operationId }: CommandRequest,
    work: (operation: Operation) => Promise<void>,
  ): Promise<void> {
    const operation = this.#options.operations.begin({ plugin: this.plugin, kind, actor, id: operationId });
    return operation.follow(() => this.#queue.run(() => work(operation)));
  }

  async #bringUp(actor: string, cause: 'boot' | 'command' | 'retry', operation?: Operation): Promise<void> {
    const { state, reason } = this.#machine;
    // at boot and in a retry nothing is changed that was not wanted before, so a store that is down stops nothing
    const isChange = cause === 'command' || !this.#enabled;
    const { journal } = this.#options;
    const generations = this.#generations;
    this.#retry.cancel();
    this.#machine.move('loading');
    let entry: JournalEntry;
    try {
      const isBroken = state === 'failed' || state === 'quarantined';
      const release = isBroken ? await this.releases.next() : this.releases.current;
      const generation = await generations.ready(release, generations.present, operation);
      generations.takeOut();
      const pinned = release === this.releases.current ? this.releases.pinned : null;
      entry = liveEntry({ type: 'plugin:enabled', actor, data: { cause }, pinned }, generation);
      if (isChange) await disposeOnFailure(generation, () => journal.commit(entry));
      await disposeOnFailure(generation, () => generation.publish());
      generations.wentLive(generation, pinned);
      this.#enabled = true;
    } catch (error) {
      generations.takeOut();
      if (cause === 'boot' && (await this.#standIn(error))) return;
      if (hasCode(error, 'RETRY_LATER')) await this.#want(actor);
      this.#recovery.fail(error, this.#failed('enable', actor, { state, reason }));
      throw error;
    }
    this.#recovery.succeed('active');
    if (isChange) journal.announce(entry);
    else journal.note(entry);
  }

  /** At a start, the release that was live last stands in for files that never ran; what failed stays visible. */
  async #standIn(failure: unknown): Promise<boolean> {
    const generation = await this.#generations.standIn(failure);
    if (!generation) return false;
    const shown = standInFailure(generation, failure);
    const reason = this.#machine.remember(shown, 'enable', this.#options.clock.now());
    this.#machine.move('active');
    this.#options.journal.note(standInEntry(generation, reason));
    return true;
  }

  /** What waits to be tried again is wanted, also after a restart; a store that is down leaves that to the next try. */
  async #want(actor: string): Promise<void> {
    if (this.#enabled) return;
    const entry = { plugin: this.plugin, type: 'plugin:wanted', actor, change: { enabled: true } };
    this.#enabled = await isCommitted(this.#options.journal, entry);
  }

  async #tryAgain(): Promise<void> {
    await this.#queue.run(async () => {
      if (this.#machine.state === 'retrying') await this.#bringUp('system', 'retry').catch(() => undefined);
    });
  }

  async #replace(order: Omit<ReplaceCommand, 'pinned'>, read: () => Promise<Release>): Promise<void> {
    const { operation, kind } = order;
    const { state, reason } = this.#machine;
    this.#retry.cancel();
    this.#machine.move('reloading');
    operation.enter('loading');
    try {
      const release = await read();
      if (state === 'quarantined') this.#recovery.assertAnother(release);
      const pinned = release === this.release ? this.releases.pinned : this.releases.pinOf(release);
      const command = { ...order, pinned };
      await (this.#enabled ? this.#generations.replace(release, command) : this.#generations.adopt(release, command));
    } catch (error) {
      this.#failReplace(error, order, { state, reason });
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
    if (this.#enabled) this.#recovery.crash(generation.release, gate.signal.reason, 'running');
    await this.#retirement.retire(generation);
  }

  #failReplace(error: unknown, { operation, kind }: Omit<ReplaceCommand, 'pinned'>, before: Situation): void {
    const command = this.#failed(kind, operation.actor, before);
    if (this.generation || !this.#enabled) this.#recovery.keep(error, command);
    else this.#recovery.failReplace(error, command);
  }

  #failed(during: string, actor: string, before: Situation): FailedCommand {
    const { present, nextRelease: next } = this.#generations;
    this.#generations.forgetNext();
    return { during, actor, before, next, live: present?.release, isWanted: this.#enabled };
  }
}
