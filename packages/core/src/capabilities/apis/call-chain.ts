import { AsyncLocalStorage } from 'node:async_hooks';

interface Link {
  readonly caller: string;
  isOpen: boolean;
}

/** Who waits for whom in calls from plugin to plugin: `a` called `b`, which now calls `c`. */
export class CallChain {
  readonly #links = new AsyncLocalStorage<readonly Link[]>();

  /** The plugins that wait for the code that asks, the first caller first. */
  callers(): string[] {
    return this.#open().map(({ caller }) => caller);
  }

  /** Makes a call for which the caller waits until its promise has settled. */
  async call<T>(caller: string, answer: () => Promise<T>): Promise<T> {
    const link = { caller, isOpen: true };
    try {
      return await this.#links.run([...this.#open(), link], answer);
    } finally {
      // what the answer has started in the background goes on, and nobody waits for it
      link.isOpen = false;
    }
  }

  #open(): readonly Link[] {
    return (this.#links.getStore() ?? []).filter(({ isOpen }) => isOpen);
  }
}
