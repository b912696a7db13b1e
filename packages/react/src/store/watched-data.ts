import { createStore, type StoreApi } from 'zustand/vanilla';
import { asPluginApiError, type PluginApiError } from '../client/plugin-api-error.ts';
import { DetailWatches } from './detail-watches.ts';
import { withEntry, type LoadStatus } from './plugin-store-state.ts';

/** What is known of something that the server tells. */
export interface Loaded<Data> {
  /** What was loaded last stays after an error. */
  readonly data: Data | undefined;
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
}

type Entries<Data> = ReadonlyMap<string, Loaded<Data>>;

const nothing: Loaded<never> = { data: undefined, status: 'loading', error: undefined };

/** Data of the server by name, loaded and kept new while somebody looks at it. */
export class WatchedData<Data> {
  readonly state: Pick<StoreApi<Entries<Data>>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly #state = createStore<Entries<Data>>()(() => new Map());
  readonly #watches: DetailWatches;

  constructor(load: (name: string, signal: AbortSignal) => Promise<Data>) {
    this.state = this.#state;
    this.#watches = new DetailWatches((name, signal) => this.#load(name, signal, load));
  }

  get(name: string): Loaded<Data> {
    return this.#state.getState().get(name) ?? nothing;
  }

  /** Loads it and keeps it new until the returned function is called. */
  watch(name: string): () => void {
    return this.#watches.watch(name);
  }

  /** Asks the server again, if anybody looks. */
  refresh(name: string): Promise<void> {
    return this.#watches.refresh(name);
  }

  refreshAll(): Promise<void> {
    return this.#watches.refreshAll();
  }

  async #load(
    name: string,
    signal: AbortSignal,
    load: (name: string, signal: AbortSignal) => Promise<Data>,
  ): Promise<void> {
    try {
      const data = await load(name, signal);
      if (!signal.aborted) this.#put(name, { data, status: 'ready', error: undefined });
    } catch (error) {
      if (!signal.aborted)
        this.#put(name, { data: this.get(name).data, status: 'error', error: asPluginApiError(error) });
    }
  }

  /** Keeps the known object when nothing is new, so that what shows it need not render. */
  #put(name: string, loaded: Loaded<Data>): void {
    const known = this.get(name);
    const data = JSON.stringify(known.data) === JSON.stringify(loaded.data) ? known.data : loaded.data;
    if (data === known.data && loaded.status === known.status && loaded.error === known.error) return;
    this.#state.setState(withEntry(this.#state.getState(), name, { ...loaded, data }), true);
  }
}

/** Selects one entry, for stores of React. */
export function loadedOf<Data>(name: string): (entries: Entries<Data>) => Loaded<Data> {
  return (entries) => entries.get(name) ?? nothing;
}
