import { describeError } from '../errors/describe-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { HealthNote, PluginStore } from '../ports/plugin-store.ts';

export interface HealthKeeperOptions {
  readonly store: PluginStore;
  readonly logger: Logger;
}

/** Keeps in the store how plugins are: one statement for all that have news, one at a time. A store that is down costs nothing. */
export class HealthKeeper {
  readonly #options: HealthKeeperOptions;
  /** What was not written yet, the latest of each plugin. */
  readonly #news = new Map<string, HealthNote>();
  #writing: Promise<void> | undefined;
  #isWanted = false;

  constructor(options: HealthKeeperOptions) {
    this.#options = options;
  }

  /** To be written with the next `write`. */
  note(news: HealthNote): void {
    this.#news.set(news.plugin, news);
  }

  /** Writes what there is, once what is being written is written. */
  write(): void {
    this.#isWanted = true;
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
  }

  forget(plugin: string): void {
    this.#news.delete(plugin);
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    const { store, logger } = this.#options;
    while (this.#isWanted && this.#news.size > 0) {
      this.#isWanted = false;
      const notes = [...this.#news.values()];
      this.#news.clear();
      try {
        await store.saveHealth(notes);
      } catch (error) {
        logger.debug(
          { error: describeError(error) },
          'how plugins are could not be stored; it is tried with the next check',
        );
        // what has become known since is newer
        for (const note of notes) if (!this.#news.has(note.plugin)) this.#news.set(note.plugin, note);
      }
    }
  }
}
