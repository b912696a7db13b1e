import type { CollectionStore } from '../ports/collection-store.ts';
import type { PluginData } from '../ports/data-transaction.ts';
import type { DocumentStore } from '../ports/document-store.ts';

/** Writes of a generation that wait. */
export interface HeldWrites {
  /** Resolves when the writes that were on their way have ended. */
  readonly quiet: Promise<void>;
  /** Lets those that wait go on. */
  release(): void;
}

/**
 * The data that one generation works on: that of the host, or for a while that of a transaction. Its writes can be made
 * to wait, so that nothing of them is lost while the data is brought to another version and perhaps back.
 */
export class SwitchedData implements PluginData {
  readonly documents: DocumentStore;
  readonly collections: CollectionStore;
  readonly #usual: PluginData;
  readonly #writing = new Set<Promise<unknown>>();
  #present: PluginData;
  #held: Promise<void> | undefined;

  constructor(usual: PluginData) {
    this.#usual = usual;
    this.#present = usual;
    this.documents = {
      get: (...args) => this.#present.documents.get(...args),
      list: (...args) => this.#present.documents.list(...args),
      set: (...args) => this.#write(() => this.#present.documents.set(...args)),
      delete: (...args) => this.#write(() => this.#present.documents.delete(...args)),
    };
    this.collections = {
      find: (...args) => this.#present.collections.find(...args),
      count: (...args) => this.#present.collections.count(...args),
      insert: (...args) => this.#write(() => this.#present.collections.insert(...args)),
      update: (...args) => this.#write(() => this.#present.collections.update(...args)),
      delete: (...args) => this.#write(() => this.#present.collections.delete(...args)),
      declare: (...args) => this.#present.collections.declare(...args),
    };
  }

  /** Lets the generation work on other data until the returned function is called. */
  use(data: PluginData): () => void {
    this.#present = data;
    return () => {
      if (this.#present === data) this.#present = this.#usual;
    };
  }

  /** Makes writes wait from now on; reading goes on. */
  hold(): HeldWrites {
    let release = (): void => undefined;
    this.#held = new Promise((resolve) => {
      release = () => {
        this.#held = undefined;
        resolve();
      };
    });
    return { quiet: Promise.allSettled(this.#writing).then(() => undefined), release };
  }

  async #write<Result>(write: () => Promise<Result>): Promise<Result> {
    while (this.#held) await this.#held;
    const written = write();
    this.#writing.add(written);
    try {
      return await written;
    } finally {
      this.#writing.delete(written);
    }
  }
}
