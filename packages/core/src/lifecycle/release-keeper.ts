import { describeError } from '../errors/describe-error.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { KeptRelease, ReleaseArchive } from '../ports/release-archive.ts';
import { SerialQueue } from './serial-queue.ts';

export interface ReleaseKeeperOptions {
  readonly archive: ReleaseArchive;
  /** How many releases of each plugin the archive keeps. */
  readonly keptReleases: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Copying waits until nothing went live for this long, in milliseconds: reloads that follow each other need the disk. */
const quietMs = 250;

/** Keeps releases beside the work of the host: one after the other, and never so that a command waits or fails. */
export class ReleaseKeeper {
  readonly bound: number;
  readonly #options: ReleaseKeeperOptions;
  readonly #queue = new SerialQueue();
  /** By plugin, the latest last: of releases that follow each other faster than they are copied only some are. */
  readonly #waiting = new Map<string, Release[]>();
  /** By digest. */
  readonly #pending = new Map<string, Promise<boolean>>();
  readonly #warned = new Set<string>();
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
    const begun = new Promise<void>((resolve) => (this.#begin = resolve));
    void this.#queue.run(() => begun);
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
    this.#waiting.set(release.plugin, [...(this.#waiting.get(release.plugin) ?? []), release].slice(-this.bound));
    this.#latestAt = performance.now();
    const kept = this.#queue.run(async () => {
      await this.#quiet();
      return this.#keepUnlessReplaced(release, liveAt);
    });
    this.#pending.set(release.digest, kept);
    return kept.finally(() => {
      if (this.#pending.get(release.digest) === kept) this.#pending.delete(release.digest);
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
    await this.#now(this.#queue.run(() => Promise.resolve()));
  }

  /** Says that the release that an administrator went back to is gone. */
  reportLost(plugin: string): void {
    this.#options.logger.warn({ plugin }, 'the release that was rolled back to is gone; the plugin folder is used');
  }

  /** Waits for a copy, and lets what stands before it be copied at once. */
  async #now(copied: Promise<unknown>): Promise<void> {
    this.#waiters += 1;
    this.begin();
    this.#hurry();
    await copied;
    this.#waiters -= 1;
  }

  async #quiet(): Promise<void> {
    for (;;) {
      const leftMs = this.#latestAt + quietMs - performance.now();
      if (leftMs <= 0 || this.#waiters > 0) return;
      // the machine's own time: this is about its disk, not about anything that the host decides
      await new Promise<void>((resolve) => {
        setTimeout(resolve, leftMs).unref();
        this.#hurry = resolve;
      });
    }
  }

  async #keepUnlessReplaced(release: Release, liveAt: Date): Promise<boolean> {
    const { plugin } = release;
    const waiting = this.#waiting.get(plugin) ?? [];
    if (!waiting.includes(release)) return false;
    const rest = waiting.filter((other) => other !== release);
    if (rest.length > 0) this.#waiting.set(plugin, rest);
    else this.#waiting.delete(plugin);
    try {
      return await this.#options.archive.keep(release, liveAt);
    } catch (error) {
      this.#warn(plugin, error);
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
