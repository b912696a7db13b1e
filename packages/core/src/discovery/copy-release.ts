import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import path from 'node:path';
import type { Release } from '../manifest/release.ts';
import { isSourceFile } from './folder-entries.ts';

/** More than this of one release is not copied, in bytes. */
const maxBytes = 256 * 1024 * 1024;

/**
 * Writes the files of a release into a new folder. Code and JSON come from the release, which never changes; other files
 * from the plugin folder as it is now. What is no part of a release is there too: dot-files as copies, packages
 * (`node_modules`) as links, so that they are the same instances. Rejects when the release is too large to be kept.
 */
export async function copyRelease(release: Release, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  const copy = new ReleaseCopy(release, target);
  await copy.folder(release.directory);
  await copy.sources();
  await linkPackages(release.directory, target);
}

class ReleaseCopy {
  readonly #release: Release;
  readonly #target: string;
  #bytes = 0;

  constructor(release: Release, target: string) {
    this.#release = release;
    this.#target = target;
  }

  /** One file after the other: a reload that goes on meanwhile needs the threads that read and write files. */
  async folder(from: string): Promise<void> {
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const file = path.join(from, entry.name);
      if (entry.name === '.git') continue;
      if (entry.name === 'node_modules') await linkPackages(from, this.#inTarget(from));
      else if (entry.isDirectory()) await this.#subfolder(file);
      else await this.#entry(entry, file);
    }
  }

  async sources(): Promise<void> {
    for (const [file, text] of this.#release.sources) {
      this.#count(Buffer.byteLength(text));
      const copy = this.#inTarget(file);
      await writeFile(copy, text).catch(async (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        // the folder of the file was removed meanwhile
        await mkdir(path.dirname(copy), { recursive: true });
        await writeFile(copy, text);
      });
    }
  }

  async #subfolder(folder: string): Promise<void> {
    await mkdir(this.#inTarget(folder));
    await this.folder(folder);
  }

  async #entry(entry: Dirent, file: string): Promise<void> {
    if (entry.isSymbolicLink()) {
      const leadsTo = path.resolve(path.dirname(file), await readlink(file));
      return symlink(leadsTo, this.#inTarget(file));
    }
    if (!entry.isFile() || this.#isLeftToSources(file)) return;
    this.#count((await stat(file)).size);
    await copyFile(file, this.#inTarget(file), constants.COPYFILE_FICLONE);
  }

  /** Code is written from the release; a code file that it does not have was added since. */
  #isLeftToSources(file: string): boolean {
    if (this.#release.sources.has(file)) return true;
    const segments = path.relative(this.#release.directory, file).split(path.sep);
    return isSourceFile(file) && !file.endsWith('.json') && !segments.some((segment) => segment.startsWith('.'));
  }

  #inTarget(file: string): string {
    return path.join(this.#target, path.relative(this.#release.directory, file));
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= maxBytes) return;
    const { plugin, manifest } = this.#release;
    throw new RangeError(`the files of "${plugin}" ${manifest.version} are more than ${maxBytes / 1024 / 1024} MiB`);
  }
}

/** Makes the packages of one folder reachable from another; they may be installed later, so the link may lead nowhere yet. */
async function linkPackages(from: string, target: string): Promise<void> {
  try {
    await symlink(path.join(from, 'node_modules'), path.join(target, 'node_modules'), 'junction');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
