import { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { PinnedRelease } from '../ports/plugin-store.ts';
import type { KeptRelease } from '../ports/release-archive.ts';
import type { ReleaseKeeper } from './release-keeper.ts';

/** How many releases stay in memory beside the archive: the live one, and the one before it. */
const inMemory = 2;

interface LiveRelease extends KeptRelease {
  /** Whether the archive has its files; `undefined` while it is about to get them. */
  isKept: boolean | undefined;
  /** Set while it stays in memory. */
  release: Release | undefined;
}

export interface ReleaseHistoryOptions {
  readonly keeper: ReleaseKeeper;
  /** Reads the plugin's folder as it is now. Throws `MANIFEST_INVALID` and its like. */
  readonly readFolder: () => Promise<Release>;
}

/** Opens the history of a plugin that is taken in; its present release is the pinned one while the folder is as it was then. */
export async function openReleaseHistory(
  folder: Release,
  pinned: PinnedRelease | null,
  options: ReleaseHistoryOptions,
): Promise<ReleaseHistory> {
  const { keeper } = options;
  const history = new ReleaseHistory(folder, await keeper.list(folder.plugin), options);
  if (pinned?.insteadOf !== folder.digest) return history;
  const release = await history.open(pinned.digest);
  if (release) history.adopt(release, pinned);
  else keeper.reportLost(folder.plugin);
  return history;
}

/** The releases of one plugin: the present one, and those that were live, also before the host started. */
export class ReleaseHistory {
  readonly #options: ReleaseHistoryOptions;
  #current: Release;
  #folder: Release;
  #pinned: PinnedRelease | null = null;
  /** Digest of the folder that the present release was preferred to; undefined while the folder counts. */
  #insteadOf: string | undefined;
  /** Those that were live, the last one first. */
  #live: readonly LiveRelease[];

  /** Begins with the release that the folder holds, and with what the archive has. */
  constructor(folder: Release, kept: readonly KeptRelease[], options: ReleaseHistoryOptions) {
    this.#options = options;
    this.#current = folder;
    this.#folder = folder;
    this.#live = kept.map((entry) => ({ ...entry, isKept: true, release: undefined }));
  }

  /** The release that is live, or that would be next. */
  get current(): Release {
    return this.#current;
  }

  /** The release to go back to: the last one that was live and is another than the present one. */
  get previous(): KeptRelease | undefined {
    return this.#reachable().find(({ digest }) => digest !== this.#current.digest);
  }

  /** What the plugin folder held when it was last read; another release than the present one after a rollback. */
  get folder(): Release {
    return this.#folder;
  }

  /** Whether the present release was preferred to what the folder held when it was last read. */
  get isPreferred(): boolean {
    return this.#insteadOf === this.#folder.digest;
  }

  /** What is tried next, as far as the folder was read; `next` reads it again. */
  get upcoming(): Release {
    return this.isPreferred ? this.#current : this.#folder;
  }

  /** What an administrator wants to run instead of the folder. */
  get pinned(): PinnedRelease | null {
    return this.#pinned;
  }

  /** What one can go back to, the present release included, the last one that was live first. */
  list(): KeptRelease[] {
    return this.#reachable().map(({ digest, version, liveAt }) => ({ digest, version, liveAt }));
  }

  /** Whether a release was live at some time that is known of. */
  wasLive(digest: string): boolean {
    return this.#live.some((entry) => entry.digest === digest);
  }

  /** Reads the plugin folder as it is now. Throws `MANIFEST_INVALID` and its like. */
  async readFolder(): Promise<Release> {
    this.#folder = await this.#options.readFolder();
    return this.#folder;
  }

  /**
   * What a plugin that is down is tried with: the folder as it is now, for the author has likely corrected it; the
   * present release while the folder is as it was when that was preferred to it. Throws `MANIFEST_INVALID` and its like.
   */
  async next(): Promise<Release> {
    await this.readFolder();
    return this.upcoming;
  }

  /** Takes note of a release that has not run yet. */
  adopt(release: Release, pinned: PinnedRelease | null): void {
    this.#prefer(release);
    this.#pinned = pinned;
  }

  /** Takes note of a release that is live now; its files are copied in the background. Left out, `pinned` stays. */
  wentLive(release: Release, pinned: PinnedRelease | null = this.#pinned): void {
    this.#prefer(release);
    this.#pinned = pinned;
    const { digest, manifest } = release;
    const known = this.#live.find((entry) => entry.digest === digest);
    const liveAt = this.#options.keeper.now();
    const entry: LiveRelease = { digest, version: manifest.version, liveAt, isKept: undefined, release };
    this.#live = [entry, ...this.#live.filter((other) => other !== known)];
    void this.#options.keeper.keep(release, liveAt).then((isKept) => {
      entry.isKept = isKept;
      this.#trim();
    });
  }

  /** What a rollback pins: nothing when the folder holds that release anyway. */
  pinOf({ digest }: Release): PinnedRelease | null {
    return digest === this.#folder.digest ? null : { digest, insteadOf: this.#folder.digest };
  }

  /** Finds what to go back to, by version or digest; without either, the previous one. Throws `ROLLBACK_UNAVAILABLE`. */
  async find(to?: string): Promise<Release> {
    // it will run instead of what the folder holds now; a folder that cannot be read counts as it was
    await this.readFolder().catch(() => undefined);
    const { plugin, digest: present } = this.#current;
    const others = this.#reachable().filter(({ digest }) => digest !== present);
    const entry = to === undefined ? others[0] : others.find(({ digest, version }) => digest === to || version === to);
    const release = entry && (await this.open(entry.digest));
    if (release) return release;
    const which = to === undefined ? 'no earlier release' : `no earlier release "${to}"`;
    throw new PluginError('ROLLBACK_UNAVAILABLE', `Plugin "${plugin}" has ${which} to go back to.`, { plugin });
  }

  /** A release that was live: as it was kept, else as it is in memory, with the other files that the folder has now. */
  async open(digest: string): Promise<Release | undefined> {
    const { plugin } = this.#current;
    const entry = this.#live.find((other) => other.digest === digest);
    const release = (await this.#options.keeper.open(plugin, digest)) ?? entry?.release;
    if (!release) this.#live = this.#live.filter((other) => other !== entry);
    return release;
  }

  #prefer(release: Release): void {
    const isSame = release.digest === this.#current.digest;
    this.#current = release;
    if (release.digest === this.#folder.digest) this.#insteadOf = undefined;
    // beginning anew is no choice against the folder
    else if (!isSame) this.#insteadOf = this.#folder.digest;
  }

  /** Lets go of texts that the archive has, and of releases that it could not keep. */
  #trim(): void {
    for (const older of this.#live.slice(inMemory)) if (older.isKept !== undefined) older.release = undefined;
    this.#live = this.#live.filter(({ isKept, release }) => isKept === true || release !== undefined);
  }

  /** Those that are not about to be let go of. */
  #reachable(): readonly LiveRelease[] {
    return this.#live.slice(0, this.#options.keeper.bound);
  }
}
