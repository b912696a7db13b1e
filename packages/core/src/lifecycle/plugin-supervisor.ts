import { reasonOf, type Reason } from '../errors/describe-error.ts';
import { PluginError, isPluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginChange } from '../ports/plugin-store.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import { swapGenerations, type Generation } from './generation.ts';
import type { JournalEntry, PluginJournal } from './plugin-journal.ts';
import { RetryTimer } from './retry-timer.ts';
import { assertTransition } from './state-transitions.ts';

export interface SupervisorOptions {
  /** Loads the code of a release and runs `onLoad`; nothing of it is live yet. */
  readonly build: (release: Release) => Promise<Generation>;
  /** Reads the plugin's folder as it is now. Throws `MANIFEST_INVALID` and its like. */
  readonly readRelease: () => Promise<Release>;
  readonly journal: PluginJournal;
  readonly clock: Clock;
  /** How long calls in flight may take to end, in milliseconds. */
  readonly drainMs: number;
}

/** What last went wrong, kept until something goes right. */
export interface LastFailure extends Reason {
  readonly during: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Owns one plugin: its state, its generations and its releases. Commands run one at a time; nobody else writes the state. */
export class PluginSupervisor {
  readonly plugin: string;
  readonly #options: SupervisorOptions;
  #release: Release;
  /** The release that was live last, and the other one that was live before it. */
  #served: Release | undefined;
  #servedBefore: Release | undefined;
  #enabled: boolean;
  #state: PluginState;
  #reason: Reason | undefined;
  #lastFailure: LastFailure | undefined;
  #generation: Generation | undefined;
  readonly #retiring = new Set<Promise<void>>();
  readonly #retry: RetryTimer;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(release: Release, enabled: boolean, options: SupervisorOptions) {
    this.plugin = release.plugin;
    this.#release = release;
    this.#enabled = enabled;
    this.#state = enabled ? 'loading' : 'disabled';
    this.#options = options;
    this.#retry = new RetryTimer(options.clock, () => void this.#tryAgain());
  }

  get state(): PluginState {
    return this.#state;
  }

  /** Why the plugin is in its state; absent while it is active or disabled. */
  get reason(): Reason | undefined {
    return this.#reason;
  }

  get lastFailure(): LastFailure | undefined {
    return this.#lastFailure;
  }

  /** What the administrator wants. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** The release that is live, or that would be next. */
  get release(): Release {
    return this.#release;
  }

  /** The release that a rollback would go back to. */
  get previousRelease(): Release | undefined {
    return this.#served?.digest === this.#release.digest ? this.#servedBefore : this.#served;
  }

  /** The generation that is loaded; it is live while the plugin is active. */
  get generation(): Generation | undefined {
    return this.#generation;
  }

  /** Generations that were replaced and still have calls in flight. */
  get retiringCount(): number {
    return this.#retiring.size;
  }

