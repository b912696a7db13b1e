import { watch, type FSWatcher } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isGone, isLeftOut, isSourceFile } from './folder-entries.ts';
import type { FolderEvents, FolderEventsOptions } from './folder-events.ts';

type Listener = (type: string, name: string | null) => void;

interface Watch {
  /** Tells a directory from another one that stands at the same path later. */
  readonly identity: string;
  readonly watcher: FSWatcher;
}

/** Listens to the file system. Starts with every folder that is there. */
export async function listenToFolders(options: FolderEventsOptions): Promise<FolderEvents> {
  const events = new NativeEvents(options);
  await events.open();
  return events;
}

/**
 * Watches directories, which tell about the files in them. A directory that was replaced by another goes on telling
 * about itself, wherever it is now; so before a folder is read, the watches in it are compared with what is there.
 */
class NativeEvents implements FolderEvents {
  readonly #root: string;
  readonly #options: FolderEventsOptions;
  readonly #watches = new Map<string, Watch>();
  readonly #reported = new Set<unknown>();
  #isClosed = false;

  constructor(options: FolderEventsOptions) {
    this.#root = options.pluginsDir;
    this.#options = options;
  }

  async open(): Promise<void> {
    const around = path.dirname(this.#root);
    const isAround = await this.#watch(around, (_type, name) => {
      if (name === null || name === path.basename(this.#root)) void this.#rootChanged();
    });
    if (!isAround) this.#options.onError(new Error(`There is no folder ${around}, so the watcher waits in vain.`));
    await this.#watch(this.#root);
    const names = await namesIn(this.#root);
    await Promise.all(names.map((name) => this.follow(path.join(this.#root, name))));
  }

  async follow(folder: string): Promise<void> {
    const present = new Set<string>();
    await this.#followAll(folder, present);
    for (const directory of this.#watches.keys()) {
      const isBelow = directory === folder || directory.startsWith(folder + path.sep);
      if (isBelow && !present.has(directory)) this.#unwatch(directory);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const directory of this.#watches.keys()) this.#unwatch(directory);
  }

  async #followAll(directory: string, present: Set<string>): Promise<void> {
    // watched before it is listed, so that no directory is made unseen in between
    if (!(await this.#watch(directory))) return;
    present.add(directory);
    for (const name of await directoriesIn(directory)) await this.#followAll(path.join(directory, name), present);
  }

  /** Whether the directory is there and watched. */
  async #watch(
    directory: string,
    heard: Listener = (type, name) => this.#heard(directory, type, name),
  ): Promise<boolean> {
    try {
      const identity = await identityOf(directory);
      if (identity === undefined || this.#isClosed) return false;
      if (this.#watches.get(directory)?.identity === identity) return true;
      this.#unwatch(directory);
      const watcher = watch(directory, heard);
      this.#watches.set(directory, { identity, watcher });
      watcher.on('error', (error) => {
        this.#unwatch(directory);
        this.#report(error);
      });
      return true;
    } catch (error) {
      this.#report(error);
      return false;
    }
  }

  #unwatch(directory: string): void {
    this.#watches.get(directory)?.watcher.close();
    this.#watches.delete(directory);
  }

  #heard(directory: string, type: string, name: string | null): void {
    // so a directory tells that it went away itself, or that something of its name is in it
    if (type === 'rename' && name === path.basename(directory)) this.#reopen(directory);
    const file = path.join(directory, name ?? '');
    const segments = path.relative(this.#root, file).split(path.sep);
    if (segments.some(isLeftOut)) return;
    if (file === this.#root) void this.#rootChanged();
    else if (segments.length === 1 || isSourceFile(file) || this.#watches.has(file)) this.#changed(file);
    // of the other names only those of new directories matter; they are told once, as a rename
    else if (type === 'rename') void this.#changedIfDirectory(file);
  }

  /** Another directory at the same path may even have the same identity. */
  #reopen(directory: string): void {
    this.#unwatch(directory);
    if (directory === this.#root) void this.#rootChanged();
    else this.#changed(directory);
  }

  async #changedIfDirectory(candidate: string): Promise<void> {
    const status = await stat(candidate).catch(() => undefined);
    if (status?.isDirectory() === true) this.#changed(candidate);
  }

  #changed(file: string): void {
    const [name = ''] = path.relative(this.#root, file).split(path.sep);
    this.#options.onChange(path.join(this.#root, name));
  }

  /** The plugins folder was made, removed or replaced. */
  async #rootChanged(): Promise<void> {
    await this.#watch(this.#root);
    const known = [...this.#watches.keys()].filter((directory) => path.dirname(directory) === this.#root);
    const present = (await namesIn(this.#root)).map((name) => path.join(this.#root, name));
    for (const folder of new Set([...known, ...present])) this.#options.onChange(folder);
  }

  /** Once a kind: where one directory cannot be watched, thousands cannot. */
  #report(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    if (isGone(error) || this.#reported.has(code)) return;
    this.#reported.add(code);
    this.#options.onError(error);
  }
}

async function identityOf(directory: string): Promise<string | undefined> {
  const status = await stat(directory, { bigint: true }).catch(() => undefined);
  return status?.isDirectory() === true ? `${status.dev}:${status.ino}:${status.birthtimeNs}` : undefined;
}

async function namesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((): string[] => []);
  return names.filter((name) => !isLeftOut(name));
}

/** The names of the directories in a directory that may hold code. */
async function directoriesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && !isLeftOut(entry.name)).map(({ name }) => name);
}
