import { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { PinnedRelease } from '../ports/plugin-store.ts';
import type { CallGate } from '../scope/call-gate.ts';
import type { CrashRecord } from './crash-record.ts';
import type { DataMigrations } from './data-migrations.ts';
import type { DeclaredIndexes } from './declared-indexes.ts';
import type { BuildGeneration } from './generation-factory.ts';
import { disposeOnFailure, swapGenerations, type Generation } from './generation.ts';
import { assertHealthy } from './health-check.ts';
import type { Operation } from './operation.ts';
import { failCode, type PluginCrash, type RunningCode } from './plugin-crash.ts';
import {
  adoptedEntry,
  liveEntry,
  type JournalCommand,
  type JournalEntry,
  type PluginJournal,
} from './plugin-journal.ts';
import type { ReleaseHistory } from './release-history.ts';
import { isExclusive, journalCommand, type ReplaceCommand } from './replace-command.ts';
import type { Retirement } from './retirement.ts';
import { restoreRelease, startStandIn } from './stand-in.ts';

export interface PluginGenerationsOptions {
  /** Loads the code of a release; none of its hooks has run. */
  readonly build: BuildGeneration;
  readonly indexes: DeclaredIndexes;
  readonly migrations: DataMigrations;
  readonly releases: ReleaseHistory;
  readonly retirement: Retirement;
  readonly journal: PluginJournal;
  readonly crashRecord: CrashRecord;
  readonly onLive: (release: Release) => void;
  /** Whether a release may run that nobody commanded. */
  readonly mayRun: (release: Release) => boolean;
}

/** The generations of one plugin: the present one, the one that is being made, and those that are on their way out. */
export class PluginGenerations {
  readonly #options: PluginGenerationsOptions;
  #present: Generation | undefined;
  #candidate: RunningCode | undefined;

  constructor(options: PluginGenerationsOptions) {
    this.#options = options;
  }

  /** The generation that is loaded; it is live while the plugin is active. */
  get present(): Generation | undefined {
    return this.#present;
  }

  /** Lets go of the present generation; whoever takes it sees to its end. */
  takeOut(): Generation | undefined {
    const generation = this.#present;
    this.#present = undefined;
    return generation;
  }

  /** Lets go of what is loaded of a plugin that is not wanted, and of what still ends, before the work begins. */
  async whileOff<Result>(isWanted: boolean, work: () => Promise<Result>): Promise<Result> {
    const { plugin } = this.#options.releases.current;
    if (isWanted) throw new PluginError('PLUGIN_ENABLED', `The plugin "${plugin}" is enabled.`, { plugin });
    await this.takeOut()?.dispose();
    await this.#options.retirement.settled();
    return work();
  }

  /** To be told when making the next generation came to nothing; says which release that was, and what runs all the same. */
  failed(): { readonly next: Release | undefined; readonly live: Release | undefined } {
    const next = this.#candidate?.release;
    this.#candidate = undefined;
    this.#options.crashRecord.end(this.#options.releases.current.plugin);
    const live = this.#present?.release;
    if (live) this.#options.indexes.settle(live);
    return { next, live };
  }

  /** Makes a generation of the release, or wakes one that is loaded, and enables it; nothing of it is live yet. */
  async ready(release: Release, dormant?: Generation, operation?: Operation): Promise<Generation> {
    operation?.enter('loading');
    this.#options.crashRecord.begin(release);
    const adopt = (gate: CallGate): void => void (this.#candidate = { release, gate });
    if (dormant?.isSpent) {
      // it crashed a moment ago
      await dormant.dispose();
      return this.ready(release, undefined, operation);
    }
    if (dormant) adopt(dormant.gate);
    const generation = dormant ?? (await this.#load(release, adopt, operation));
    operation?.enter('enabling');
    await disposeOnFailure(generation, () => this.#options.indexes.prepare(release));
    await generation.enable();
    return generation;
  }

  async #load(release: Release, adopt: (gate: CallGate) => void, operation?: Operation): Promise<Generation> {
    const { build, migrations, retirement } = this.#options;
    const generation = await build(release, adopt);
    await generation.load((next) => {
      const others = [this.#present, ...retirement.generations()].filter((other) => other !== undefined);
      return migrations.bring(next, others, () => operation?.enter('migrating'));
    });
    return generation;
  }

  /** To be told which generation is live now, and what is pinned where that changes. */
  wentLive(generation: Generation, pinned?: PinnedRelease | null): void {
    this.#present = generation;
    this.#candidate = undefined;
    this.#options.crashRecord.end(generation.release.plugin);
    this.#options.indexes.settle(generation.release);
    this.#options.releases.wentLive(generation.release, pinned);
    this.#options.onLive(generation.release);
  }

  /** Brings a release up, or wakes the generation of it that is loaded; what `isChange` is durable before it is live. */
  async bringUp(
    release: Release,
    command: JournalCommand,
    { isChange, operation }: { readonly isChange: boolean; readonly operation: Operation | undefined },
  ): Promise<JournalEntry> {
    const { journal, releases } = this.#options;
    const generation = await this.ready(release, this.#present, operation);
    this.takeOut();
    const pinned = release === releases.current ? releases.pinned : null;
    const entry = liveEntry({ ...command, pinned }, generation);
    if (isChange) await disposeOnFailure(generation, () => journal.commit(entry));
    await disposeOnFailure(generation, () => generation.publish());
    this.wentLive(generation, pinned);
    return entry;
  }

  /** Puts a generation of the release in the place of the present one; a failure leaves that serving, or brings it back. */
  async replace(release: Release, command: ReplaceCommand): Promise<void> {
    const running = this.#present;
    if (running && isExclusive(running.release, release)) return this.#restart(running, release, command);
    return this.#swap(running, release, command);
  }

  /** Takes note of a release without running it, for a plugin that is off. */
  async adopt(release: Release, command: ReplaceCommand): Promise<void> {
    await this.#options.journal.commit(adoptedEntry(journalCommand(command), release));
    this.#options.releases.adopt(release, command.pinned);
    await this.takeOut()?.dispose();
  }

  /** At a start, lets the release that was live last stand in for files that never ran; `undefined` when there is none. */
  async standIn(failure: unknown): Promise<Generation | undefined> {
    const { releases, mayRun } = this.#options;
    const failed = this.#candidate;
    const generation = await startStandIn(failure, { releases, mayRun, ready: (release) => this.ready(release) });
    if (generation) this.wentLive(generation);
    else this.#candidate = failed;
    return generation;
  }

  /** Ends the enabled phase of the present generation once its calls have ended; it stays loaded unless it was cut. */
  async disable(operation: Operation): Promise<void> {
    const generation = this.#present;
    if (!generation) return;
    await this.#options.retirement.disable(generation, operation);
    if (generation.isSpent) this.#present = undefined;
  }

  /** Takes the present generation off in this tick; resolves when it is disposed. */
  async retire(operation?: Operation): Promise<void> {
    const generation = this.takeOut();
    if (generation) await this.#options.retirement.retire(generation, operation);
  }

  /** Fails the generation that an uncaught error comes from: it is off when this returns. Says which it was. */
  crash(crash: PluginCrash): CallGate | undefined {
    return failCode(this.running(), crash, this.#options.journal);
  }

  /** What serves first, what is being made last. */
  running(): RunningCode[] {
    const made = [this.#present, ...this.#options.retirement.generations(), this.#candidate];
    return made.filter((code) => code !== undefined);
  }

  /** The directories that code of the plugin runs from. */
  directories(): string[] {
    return this.running().map(({ release }) => release.directory);
  }

  async #swap(running: Generation | undefined, release: Release, command: ReplaceCommand): Promise<void> {
    const { journal, retirement } = this.#options;
    const { operation } = command;
    const next = await this.ready(release, undefined, operation);
    await disposeOnFailure(next, async () => {
      operation.enter('checking');
      await assertHealthy(next);
      await journal.commit(liveEntry(journalCommand(command), next));
    });
    await disposeOnFailure(next, () => swapGenerations(running, next));
    this.wentLive(next, command.pinned);
    if (running) operation.add(retirement.retire(running, operation));
  }

  /** For plugins that hold something only one generation can hold: ends the old one first, and brings it back on failure. */
  async #restart(running: Generation, release: Release, command: ReplaceCommand): Promise<void> {
    this.#present = undefined;
    await this.#options.retirement.retire(running, command.operation);
    try {
      await this.#swap(undefined, release, command);
    } catch (error) {
      const failed = this.#candidate;
      await command.undo?.();
      const ready = (former: Release): Promise<Generation> => this.ready(former);
      const restored = restoreRelease(this.#options.releases, running.release, error, ready);
      this.wentLive(await restored.finally(() => (this.#candidate = failed)));
      throw error;
    }
  }
}