  /** Brings the plugin up if it is wanted and not up; a failure becomes its state, never an exception. */
  start(): Promise<void> {
    return this.#serially(async () => {
      if (!this.#enabled || this.#state === 'active') return;
      await this.#bringUp('system', 'boot').catch(() => undefined);
    });
  }

  /** Enables the plugin; does nothing when it is active. On failure it is not wanted afterwards unless it was before. */
  enable(actor: string): Promise<void> {
    return this.#serially(async () => {
      if (this.#state === 'active') return;
      await this.#bringUp(actor, 'command');
    });
  }

  /** Takes the plugin off at once, then lets its calls end; does nothing when it is disabled. */
  disable(actor: string): Promise<void> {
    return this.#serially(async () => {
      if (this.#state === 'disabled' && !this.#enabled) return;
      const change = { enabled: false, state: 'disabled', reason: null };
      await this.#options.journal.commit({ plugin: this.plugin, type: 'plugin:disabled', actor, change });
      this.#retry.reset();
      this.#enabled = false;
      await this.#takeDown();
      this.#move('disabled');
      this.#options.journal.announce({ plugin: this.plugin, type: 'plugin:disabled', actor });
    });
  }

  /** Replaces the running generation by one made from the folder as it is now; a failure leaves everything as it was. */
  reload(actor: string): Promise<void> {
    return this.#serially(() => this.#replace(actor, 'reload', this.#options.readRelease));
  }

  /** Goes back to the release that ran before. Throws `ROLLBACK_UNAVAILABLE` when there is none. */
  rollback(actor: string): Promise<void> {
    return this.#serially(async () => {
      const previous = this.previousRelease;
      if (!previous) {
        const message = `Plugin "${this.plugin}" has no earlier release in this process.`;
        throw new PluginError('ROLLBACK_UNAVAILABLE', message, { plugin: this.plugin });
      }
      await this.#replace(actor, 'rollback', async () => previous);
    });
  }

  /** Drains and unloads, for a host that ends or a folder that is gone; the wanted state stays as it is. */
  stop(): Promise<void> {
    return this.#serially(async () => {
      if (this.#state === 'unloading') return;
      this.#retry.reset();
      const generation = this.#generation;
      this.#generation = undefined;
      this.#move('unloading');
      if (generation) await this.#retire(generation);
      await Promise.all(this.#retiring);
    });
  }

  async #bringUp(actor: string, cause: 'boot' | 'command' | 'retry'): Promise<void> {
    const before = this.#state;
    // at boot and in a retry nothing is changed that was not wanted before, so a store that is down stops nothing
    const isChange = cause === 'command' || !this.#enabled;
    const { journal } = this.#options;
    this.#retry.cancel();
    this.#move('loading');
    let entry: JournalEntry;
    try {
      // what failed is tried with the files as they are now; the author has likely corrected them
      const release = before === 'failed' ? await this.#options.readRelease() : this.#release;
      const generation = await this.#ready(release, this.#generation);
      this.#generation = undefined;
      entry = this.#liveEntry(actor, 'plugin:enabled', { cause }, generation);
      if (isChange) await this.#orDispose(generation, () => journal.commit(entry));
      await this.#orDispose(generation, () => generation.publish());
      this.#wentLive(generation);
      this.#enabled = true;
    } catch (error) {
      this.#generation = undefined;
      this.#fail(error, 'enable', actor, before);
      throw error;
    }
    this.#succeed('active');
    if (isChange) journal.announce(entry);
    else journal.note(entry);
  }

  async #tryAgain(): Promise<void> {
    await this.#serially(async () => {
      if (this.#state === 'retrying') await this.#bringUp('system', 'retry').catch(() => undefined);
    });
  }

  async #replace(actor: string, kind: 'reload' | 'rollback', read: () => Promise<Release>): Promise<void> {
    const before = this.#state;
    this.#retry.cancel();
    this.#move('reloading');
    const running = this.#generation;
    try {
      const release = await read();
      if (!this.#enabled) await this.#adopt(release, actor, kind);
      else if (running && isExclusive(running.release, release)) await this.#restart(running, release, { actor, kind });
      else await this.#swap(running, release, { actor, kind });
    } catch (error) {
      this.#failReplace(error, { before, actor, kind });
      throw error;
    }
    this.#succeed(this.#enabled ? 'active' : 'disabled');
    const data = { version: this.#release.manifest.version };
    this.#options.journal.announce({ plugin: this.plugin, type: typeOf(kind), actor, data });
  }

  async #swap(running: Generation | undefined, release: Release, { actor, kind }: ReplaceCommand): Promise<void> {
    const next = await this.#ready(release, undefined);
    await this.#orDispose(next, () => this.#options.journal.commit(this.#liveEntry(actor, typeOf(kind), {}, next)));
    await this.#orDispose(next, () => swapGenerations(running, next));
    this.#wentLive(next);
    if (running) void this.#retire(running);
  }

  /** For plugins that hold something only one generation can hold: ends the old one first, and brings it back on failure. */
  async #restart(running: Generation, release: Release, { actor, kind }: ReplaceCommand): Promise<void> {
    this.#generation = undefined;
    await this.#retire(running);
    try {
      await this.#swap(undefined, release, { actor, kind });
    } catch (error) {
      const restored = await this.#ready(running.release, undefined);
      await this.#orDispose(restored, () => restored.publish());
      this.#wentLive(restored);
      throw error;
    }
  }

  /** A disabled plugin only takes note of the release; its code is not run. */
  async #adopt(release: Release, actor: string, kind: ReplaceCommand['kind']): Promise<void> {
    const dormant = this.#generation;
    const change = { ...recorded(release), state: 'disabled', reason: null };
    await this.#options.journal.commit({
      plugin: this.plugin,
      type: typeOf(kind),
      actor,
      data: { version: change.version },
      change,
    });
    this.#generation = undefined;
    this.#release = release;
    await dormant?.dispose();
  }

  async #ready(release: Release, dormant: Generation | undefined): Promise<Generation> {
    const generation = dormant ?? (await this.#options.build(release));
    await generation.enable();
    return generation;
  }

  #liveEntry(actor: string, type: string, data: { cause?: string }, next: Generation): JournalEntry {
    const { manifest } = next.release;
    return {
      plugin: this.plugin,
      type,
      actor,
      data: { ...data, version: manifest.version, generation: next.number },
      change: { ...recorded(next.release), enabled: true, state: 'active', reason: null },
    };
  }

  async #takeDown(): Promise<void> {
    const generation = this.#generation;
    if (!generation) return;
    generation.withdraw();
    if (this.#state === 'active') this.#move('draining');
    await this.#drain(generation);
    if (generation.isSpent) {
      this.#generation = undefined;
      await generation.dispose();
    } else {
      await generation.disable();
    }
  }

  #retire(generation: Generation): Promise<void> {
    generation.withdraw();
    const retired = this.#drain(generation)
      .then(() => generation.dispose())
      .finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
    return retired;
  }

  async #drain(generation: Generation): Promise<void> {
    const { clean, cut } = await generation.drain(this.#options.drainMs);
    if (!clean)
      this.#options.journal.note({ plugin: this.plugin, type: 'plugin:drain-cut', actor: 'system', data: { cut } });
  }

  async #orDispose(generation: Generation, step: () => void | Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      await generation.dispose();
      throw error;
    }
  }

  #wentLive(generation: Generation): void {
    const { release } = generation;
    this.#generation = generation;
    this.#release = release;
    if (this.#served?.digest !== release.digest) this.#servedBefore = this.#served;
    this.#served = release;
  }

  #succeed(state: PluginState): void {
    this.#lastFailure = undefined;
    this.#retry.reset();
    this.#move(state);
  }

  #fail(error: unknown, during: string, actor: string, before: PluginState): void {
    const reason = this.#remember(error, during);
    // a change that could not be stored did not happen
    const isUnstored = isPluginError(error) && error.code === 'STORE_UNAVAILABLE';
    if (isUnstored && before === 'disabled') return this.#move('disabled');
    const isTriedAgain =
      (isPluginError(error) && error.code === 'RETRY_LATER') || (isUnstored && before === 'retrying');
    this.#move(isTriedAgain ? 'retrying' : 'failed', reason);
    if (isTriedAgain) this.#retry.schedule();
    this.#options.journal.note({
      plugin: this.plugin,
      type: `plugin:${during}-failed`,
      actor,
      data: { code: reason.code, message: reason.message },
      change: { state: this.#state, reason },
    });
  }

  #failReplace(error: unknown, { before, actor, kind }: ReplaceCommand & { before: PluginState }): void {
    if (!this.#generation && this.#enabled) return this.#fail(error, kind, actor, before);
    const reason = this.#remember(error, kind);
    this.#move(before === 'active' || before === 'disabled' ? before : 'failed', reason);
    this.#options.journal.note({
      plugin: this.plugin,
      type: `plugin:${kind}-failed`,
      actor,
      data: { code: reason.code, message: reason.message },
    });
  }

  #remember(error: unknown, during: string): Reason {
    const reason = reasonOf(error);
    this.#lastFailure = { ...reason, during, at: this.#options.clock.now() };
    return reason;
  }

  #move(to: PluginState, reason?: Reason): void {
    assertTransition(this.plugin, this.#state, to);
    const changed = this.#state !== to;
    this.#state = to;
    this.#reason = to === 'active' || to === 'disabled' ? undefined : reason;
    if (changed)
      this.#options.journal.announce({
        plugin: this.plugin,
        type: 'plugin:state',
        actor: 'system',
        data: { state: to },
      });
  }

  #serially<Result>(command: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(command);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

interface ReplaceCommand {
  readonly actor: string;
  readonly kind: 'reload' | 'rollback';
}

function typeOf(kind: ReplaceCommand['kind']): string {
  return kind === 'reload' ? 'plugin:reloaded' : 'plugin:rolled-back';
}

/** Whether two releases must not run at the same time, because one of them holds something exclusive. */
function isExclusive(...releases: readonly Release[]): boolean {
  return releases.some(({ manifest }) => manifest.reload === 'restart');
}

/** What the store remembers of a release. */
function recorded({ manifest }: Release): Pick<PluginChange, 'version' | 'manifest'> & { version: string } {
  return { version: manifest.version, manifest: manifest as unknown as JsonObject };
}
