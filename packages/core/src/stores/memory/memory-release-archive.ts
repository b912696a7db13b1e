import type { Release } from '../../manifest/release.ts';
import type { KeptRelease, ReleaseArchive } from '../../ports/release-archive.ts';

interface Entry extends KeptRelease {
  readonly release: Release;
}

/** The releases of a host that need not remember: the texts of the code; other files are those of the folder as it is. */
export class MemoryReleaseArchive implements ReleaseArchive {
  readonly #bound: number;
  readonly #entries = new Map<string, readonly Entry[]>();

  /** Holds at most so many releases of each plugin. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  async list(plugin: string): Promise<KeptRelease[]> {
    return (this.#entries.get(plugin) ?? []).map(({ digest, version, liveAt }) => ({ digest, version, liveAt }));
  }

  async keep(release: Release, liveAt: Date): Promise<boolean> {
    const { plugin, digest, manifest } = release;
    const others = (this.#entries.get(plugin) ?? []).filter((entry) => entry.digest !== digest);
    const entries = [{ digest, version: manifest.version, liveAt, release }, ...others];
    this.#entries.set(plugin, entries.slice(0, this.#bound));
    return true;
  }

  async open(plugin: string, digest: string): Promise<Release | undefined> {
    return this.#entries.get(plugin)?.find((entry) => entry.digest === digest)?.release;
  }
}
