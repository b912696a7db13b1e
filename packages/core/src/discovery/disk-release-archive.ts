import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Release } from '../manifest/release.ts';
import type { KeptRelease, ReleaseArchive } from '../ports/release-archive.ts';
import { copyRelease } from './copy-release.ts';
import { readFolder } from './read-folder.ts';
import { readReleaseIn } from './read-release.ts';
import { codeDigestOf, isReleaseIndex, readReleaseIndex, writeReleaseIndex, type IndexEntry } from './release-index.ts';

export interface DiskReleaseArchiveOptions {
  /** Made when the first release is kept. */
  readonly directory: string;
  /** How many releases of each plugin are kept. */
  readonly bound: number;
  /** What `catalystVersion` of manifests is checked against. */
  readonly hostVersion: string;
}

/** What the index does not name is a copy that was never finished, unless another process is just making it. */
const unfinishedMs = 10 * 60_000;

/**
 * Copies of releases in `<directory>/<plugin>/<digest>`, and an index beside them. A copy appears under its digest only
 * when it is whole, and its code is checked again when it is opened.
 */
export class DiskReleaseArchive implements ReleaseArchive {
  readonly #options: DiskReleaseArchiveOptions;

  constructor(options: DiskReleaseArchiveOptions) {
    this.#options = options;
  }

  async list(plugin: string): Promise<KeptRelease[]> {
    const entries = await readReleaseIndex(this.#folderOf(plugin));
    return entries.map(({ digest, version, liveAt }) => ({ digest, version, liveAt }));
  }

  async keep(release: Release, liveAt: Date): Promise<boolean> {
    const { plugin, digest, manifest } = release;
    const [newest] = await this.list(plugin);
    if (newest?.digest === digest && (await this.#has(plugin, digest))) return true;
    if (!(await this.#has(plugin, digest)) && !(await this.#copy(release))) return false;
    const others = (await readReleaseIndex(this.#folderOf(plugin))).filter((entry) => entry.digest !== digest);
    const entry = { digest, code: codeDigestOf(release), version: manifest.version, liveAt };
    await this.#write(plugin, [entry, ...others]);
    return true;
  }

  async open(plugin: string, digest: string): Promise<Release | undefined> {
    const kept = await readReleaseIndex(this.#folderOf(plugin));
    const entry = kept.find((other) => other.digest === digest);
    if (!entry) return undefined;
    const release = await readReleaseIn(this.#copyOf(plugin, digest), this.#options.hostVersion).catch(() => undefined);
    if (release?.plugin === plugin && codeDigestOf(release) === entry.code) return { ...release, digest };
    await this.#write(
      plugin,
      kept.filter((other) => other !== entry),
    );
    await this.#remove(plugin, digest);
    return undefined;
  }

  async #copy(release: Release): Promise<boolean> {
    const { plugin, digest } = release;
    await this.#prepare(plugin);
    const unfinished = path.join(this.#folderOf(plugin), `unfinished-${randomUUID()}`);
    try {
      await copyRelease(release, unfinished);
      const copied = await readFolder(unfinished);
      if (copied.digest !== digest) return false;
      await rename(unfinished, this.#copyOf(plugin, digest));
      return true;
    } catch (error) {
      // another host with the same folder was faster
      if (await this.#has(plugin, digest)) return true;
      throw error;
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }

  async #prepare(plugin: string): Promise<void> {
    const { directory } = this.#options;
    await mkdir(this.#folderOf(plugin), { recursive: true });
    await writeFile(path.join(directory, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }

  /** Writes the index first: what it names is there at every moment. */
  async #write(plugin: string, entries: readonly IndexEntry[]): Promise<void> {
    const kept = entries.slice(0, this.#options.bound);
    await writeReleaseIndex(this.#folderOf(plugin), kept);
    const names = new Set(kept.map(({ digest }) => digest));
    for (const { digest } of entries) if (!names.has(digest)) await this.#remove(plugin, digest);
    await this.#sweep(plugin, names);
  }

  async #sweep(plugin: string, kept: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#folderOf(plugin))) {
      if (kept.has(name) || isReleaseIndex(name)) continue;
      const { mtimeMs } = await stat(path.join(this.#folderOf(plugin), name)).catch(() => ({ mtimeMs: Infinity }));
      if (Date.now() - mtimeMs > unfinishedMs) await this.#remove(plugin, name);
    }
  }

  async #has(plugin: string, digest: string): Promise<boolean> {
    return stat(this.#copyOf(plugin, digest)).then(
      (status) => status.isDirectory(),
      () => false,
    );
  }

  async #remove(plugin: string, name: string): Promise<void> {
    await rm(path.join(this.#folderOf(plugin), name), { recursive: true, force: true });
  }

  #folderOf(plugin: string): string {
    return path.join(this.#options.directory, plugin);
  }

  #copyOf(plugin: string, digest: string): string {
    return path.join(this.#folderOf(plugin), digest);
  }
}
