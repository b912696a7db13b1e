import { setTimeout as pause } from 'node:timers/promises';

/** What the contents of a folder look like: ready to run, as if something were missing yet, or not there. */
export type FolderLook = 'finished' | 'unfinished' | 'gone';

export interface SettledFoldersOptions {
  /** How long contents must stay the same before they are looked at, in milliseconds. */
  readonly settleMs: number;
  /** Tells one content of a folder from another; asked often. */
  readonly fingerprint: (folder: string) => Promise<string>;
  readonly look: (folder: string, fingerprint: string) => Promise<FolderLook>;
  /** Takes over what is in the folder; not called again for the same folder before it has ended. */
  readonly take: (folder: string, fingerprint: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * How long contents may stay as they are before they are taken in spite of their looks, in milliseconds. An editor may
 * still be writing, and a version control system deletes a folder before it writes it anew.
 */
const patienceMs: Readonly<Record<FolderLook, number>> = { finished: 0, unfinished: 100, gone: 400 };

/** After this time contents are taken even when they never stay the same, in milliseconds. */
const longestMs = 2_000;

/** Waits for the contents of changed folders to settle, each folder for itself, and has them taken over one at a time. */
export class SettledFolders {
  readonly #options: SettledFoldersOptions;
  readonly #followed = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #closing = new AbortController();

  constructor(options: SettledFoldersOptions) {
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
        const fingerprint = await this.#settle(folder);
        await this.#options.take(folder, fingerprint);
      } catch (error) {
        this.#changed.delete(folder);
        if (!signal.aborted) this.#options.onError(error);
      }
    }
    this.#followed.delete(folder);
  }

  /** Resolves to the fingerprint of contents that can be taken over. */
  async #settle(folder: string): Promise<string> {
    const { settleMs, look } = this.#options;
    const latest = performance.now() + longestMs;
    let seen = await this.#fingerprint(folder);
    for (let quietMs = settleMs; ;) {
      await pause(quietMs, undefined, { signal: this.#closing.signal });
      const now = await this.#fingerprint(folder);
      const isLate = performance.now() >= latest;
      if (now === seen) {
        if (isLate || quietMs >= patienceMs[await look(folder, now)]) return now;
        quietMs *= 2;
      } else {
        if (isLate) return now;
        quietMs = settleMs;
      }
      seen = now;
    }
  }

  /** What changes while the fingerprint is taken counts as another change. */
  #fingerprint(folder: string): Promise<string> {
    this.#changed.delete(folder);
    return this.#options.fingerprint(folder);
  }
}
