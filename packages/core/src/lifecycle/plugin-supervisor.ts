import type { Reason } from '../errors/describe-error.ts';
import { hasCode } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import { disposeOnFailure, swapGenerations, type Generation } from './generation.ts';
import { adoptedEntry, failureEntry, liveEntry, type JournalEntry, type PluginJournal } from './plugin-journal.ts';
import { isExclusive, journalCommand, journalTypeOf, type ReplaceCommand } from './replace-command.ts';
import type { ReleaseHistory } from './release-history.ts';
import { Retirement } from './retirement.ts';
import { RetryTimer } from './retry-timer.ts';
import { SerialQueue } from './serial-queue.ts';
import { restoreRelease, standInEntry, standInFailure, startStandIn } from './stand-in.ts';
import { StateMachine, type LastFailure } from './state-machine.ts';

export interface SupervisorOptions {
  /** Loads the code of a release and runs `onLoad`; nothing of it is live yet. */
  readonly build: (release: Release) => Promise<Generation>;
  readonly journal: PluginJournal;
  readonly clock: Clock;
  /** How long calls in flight may take to end, in milliseconds. */
  readonly drainMs: number;
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
  readonly #queue = new SerialQueue();
  #enabled: boolean;
  #generation: Generation | undefined;

  constructor(releases: ReleaseHistory, enabled: boolean, options: SupervisorOptions) {
    const { journal, clock, drainMs } = options;
    const { plugin } = releases.current;
    this.plugin = plugin;
    this.#options = options;
    this.#enabled = enabled;
    this.releases = releases;
    this.#machine = new StateMachine(plugin, enabled ? 'loading' : 'disabled', (state) =>
      journal.announce({ plugin, type: 'plugin:state', actor: 'system', data: { state } }),
    );
    this.#retirement = new Retirement({
      drainMs,
      onCut: (cut) => journal.note({ plugin, type: 'plugin:drain-cut', actor: 'system', data: { cut } }),
    });
    this.#retry = new RetryTimer(clock, () => void this.#tryAgain());
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

  /** Enables the plugin; does nothing when it is active. On failure it is not wanted afterwards unless it was before or asked for a retry. */
  enable(actor: string): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#machine.state === 'active') return;
      await this.#bringUp(actor, 'command');
    });
  }

  /** Takes the plugin off at once, then lets its calls end; does nothing when it is disabled. */
  disable(actor: string): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#machine.state === 'disabled' && !this.#enabled) return;
      const change = { enabled: false, state: 'disabled', reason: null };
      await this.#options.journal.commit({ plugin: this.plugin, type: 'plugin:disabled', actor, change });
      this.#retry.reset();
      this.#enabled = false;
      await this.#takeDown();
      this.#machine.move('disabled');
      this.#options.journal.announce({ plugin: this.plugin, type: 'plugin:disabled', actor });
    });
  }

  /** Replaces the running generation by one made from the folder as it is now; a failure leaves everything as it was. */
  reload(actor: string): Promise<void> {
    return this.#queue.run(() => this.#replace(actor, 'reload', () => this.releases.readFolder()));
  }

  /** Goes back to a release that was live, by version or digest; to the previous one without. Throws `ROLLBACK_UNAVAILABLE`. */
  rollback(actor: string, to?: string): Promise<void> {
    return this.#queue.run(async () => {
      const release = await this.releases.find(to);
      await this.#replace(actor, 'rollback', async () => release);
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

  async #bringUp(actor: string, cause: 'boot' | 'command' | 'retry'): Promise<void> {
    const before = this.#machine.state;
    // at boot and in a retry nothing is changed that was not wanted before, so a store that is down stops nothing
    const isChange = cause === 'command' || !this.#enabled;
    const { journal } = this.#options;
    this.#retry.cancel();
    this.#machine.move('loading');
    let entry: JournalEntry;
    try {
      // what failed is tried with the files as they are now; the author has likely corrected them
      const release = before === 'failed' ? await this.releases.readFolder() : this.releases.current;
      const generation = await this.#ready(release, this.#generation);
      this.#generation = undefined;
      const pinned = this.releases.pinOf(release);
      entry = liveEntry({ type: 'plugin:enabled', actor, data: { cause }, pinned }, generation);
      if (isChange) await disposeOnFailure(generation, () => journal.commit(entry));
      await disposeOnFailure(generation, () => generation.publish());
      this.#wentLive(generation);
      this.#enabled = true;
    } catch (error) {
      this.#generation = undefined;
      if (cause === 'boot' && (await this.#standIn(error))) return;
      if (hasCode(error, 'RETRY_LATER')) await this.#want(actor);
      this.#fail(error, 'enable', actor, before);
      throw error;
    }
    this.#succeed('active');
    if (isChange) journal.announce(entry);
    else journal.note(entry);
  }

  /** At a start, the release that was live last stands in for files that never ran; what failed stays visible. */
  async #standIn(failure: unknown): Promise<boolean> {
    const generation = await startStandIn(this.releases, failure, (release) => this.#ready(release, undefined));
    if (!generation) return false;
    this.#wentLive(generation);
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

  async #replace(actor: string, kind: ReplaceCommand['kind'], read: () => Promise<Release>): Promise<void> {
    const before = this.#machine.state;
    this.#retry.cancel();
    this.#machine.move('reloading');
    const running = this.#generation;
    try {
      const release = await read();
      const command = { actor, kind, pinned: this.releases.pinOf(release) };
      if (!this.#enabled) await this.#adopt(release, command);
      else if (running && isExclusive(running.release, release)) await this.#restart(running, release, command);
      else await this.#swap(running, release, command);
    } catch (error) {
      this.#failReplace(error, { before, actor, kind });
      throw error;
    }
    this.#succeed(this.#enabled ? 'active' : 'disabled');
    const data = { version: this.releases.current.manifest.version };
    this.#options.journal.announce({ plugin: this.plugin, type: journalTypeOf(kind), actor, data });
  }

  async #swap(running: Generation | undefined, release: Release, command: ReplaceCommand): Promise<void> {
    const next = await this.#ready(release, undefined);
    await disposeOnFailure(next, () => this.#options.journal.commit(liveEntry(journalCommand(command), next)));
    await disposeOnFailure(next, () => swapGenerations(running, next));
    this.#wentLive(next);
    if (running) void this.#retirement.retire(running);
  }

  /** For plugins that hold something only one generation can hold: ends the old one first, and brings it back on failure. */
  async #restart(running: Generation, release: Release, command: ReplaceCommand): Promise<void> {
    this.#generation = undefined;
    await this.#retirement.retire(running);
    try {
      await this.#swap(undefined, release, command);
    } catch (error) {
      const ready = (former: Release): Promise<Generation> => this.#ready(former, undefined);
      this.#wentLive(await restoreRelease(this.releases, running.release, error, ready));
      throw error;
    }
  }

  /** A disabled plugin only takes note of the release; its code is not run. */
  async #adopt(release: Release, command: ReplaceCommand): Promise<void> {
    const dormant = this.#generation;
    await this.#options.journal.commit(adoptedEntry(journalCommand(command), release));
    this.#generation = undefined;
    this.releases.adopt(release);
    await dormant?.dispose();
  }

  async #ready(release: Release, dormant: Generation | undefined): Promise<Generation> {
    const generation = dormant ?? (await this.#options.build(release));
    await generation.enable();
    return generation;
  }

  async #takeDown(): Promise<void> {
    const generation = this.#generation;
    if (!generation) return;
    generation.withdraw();
    if (this.#machine.state === 'active') this.#machine.move('draining');
    await this.#retirement.drain(generation);
    if (!generation.isSpent) return generation.disable();
    this.#generation = undefined;
    await generation.dispose();
  }

  #wentLive(generation: Generation): void {
    this.#generation = generation;
    this.releases.wentLive(generation.release);
  }

  #succeed(state: PluginState): void {
    this.#retry.reset();
    this.#machine.succeed(state);
  }

  #fail(error: unknown, during: string, actor: string, before: PluginState): void {
    const reason = this.#machine.remember(error, during, this.#options.clock.now());
    // a change that could not be stored did not happen
    const isUnstored = hasCode(error, 'STORE_UNAVAILABLE');
    if (isUnstored && before === 'disabled') return this.#machine.move('disabled');
    const isTriedAgain = hasCode(error, 'RETRY_LATER') || (isUnstored && before === 'retrying');
    this.#machine.move(isTriedAgain ? 'retrying' : 'failed', reason);
    if (isTriedAgain) this.#retry.schedule();
    const change = { state: this.#machine.state, reason };
    this.#options.journal.note({ ...failureEntry(this.plugin, during, actor, reason), change });
  }

  #failReplace(
    error: unknown,
    { before, actor, kind }: Pick<ReplaceCommand, 'actor' | 'kind'> & { before: PluginState },
  ): void {
    if (!this.#generation && this.#enabled) return this.#fail(error, kind, actor, before);
    const reason = this.#machine.remember(error, kind, this.#options.clock.now());
    this.#machine.move(before === 'active' || before === 'disabled' ? before : 'failed', reason);
    this.#options.journal.note(failureEntry(this.plugin, kind, actor, reason));
  }
}
