import type { Reason } from '../errors/describe-error.ts';
import { hasCode } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationKind } from '../protocol/plugin-operation.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import type { CallGate } from '../scope/call-gate.ts';
import type { CrashLimit } from './crash-budget.ts';
import { FailureRecovery, type Quarantine } from './failure-recovery.ts';
import type { BuildGeneration } from './generation-factory.ts';
import { disposeOnFailure, swapGenerations, type Generation } from './generation.ts';
import { assertHealthy } from './health-check.ts';
import type { Operation, OperationSource } from './operation.ts';
import { failCode, type PluginCrash } from './plugin-crash.ts';
import { adoptedEntry, failureEntry, liveEntry, type JournalEntry, type PluginJournal } from './plugin-journal.ts';
import { isExclusive, journalTypeOf, type ReplaceCommand } from './replace-command.ts';
import { ReleaseHistory } from './release-history.ts';
import { Retirement } from './retirement.ts';
import { RetryTimer } from './retry-timer.ts';
import { SerialQueue } from './serial-queue.ts';
import { StateMachine, type LastFailure } from './state-machine.ts';

export interface SupervisorOptions {
  /** Loads the code of a release and runs `onLoad`; nothing of it is live yet. */
  readonly build: BuildGeneration;
  /** Reads the plugin's folder as it is now. Throws `MANIFEST_INVALID` and its like. */
  readonly readRelease: () => Promise<Release>;
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
  readonly #options: SupervisorOptions;
  readonly #releases: ReleaseHistory;
  readonly #machine: StateMachine;
  readonly #retirement: Retirement;
  readonly #retry: RetryTimer;
  readonly #recovery: FailureRecovery;
  readonly #queue = new SerialQueue();
  #enabled: boolean;
  #generation: Generation | undefined;
  /** What is being made into the next generation. */
  #candidate: { readonly release: Release; readonly gate: CallGate } | undefined;

