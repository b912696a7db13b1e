import type { BrokenFrontend, PluginFrontend } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { asPluginApiError, type PluginApiError } from '../client/plugin-api-error.ts';
import { isLifecycle } from '../store/event-topics.ts';
import type { LoadStatus } from '../store/plugin-store-state.ts';
import type { PluginStore } from '../store/plugin-store.ts';
import { runCoalesced } from '../store/run-coalesced.ts';
import { FrontendError } from './frontend-error.ts';
import type { FrontendStatus, HeldFrontend, HoldFrontend } from './held-frontend.ts';
import type { PluginContribution } from './read-plugin-ui.ts';
import type { PluginMessages } from './plugin-ui.ts';

/** The frontends of one host on this page. */
export interface FrontendsState {
  /** Of the list that the server gives. */
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  /** By plugin. */
  readonly frontends: ReadonlyMap<string, FrontendStatus>;
  /** What all of them show, in order. */
  readonly contributions: readonly PluginContribution[];
}

/** Whoever shows something of plugins again at once shall find it as it was. */
const unusedMs = 2_000;

const nothing: FrontendsState = { status: 'loading', error: undefined, frontends: new Map(), contributions: [] };

/** Brings the frontends that the server lists onto the page and takes those off that it lists no more, while somebody shows any. */
export class PluginFrontends {
  readonly state: Pick<StoreApi<FrontendsState>, 'getState' | 'getInitialState' | 'subscribe'>;
  /** Asks the server which there are. */
  readonly refresh: () => Promise<void>;
  readonly #state = createStore<FrontendsState>()(() => nothing);
  readonly #store: PluginStore;
  readonly #held = new Map<string, HeldFrontend>();
  #broken: readonly BrokenFrontend[] = [];
  #uses = 0;
  #stop: (() => void) | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(store: PluginStore) {
    this.#store = store;
    this.state = this.#state;
    this.refresh = runCoalesced(() => this.#read());
  }

  /** Has the frontends on the page, as the server has them, until the returned function is called. */
  use(): () => void {
    this.#uses += 1;
    clearTimeout(this.#leaving);
    this.#stop ??= this.#follow();
    return () => {
      this.#uses -= 1;
      if (this.#uses === 0) this.#leaving = setTimeout(() => this.#leave(), unusedMs);
    };
  }

  /** The texts of a plugin. */
  messagesOf(plugin: string): PluginMessages {
    return this.#held.get(plugin)?.loaded?.messages ?? {};
  }

  readonly retry = (plugin: string): void => {
    this.#held.get(plugin)?.retry();
    if (this.#broken.some((one) => one.plugin === plugin)) void this.refresh();
  };

  readonly turnOff = (plugin: string): void => this.#held.get(plugin)?.turnOff();

  readonly turnOn = (plugin: string): void => this.#held.get(plugin)?.turnOn();

  #leave(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#broken = [];
    this.#take([]);
    this.#publish({ status: 'loading' });
  }

  #follow(): () => void {
    const { live, client } = this.#store;
    void this.refresh();
    const refresh = (): void => void this.refresh();
    const unlisten = live.listen({
      onChange: (_plugin, type) => {
        if (type === undefined || isLifecycle(type)) refresh();
      },
      onStale: refresh,
    });
    // who may not hear of plugins may still hear of frontends; one stream is enough for a page that may do both
    let unfollow: (() => void) | undefined;
    const choose = (): void => {
      const needsOwn = live.isOn && live.state.getState().state === 'offline';
      if (needsOwn === (unfollow !== undefined)) return;
      unfollow?.();
      unfollow = needsOwn
        ? client.followFrontends({ onReset: refresh, onConnection: (state) => state === 'live' && refresh() })
        : undefined;
    };
    const unsubscribe = live.state.subscribe(choose);
    choose();
    return () => {
      unsubscribe();
      unlisten();
      unfollow?.();
    };
  }

  async #read(): Promise<void> {
    try {
      const { frontends, broken } = await this.#store.client.frontends();
      // what loads them is loaded only where there are any
      const { holdFrontend } = frontends.length === 0 ? {} : await import('./held-frontend.ts');
      // the answer may come when nobody wants it any more
      if (!this.#stop) return;
      this.#broken = broken;
      this.#take(frontends, holdFrontend);
      this.#publish({ status: 'ready', error: undefined });
    } catch (error) {
      // what is on the page stays: the next answer says whether it should
      this.#publish({ status: 'error', error: asPluginApiError(error) });
    }
  }

  #take(listed: readonly PluginFrontend[], hold?: HoldFrontend): void {
    const names = new Set(listed.map(({ plugin }) => plugin));
    for (const [plugin, held] of this.#held) {
      if (names.has(plugin)) continue;
      this.#held.delete(plugin);
      held.drop();
    }
    for (const one of listed) {
      const held = this.#held.get(one.plugin);
      if (held) held.offer(one);
      else if (hold)
        this.#held.set(
          one.plugin,
          hold(one, () => this.#publish({})),
        );
    }
  }

  #publish(change: Partial<FrontendsState>): void {
    const held = [...this.#held.values()];
    const known = this.#state.getState().frontends;
    const statuses = [...held.map(({ status }) => status), ...this.#broken.map(unserved)].map((status) => {
      const before = known.get(status.plugin);
      return before && isSame(before, status) ? before : status;
    });
    const frontends = new Map(statuses.map((status) => [status.plugin, status]));
    const contributions = held
      .flatMap(({ loaded }) => loaded?.contributions ?? [])
      .toSorted((a, b) => a.order - b.order);
    this.#state.setState({ ...change, frontends, contributions });
  }
}

/** What the server cannot serve fails here, too. */
function unserved({ plugin, displayName, version, message }: BrokenFrontend): FrontendStatus {
  return { plugin, displayName, version, status: 'failed', error: new FrontendError(plugin, 'unserved', message) };
}

function isSame(a: FrontendStatus, b: FrontendStatus): boolean {
  const isSameError = a.error === b.error || (a.error?.kind === 'unserved' && a.error.message === b.error?.message);
  return isSameError && a.status === b.status && a.version === b.version && a.displayName === b.displayName;
}

/** Makes the frontends of a store, for `store.part`. */
export function createPluginFrontends(store: PluginStore): PluginFrontends {
  return new PluginFrontends(store);
}
