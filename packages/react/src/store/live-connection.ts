import type { LiveEvent, LiveMetrics } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionState, FollowTopic, LiveLines } from '../client/follow-live-events.ts';
import type { PluginClient } from '../client/plugin-client.ts';

/** The live connection of a page. */
export interface Connection {
  /** Whether changes arrive by themselves; `paused` while the page has been out of sight for a minute. */
  readonly state: ConnectionState | 'paused';
  /** ISO 8601: what is shown was true at this moment at least. It is renewed when `state` changes, not with every event. */
  readonly lastEventAt: string | undefined;
}

/** Who keeps something new by what the live connection brings. */
export interface LiveListener {
  /** Something about a plugin may be different: an event of that type says so, or else a command of this page. */
  onChange?(plugin: string, type: string | undefined): void;
  onEvent?(event: LiveEvent): void;
  onLines?(lines: LiveLines): void;
  onMetrics?(figures: LiveMetrics): void;
  /** The stream is open again, with whatever topics: lines and figures may have been missed. */
  onOpen?(): void;
  /** Anything may be different: events were missed. */
  onStale?(): void;
}

const unseenMs = 60_000;
/** Whoever looks at the same again at once shall find the stream as it was. */
const unwantedMs = 2_000;

/** The one stream of live events of a page: carries the topics that somebody wants, and rests while nobody sees the page. */
export class LiveConnection {
  readonly state: Pick<StoreApi<Connection>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly #state: StoreApi<Connection>;
  readonly #client: PluginClient;
  readonly #listeners = new Set<LiveListener>();
  readonly #wanted = new Map<FollowTopic, number>([['plugins', 1]]);
  #open: { readonly topics: string; readonly unfollow: () => void } | undefined;
  #isOn = false;
  #lastEventId: string | undefined;
  #lastEventAt: string | undefined;
  #reopening: ReturnType<typeof setTimeout> | undefined;

  constructor(client: PluginClient, live: boolean) {
    this.#client = client;
    this.#state = createStore<Connection>()(() => ({
      state: live ? 'connecting' : 'offline',
      lastEventAt: undefined,
    }));
    this.state = this.#state;
  }

  /** Whether changes of others show by themselves, or will as soon as there is a connection. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Opens the stream and keeps it open until the returned function is called; may be started again. */
  start(): () => void {
    this.#isOn = true;
    this.#follow(false);
    const stopWatching = whileUnseen({
      hide: () => this.#rest('paused'),
      show: () => this.#follow(false),
    });
    return () => {
      this.#isOn = false;
      stopWatching();
      this.#rest('offline');
    };
  }

  /** Hears what the stream brings, until the returned function is called. */
  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has the stream carry a topic until the returned function is called. */
  want(topic: FollowTopic): () => void {
    const others = this.#wanted.get(topic) ?? 0;
    this.#wanted.set(topic, others + 1);
    if (others === 0) this.#reopenSoon(0);
    let isWanted = true;
    return () => {
      if (!isWanted) return;
      isWanted = false;
      const left = (this.#wanted.get(topic) ?? 1) - 1;
      if (left > 0) this.#wanted.set(topic, left);
      else this.#wanted.delete(topic);
      if (left === 0) this.#reopenSoon(unwantedMs);
    };
  }

  /** Says that a command of this page may have changed a plugin, where no event would. */
  changed(plugin: string): void {
    if (this.#state.getState().state !== 'live') this.#tell((listener) => listener.onChange?.(plugin, undefined));
  }

  #reopenSoon(ms: number): void {
    clearTimeout(this.#reopening);
    if (!this.#open) return;
    this.#reopening = setTimeout(() => {
      if (this.#open && this.#open.topics !== this.#topics().join()) this.#follow(true);
    }, ms);
  }

  #topics(): FollowTopic[] {
    return [...this.#wanted.keys()];
  }

  #rest(state: Connection['state']): void {
    clearTimeout(this.#reopening);
    this.#open?.unfollow();
    this.#open = undefined;
    this.#put(state);
  }

  /** Opens the stream after the last event that is known; quietly where only topics change. */
  #follow(isChange: boolean): void {
    this.#open?.unfollow();
    const topics = this.#topics();
    let isQuiet = isChange && this.#state.getState().state === 'live';
    const misses = !isQuiet || this.#lastEventId === undefined;
    const unfollow = this.#client.follow(
      {
        onEvent: (event) => this.#take(event),
        onLines: (lines) => this.#hear((listener) => listener.onLines?.(lines)),
        onMetrics: (figures) => this.#hear((listener) => listener.onMetrics?.(figures)),
        onReset: (id) => {
          this.#lastEventId = id;
          this.#tell((listener) => listener.onStale?.());
        },
        onConnection: (state) => {
          const isOpening = state === 'live';
          if (isQuiet && state === 'connecting') return;
          const isStale = isOpening && (misses || !isQuiet);
          isQuiet = false;
          this.#put(state);
          if (isOpening) this.#tell((listener) => listener.onOpen?.());
          // asked after the stream is open, so no change falls between the two
          if (isStale) this.#tell((listener) => listener.onStale?.());
        },
      },
      { topics, since: this.#lastEventId },
    );
    this.#open = { topics: topics.join(), unfollow };
  }

  #take(event: LiveEvent): void {
    this.#lastEventId = event.id;
    this.#hear((listener) => {
      listener.onEvent?.(event);
      listener.onChange?.(event.plugin, event.type);
    });
  }

  #hear(what: (listener: LiveListener) => void): void {
    this.#lastEventAt = new Date().toISOString();
    this.#tell(what);
  }

  #tell(what: (listener: LiveListener) => void): void {
    for (const listener of this.#listeners) what(listener);
  }

  #put(state: Connection['state']): void {
    const before = this.#state.getState().state;
    if (state === 'live') this.#lastEventAt = new Date().toISOString();
    if (state !== before) this.#state.setState({ state, lastEventAt: this.#lastEventAt });
  }
}

/** Calls `hide` when the page has been out of sight for a while, and `show` when it is seen again, until the returned function is called. */
function whileUnseen({ hide, show }: { hide: () => void; show: () => void }): () => void {
  if (typeof document === 'undefined') return () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isHidden = false;
  const look = (): void => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') {
      timer = setTimeout(() => {
        isHidden = true;
        hide();
      }, unseenMs);
    } else if (isHidden) {
      isHidden = false;
      show();
    }
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
