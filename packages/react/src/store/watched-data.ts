import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FollowTopic, LiveLines } from '../client/follow-live-events.ts';
import { asPluginApiError, type PluginApiError } from '../client/plugin-api-error.ts';
import { DetailWatches } from './detail-watches.ts';
import { isLasting } from './event-topics.ts';
import type { LiveConnection } from './live-connection.ts';
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

/** What is loaded, and when it has to be loaded again. Keys are names of plugins unless `isAbout` says otherwise. */
export interface WatchedDataOptions<Data> {
  readonly load: (key: string, signal: AbortSignal) => Promise<Data>;
  /** Whether a change of a plugin matters. */
  readonly isAbout?: (key: string, plugin: string) => boolean;
  /** Whether events of a type matter; default: what happens to plugins, but for the steps of commands. */
  readonly isTouchedBy?: (type: string) => boolean;
  /** Whether lines of the plugin matter. */
  readonly isTouchedByLines?: (lines: LiveLines) => boolean;
  /** A topic that the stream has to carry while somebody looks. */
  readonly topic?: (key: string) => FollowTopic;
  /** How often it changes without an event that says so, in milliseconds. */
  readonly everyMs?: (key: string) => number;
}

/** Data of the server by key, loaded and kept new while somebody looks at it. */
export class WatchedData<Data> {
  readonly state: Pick<StoreApi<Entries<Data>>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly #state = createStore<Entries<Data>>()(() => new Map());
  readonly #watches: DetailWatches;
  readonly #live: LiveConnection;
  readonly #options: WatchedDataOptions<Data>;

  constructor(live: LiveConnection, options: WatchedDataOptions<Data>) {
    this.state = this.#state;
    this.#live = live;
    this.#options = options;
    this.#watches = new DetailWatches(
      (key, signal) => this.#load(key, signal),
      (key, signal) => this.#keepNew(key, signal),
    );
    const { isAbout = (key, plugin) => key === plugin, isTouchedBy = isLasting, isTouchedByLines } = options;
    live.listen({
      onChange: (plugin, type) => {
        if (type === undefined || isTouchedBy(type)) void this.#watches.refreshThose((key) => isAbout(key, plugin));
      },
      onLines: (lines) => {
        if (isTouchedByLines?.(lines) === true) void this.refresh(lines.plugin);
      },
      onStale: () => void this.#watches.refreshThose(() => true),
    });
  }

  get(key: string): Loaded<Data> {
    return this.#state.getState().get(key) ?? nothing;
  }

  /** Takes what a command answered. */
  take(key: string, data: Data): void {
    this.#put(key, { data, status: 'ready', error: undefined });
  }

  /** Loads it and keeps it new until the returned function is called. */
  watch(key: string): () => void {
    return this.#watches.watch(key);
  }

  /** Asks the server again, if anybody looks. */
  refresh(key: string): Promise<void> {
    return this.#watches.refresh(key);
  }

  /** However many look: one topic, and one question from time to time. */
  #keepNew(key: string, signal: AbortSignal): void {
    const { topic, everyMs } = this.#options;
    const unwant = topic && this.#live.want(topic(key));
    const poll = everyMs && setInterval(() => this.#live.isOn && void this.refresh(key), everyMs(key));
    signal.addEventListener('abort', () => {
      clearInterval(poll);
      unwant?.();
    });
  }

  async #load(key: string, signal: AbortSignal): Promise<void> {
    try {
      const data = await this.#options.load(key, signal);
      if (!signal.aborted) this.take(key, data);
    } catch (error) {
      if (!signal.aborted)
        this.#put(key, { data: this.get(key).data, status: 'error', error: asPluginApiError(error) });
    }
  }

  /** Keeps the known object when nothing is new, so that what shows it need not render. */
  #put(key: string, loaded: Loaded<Data>): void {
    const known = this.get(key);
    const data = JSON.stringify(known.data) === JSON.stringify(loaded.data) ? known.data : loaded.data;
    if (data === known.data && loaded.status === known.status && loaded.error === known.error) return;
    this.#state.setState(withEntry(this.#state.getState(), key, { ...loaded, data }), true);
  }
}

/** Selects one entry, for stores of React. */
export function loadedOf<Data>(key: string): (entries: Entries<Data>) => Loaded<Data> {
  return (entries) => entries.get(key) ?? nothing;
}
