import type { CollectionStore } from '../ports/collection-store.ts';
import type { PluginData } from '../ports/data-transaction.ts';
import type { DocumentStore } from '../ports/document-store.ts';

/** Writes of a generation that wait. */
export interface HeldWrites {
  /** Resolves when the writes that were on their way have ended. */
  readonly quiet: Promise<void>;
  /** Lets those that wait go on; with `first`, each write asks for that until it has succeeded once, and fails with it. */
  release(first?: () => Promise<void>): void;
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
  readonly #held = new Set<Promise<void>>();
  #present: PluginData;
  /** What has to be done before anything is written. */
  #first: (() => Promise<void>) | undefined;
  #closed: Error | undefined;

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
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    this.#held.add(held);
    const release = (first?: () => Promise<void>): void => {
      this.#first = first;
      this.#held.delete(held);
      go();
    };
    return { quiet: this.#quiet(), release };
  }

  /** Refuses to write from now on, with that error; resolves when the writes that were on their way have ended. */
  close(error: Error): Promise<void> {
    this.#closed = error;
    return this.#quiet();
  }

  async #quiet(): Promise<void> {
    await Promise.allSettled(this.#writing);
  }

  async #write<Result>(write: () => Promise<Result>): Promise<Result> {
    while (this.#held.size > 0) await Promise.all(this.#held);
    if (this.#closed) throw this.#closed;
    const written = this.#first ? this.#after(this.#first, write) : write();
    this.#writing.add(written);
    try {
      return await written;
    } finally {
      this.#writing.delete(written);
    }
  }

  async #after<Result>(first: () => Promise<void>, write: () => Promise<Result>): Promise<Result> {
    await first();
    if (this.#first === first) this.#first = undefined;
    return write();
  }
}
