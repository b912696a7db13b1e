import { setTimeout as pause } from 'node:timers/promises';

/** What the contents of a folder look like: ready to run, as if something were missing yet, or not there. */
export type FolderLook = 'finished' | 'unfinished' | 'gone';

/** The contents of a folder at one time. */
export interface FolderReading {
  /** Tells one content from another. */
  readonly fingerprint: string;
}

export interface SettledFoldersOptions<Reading extends FolderReading> {
  /** How long contents must stay the same before they are looked at, in milliseconds. */
  readonly settleMs: number;
  readonly read: (folder: string) => Promise<Reading>;
  readonly look: (folder: string, reading: Reading) => Promise<FolderLook>;
  /** Takes over what is in the folder; not called again for the same folder before it has ended. */
  readonly take: (folder: string, reading: Reading) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * How long contents may stay as they are before they are taken in spite of their looks, in milliseconds. An editor may
 * still be writing, and a version control system deletes a folder before it writes it anew.
 */
const patienceMs: Readonly<Record<FolderLook, number>> = { finished: 0, unfinished: 100, gone: 300 };

/** After this time contents are taken even when they never stay the same, in milliseconds. */
const longestMs = 2_000;

/** Waits for the contents of changed folders to settle, each folder for itself, and has them taken over one at a time. */
export class SettledFolders<Reading extends FolderReading> {
  readonly #options: SettledFoldersOptions<Reading>;
  readonly #followed = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #closing = new AbortController();

  constructor(options: SettledFoldersOptions<Reading>) {
    this.#options = options;
  }

  /** Notes that something in a folder is or may be another than before. */
  change(folder: string): void {
    if (this.#closing.signal.aborted) return;
    this.#changed.add(folder);
    if (this.#followed.has(folder)) return;
    this.#followed.add(folder);
    void this.#follow(folder);
  }

  /** Takes nothing over any more; what is being taken over goes on. */
  close(): void {
    this.#closing.abort();
  }

  async #follow(folder: string): Promise<void> {
    const { signal } = this.#closing;
    while (this.#changed.has(folder) && !signal.aborted) {
      try {
        const reading = await this.#settle(folder);
        await this.#options.take(folder, reading);
      } catch (error) {
        this.#changed.delete(folder);
        if (!signal.aborted) this.#options.onError(error);
      }
    }
    this.#followed.delete(folder);
  }

  /** Resolves to a reading that can be taken over. */
  async #settle(folder: string): Promise<Reading> {
    const { settleMs, look } = this.#options;
    const latest = performance.now() + longestMs;
    let quietMs = settleMs;
    let begun = performance.now();
    let before = await this.#read(folder);
    for (;;) {
      // what the reading took is part of the wait
      await pause(begun + quietMs - performance.now(), undefined, { signal: this.#closing.signal });
      begun = performance.now();
      const now = await this.#read(folder);
      if (performance.now() >= latest) return now;
      if (now.fingerprint !== before.fingerprint) quietMs = settleMs;
      else if (quietMs >= patienceMs[await look(folder, now)]) return now;
      else quietMs *= 2;
      before = now;
    }
  }

  /** What changes while a folder is read counts as another change. */
  #read(folder: string): Promise<Reading> {
    this.#changed.delete(folder);
    return this.#options.read(folder);
  }
}