  constructor(release: Release, enabled: boolean, options: SupervisorOptions) {
    const { journal, clock, drainMs, quarantine } = options;
    const { plugin } = release;
    const isQuarantined = quarantine?.digest === release.digest;
    this.plugin = plugin;
    this.#options = options;
    this.#enabled = enabled;
    this.#releases = new ReleaseHistory(release);
    const state = isQuarantined ? 'quarantined' : enabled ? 'loading' : 'disabled';
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
    const parts = { machine: this.#machine, retry: this.#retry };
    this.#recovery = new FailureRecovery({ ...options, ...parts, quarantine });
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
    return this.#releases.current;
  }

  /** The release that a rollback would go back to. */
  get previousRelease(): Release | undefined {
    return this.#releases.previous;
  }

  /** The generation that is loaded; it is live while the plugin is active. */
  get generation(): Generation | undefined {
    return this.#generation;
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
      await this.#takeDown(operation);
      this.#machine.move('disabled');
      this.#options.journal.announce({ plugin: this.plugin, type: 'plugin:disabled', actor });
    });
  }

  /** Replaces the running generation by one made from the folder as it is now; a failure leaves everything as it was. */
  reload(request: CommandRequest): Promise<void> {
    return this.#operate('reload', request, (operation) =>
      this.#replace({ operation, kind: 'reload' }, this.#options.readRelease),
    );
  }

  /** Goes back to the release that ran before. Throws `ROLLBACK_UNAVAILABLE` when there is none. */
  rollback(request: CommandRequest): Promise<void> {
    return this.#operate('rollback', request, async (operation) => {
      const previous = this.#releases.requirePrevious();
      await this.#replace({ operation, kind: 'rollback' }, async () => previous);
    });
  }

  /** Drains and unloads, for a host that ends or a folder that is gone; the wanted state stays as it is. */
  stop(): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#machine.state === 'unloading') return;
      this.#retry.reset();
      const generation = this.#generation;
      this.#generation = undefined;
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
    const made = [this.#generation, ...this.#retirement.generations(), this.#candidate];
    const running = made.filter((code) => code !== undefined);
    const failed = failCode(running, crash, this.#options.journal);
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
    const before = this.#machine.state;
    // at boot and in a retry nothing is changed that was not wanted before, so a store that is down stops nothing
    const isChange = cause === 'command' || !this.#enabled;
    const { journal } = this.#options;
    this.#retry.cancel();
    this.#machine.move('loading');
    operation?.enter('loading');
    let entry: JournalEntry;
    try {
      // what failed is tried with the files as they are now; the author has likely corrected them
      const isBroken = before === 'failed' || before === 'quarantined';
      const release = isBroken ? await this.#options.readRelease() : this.#releases.current;
      const generation = await this.#ready(release, this.#generation, operation);
      this.#generation = undefined;
      entry = liveEntry({ type: 'plugin:enabled', actor, data: { cause } }, generation);
      if (isChange) await disposeOnFailure(generation, () => journal.commit(entry));
      await disposeOnFailure(generation, () => generation.publish());
      this.#wentLive(generation);
      this.#enabled = true;
    } catch (error) {
      this.#generation = undefined;
      if (hasCode(error, 'RETRY_LATER')) await this.#want(actor);
      this.#fail(error, 'enable', actor, before);
      this.#candidate = undefined;
      throw error;
    }
    this.#succeed('active');
    if (isChange) journal.announce(entry);
    else journal.note(entry);
  }

  /** What waits to be tried again is wanted, also after a restart; a store that is down leaves that to the next try. */
  async #want(actor: string): Promise<void> {
    if (this.#enabled) return;
    const entry = { plugin: this.plugin, type: 'plugin:wanted', actor, change: { enabled: true } };
    this.#enabled = await this.#options.journal.commit(entry).then(
      () => true,
      () => false,
    );
  }

  async #tryAgain(): Promise<void> {
    await this.#queue.run(async () => {
      if (this.#machine.state === 'retrying') await this.#bringUp('system', 'retry').catch(() => undefined);
    });
  }

  async #replace(command: ReplaceCommand, read: () => Promise<Release>): Promise<void> {
    const { operation, kind } = command;
    const before = this.#machine.state;
    this.#retry.cancel();
    this.#machine.move('reloading');
    operation.enter('loading');
    const running = this.#generation;
    try {
      const release = await read();
      if (before === 'quarantined') this.#recovery.assertAnother(release);
      if (!this.#enabled) await this.#adopt(release, command);
      else if (running && isExclusive(running.release, release)) await this.#restart(running, release, command);
      else await this.#swap(running, release, command);
    } catch (error) {
      this.#failReplace(error, { ...command, before });
      this.#candidate = undefined;
      throw error;
    }
    this.#succeed(this.#enabled ? 'active' : 'disabled');
    const data = { version: this.#releases.current.manifest.version };
    this.#options.journal.announce({ plugin: this.plugin, type: journalTypeOf(kind), actor: operation.actor, data });
  }

  async #swap(running: Generation | undefined, release: Release, { operation, kind }: ReplaceCommand): Promise<void> {
    const next = await this.#ready(release, undefined, operation);
    await disposeOnFailure(next, async () => {
      operation.enter('checking');
      await assertHealthy(next);
      const { actor } = operation;
      await this.#options.journal.commit(liveEntry({ type: journalTypeOf(kind), actor }, next));
    });
    await disposeOnFailure(next, () => swapGenerations(running, next));
    this.#wentLive(next);
    if (running) operation.add(this.#retirement.retire(running, operation));
  }

  /** For plugins that hold something only one generation can hold: ends the old one first, and brings it back on failure. */
  async #restart(running: Generation, release: Release, command: ReplaceCommand): Promise<void> {
    this.#generation = undefined;
    await this.#retirement.retire(running, command.operation);
    try {
      await this.#swap(undefined, release, command);
    } catch (error) {
      const restored = await this.#ready(running.release, undefined);
      await disposeOnFailure(restored, () => restored.publish());
      this.#wentLive(restored);
      throw error;
    }
  }

  /** A disabled plugin only takes note of the release; its code is not run. */
  async #adopt(release: Release, { operation: { actor }, kind }: ReplaceCommand): Promise<void> {
    const dormant = this.#generation;
    await this.#options.journal.commit(adoptedEntry({ type: journalTypeOf(kind), actor }, release));
    this.#generation = undefined;
    this.#releases.adopt(release);
    await dormant?.dispose();
  }

  async #ready(release: Release, dormant: Generation | undefined, operation?: Operation): Promise<Generation> {
    operation?.enter('loading');
    const adopt = (gate: CallGate): void => void (this.#candidate = { release, gate });
    if (dormant) adopt(dormant.gate);
    const generation = dormant ?? (await this.#options.build(release, adopt));
    operation?.enter('enabling');
    await generation.enable();
    return generation;
  }

  async #takeDown(operation: Operation): Promise<void> {
    const generation = this.#generation;
    if (!generation) return;
    generation.withdraw();
    if (this.#machine.state === 'active') this.#machine.move('draining');
    await this.#retirement.disable(generation, operation);
    if (generation.isSpent) this.#generation = undefined;
  }

  #wentLive(generation: Generation): void {
    this.#generation = generation;
    this.#candidate = undefined;
    this.#releases.wentLive(generation.release);
    this.#recovery.wentLive(generation.release);
  }

  /** A generation that is not the present one has an end already: its command or its retirement sees to it. */
  async #recover(gate: CallGate): Promise<void> {
    const generation = this.#generation;
    if (generation?.gate !== gate) return;
    this.#generation = undefined;
    if (this.#enabled) this.#recovery.crash(generation.release, gate.signal.reason, 'running');
    await this.#retirement.retire(generation);
  }

  #succeed(state: PluginState): void {
    this.#retry.reset();
    this.#machine.succeed(state);
  }

  #fail(error: unknown, during: string, actor: string, before: PluginState): void {
    const release = this.#candidate?.release ?? this.release;
    this.#recovery.fail(error, { during, actor, release, isWanted: this.#enabled, before });
  }

  #failReplace(error: unknown, { before, operation, kind }: ReplaceCommand & { before: PluginState }): void {
    const { actor } = operation;
    if (!this.#generation && this.#enabled) return this.#fail(error, kind, actor, before);
    const reason = this.#machine.remember(error, kind, this.#options.clock.now());
    this.#machine.move(before === 'active' || before === 'disabled' ? before : 'failed', reason);
    this.#options.journal.note(failureEntry(this.plugin, kind, actor, reason));
  }
}
