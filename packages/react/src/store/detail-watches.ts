import { runCoalesced } from './run-coalesced.ts';

interface Watch {
  watchers: number;
  readonly ended: AbortController;
  readonly load: () => Promise<void>;
}

/** Knows at what somebody looks, by name, and loads that. */
export class DetailWatches {
  readonly #load: (name: string, signal: AbortSignal) => Promise<void>;
  readonly #onBegin: ((name: string, signal: AbortSignal) => void) | undefined;
  readonly #watches = new Map<string, Watch>();

  /** `onBegin` is called with the first of those who look; the signal aborts with the last. */
  constructor(
    load: (name: string, signal: AbortSignal) => Promise<void>,
    onBegin?: (name: string, signal: AbortSignal) => void,
  ) {
    this.#load = load;
    this.#onBegin = onBegin;
  }

  /** Loads it, and again when told to, until the returned function is called. */
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

  /** Loads it again if anybody looks. */
  async refresh(name: string): Promise<void> {
    await this.#watches.get(name)?.load();
  }

  /** Loads those again that are looked at and that a condition lets through. */
  async refreshThose(condition: (name: string) => boolean): Promise<void> {
    const wanted = [...this.#watches].filter(([name]) => condition(name));
    await Promise.all(wanted.map(([, { load }]) => load()));
  }

  #begin(name: string): Watch {
    const ended = new AbortController();
    const watch = { watchers: 0, ended, load: runCoalesced(() => this.#load(name, ended.signal)) };
    this.#watches.set(name, watch);
    this.#onBegin?.(name, ended.signal);
    return watch;
  }
}
