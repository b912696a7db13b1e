import { describeError } from '../errors/describe-error.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { KeptRelease, ReleaseArchive } from '../ports/release-archive.ts';

export interface ReleaseKeeperOptions {
  readonly archive: ReleaseArchive;
  /** How many releases of each plugin the archive keeps. */
  readonly keptReleases: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Copying waits until nothing went live for this long, in milliseconds: reloads that follow each other need the disk. */
const quietMs = 250;
/** How long it waits for that at most, in milliseconds. */
const longestMs = 2_000;

/** A release that is to be kept, and whom to tell whether it was. */
interface WaitingRelease {
  readonly release: Release;
  readonly liveAt: Date;
  readonly tell: (isKept: boolean) => void;
}

/** Keeps releases beside the work of the host: one after the other, and never so that a command waits or fails. */
export class ReleaseKeeper {
  readonly bound: number;
  readonly #options: ReleaseKeeperOptions;
  /** By plugin, the latest last: of releases that follow each other faster than they are copied only some are. */
  readonly #waiting = new Map<string, WaitingRelease[]>();
  /** By digest. */
  readonly #pending = new Map<string, Promise<boolean>>();
  readonly #warned = new Set<string>();
  readonly #begun: Promise<void>;
  /** Settles when nothing waits any more; undefined while nothing does. */
  #copying: Promise<void> | undefined;
  /** When a release went live last. */
  #latestAt = -Infinity;
  /** How many wait for a copy, so that copying does not wait for quiet. */
  #waiters = 0;
  /** Ends the wait for quiet, if there is one. */
  #hurry: () => void = () => undefined;
  #begin: () => void = () => undefined;

  constructor(options: ReleaseKeeperOptions) {
    this.bound = options.keptReleases;
    this.#options = options;
    // copies at a start would only slow the start down
    this.#begun = new Promise((resolve) => (this.#begin = resolve));
  }

  /** Starts to copy; what went live before has waited. */
  begin(): void {
    this.#begin();
  }

  now(): Date {
    return new Date(this.#options.clock.now());
  }

  /** What is kept of a plugin, the release that went live last first. */
  list(plugin: string): Promise<KeptRelease[]> {
    return this.#options.archive.list(plugin);
  }

  /** Resolves to whether the release is kept, when that is known; never rejects. */
  keep(release: Release, liveAt: Date): Promise<boolean> {
    const { plugin, digest } = release;
    const kept = new Promise<boolean>((tell) => {
      const waiting = [...(this.#waiting.get(plugin) ?? []), { release, liveAt, tell }];
      for (const older of waiting.splice(0, waiting.length - this.bound)) older.tell(false);
      this.#waiting.set(plugin, waiting);
    });
    this.#latestAt = performance.now();
    this.#copying ??= this.#copyAll();
    this.#pending.set(digest, kept);
    return kept.finally(() => {
      if (this.#pending.get(digest) === kept) this.#pending.delete(digest);
    });
  }

  /** A kept release; one that is about to be copied is waited for. */
  async open(plugin: string, digest: string): Promise<Release | undefined> {
    const pending = this.#pending.get(digest);
    if (pending) await this.#now(pending);
    return this.#options.archive.open(plugin, digest).catch(() => undefined);
  }

  /** Resolves when everything that went live so far is kept or given up. */
  async settled(): Promise<void> {
    await this.#now(this.#copying);
  }

  /** Says that the release that an administrator went back to is gone. */
  reportLost(plugin: string): void {
    this.#options.logger.warn({ plugin }, 'the release that was rolled back to is gone; the plugin folder is used');
  }

  /** Waits for a copy, and lets what stands before it be copied at once. */
  async #now(copied: Promise<unknown> | undefined): Promise<void> {
    this.#waiters += 1;
    this.begin();
    this.#hurry();
    await copied;
    this.#waiters -= 1;
  }

  async #copyAll(): Promise<void> {
    await this.#begun;
    for (;;) {
      await this.#quiet();
      const next = this.#takeNext();
      if (!next) break;
      next.tell(await this.#copy(next));
    }
    this.#copying = undefined;
  }

  #takeNext(): WaitingRelease | undefined {
    for (const [plugin, waiting] of this.#waiting) {
      const next = waiting.shift();
      if (waiting.length === 0) this.#waiting.delete(plugin);
      if (next) return next;
    }
    return undefined;
  }

  async #quiet(): Promise<void> {
    const latest = performance.now() + longestMs;
    for (;;) {
      const leftMs = Math.min(this.#latestAt + quietMs, latest) - performance.now();
      if (leftMs <= 0 || this.#waiters > 0) return;
      // the machine's own time: this is about its disk, not about anything that the host decides
      await new Promise<void>((resolve) => {
        setTimeout(resolve, leftMs).unref();
        this.#hurry = resolve;
      });
    }
  }

  async #copy({ release, liveAt }: WaitingRelease): Promise<boolean> {
    try {
      return await this.#options.archive.keep(release, liveAt);
    } catch (error) {
      this.#warn(release.plugin, error);
      return false;
    }
  }

  #warn(plugin: string, error: unknown): void {
    const kind = (error as NodeJS.ErrnoException).code ?? describeError(error);
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    const details = { plugin, err: error };
    this.#options.logger.warn(
      details,
      'a release cannot be kept; rollbacks reach back to the start of this process only',
    );
  }
}
