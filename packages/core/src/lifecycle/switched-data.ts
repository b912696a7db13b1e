import type { PluginData } from '../ports/data-transaction.ts';

/** The data that one generation works on: that of the host, or for a while that of a transaction. */
export class SwitchedData implements PluginData {
  readonly #usual: PluginData;
  #present: PluginData;

  constructor(usual: PluginData) {
    this.#usual = usual;
    this.#present = usual;
  }

  get documents(): PluginData['documents'] {
    return this.#present.documents;
  }

  get collections(): PluginData['collections'] {
    return this.#present.collections;
  }

  /** Lets the generation work on other data until the returned function is called. */
  use(data: PluginData): () => void {
    this.#present = data;
    return () => {
      if (this.#present === data) this.#present = this.#usual;
    };
  }
}
