import { runCoalesced } from './run-coalesced.ts';

interface Watch {
  watchers: number;
  readonly ended: AbortController;
  readonly load: () => Promise<void>;
}

/** Knows of which plugins somebody looks at the details, and loads those. */
export class DetailWatches {
  readonly #load: (name: string, signal: AbortSignal) => Promise<void>;
  readonly #watches = new Map<string, Watch>();

  constructor(load: (name: string, signal: AbortSignal) => Promise<void>) {
    this.#load = load;
  }

  /** Loads the details of a plugin and keeps them new until the returned function is called. */
  watch(name: string): () => void {
    const watch = this.#watches.get(name) ?? this.#begin(name);
    watch.watchers += 1;
    if (watch.watchers === 1) void watch.load();
    return () => {
      watch.watchers -= 1;
      if (watch.watchers > 0) return;
      watch.ended.abort();
      if (this.#watches.get(name) === watch) this.#watches.delete(name);
    };
  }

  /** Loads the details of a plugin again if anybody looks at them. */
  async refresh(name: string): Promise<void> {
    await this.#watches.get(name)?.load();
  }

  /** Loads the details of all plugins that are looked at. */
  async refreshAll(): Promise<void> {
    await Promise.all([...this.#watches.values()].map(({ load }) => load()));
  }

  #begin(name: string): Watch {
    const ended = new AbortController();
    const watch = { watchers: 0, ended, load: runCoalesced(() => this.#load(name, ended.signal)) };
    this.#watches.set(name, watch);
    return watch;
  }
}
