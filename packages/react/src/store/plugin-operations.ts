import type { PluginOperation } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { DetailWatches } from './detail-watches.ts';
import { everyPlugin } from './plugin-observations.ts';
import type { PluginStore } from './plugin-store.ts';
import { withEntry } from './plugin-store-state.ts';

/** By plugin: the commands that run, and the newest one. */
type Operations = ReadonlyMap<string, readonly PluginOperation[]>;

/** The latest commands on each plugin, and how far they are. */
export class PluginOperations {
  readonly state: Pick<StoreApi<Operations>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly #state = createStore<Operations>()(() => new Map());
  readonly #watches: DetailWatches;

  constructor(store: PluginStore) {
    this.state = this.#state;
    this.#watches = new DetailWatches(async (_all, signal) => {
      const before = this.#state.getState();
      // a list that cannot be had is no news: the steps of commands arrive by themselves
      const listed = await store.client.operations(undefined, { signal }).catch(() => undefined);
      if (listed && !signal.aborted) this.#takeAll(listed, before);
    });
    const reload = (): void => void this.#watches.refresh(everyPlugin);
    store.live.listen({
      onEvent: ({ type, data }) => {
        // events come in order
        if (type === 'plugin:operation') this.#put(data['operation'] as unknown as PluginOperation);
      },
      onChange: (_plugin, type) => {
        if (type === undefined) reload();
      },
      onStale: reload,
    });
  }

  /** Loads what runs, until the returned function is called. */
  watch(): () => void {
    return this.#watches.watch(everyPlugin);
  }

  /** Takes what is known of a command, unless more is known. */
  take(operation: PluginOperation): void {
    const known = this.#of(operation).find(({ id }) => id === operation.id);
    const isNews = known === undefined || known.progress.passed.length < operation.progress.passed.length;
    if (isNews) this.#put(operation);
  }

  /** Takes a list of all commands, and forgets those that it lacks; what came after it was asked for is newer. */
  #takeAll(listed: readonly PluginOperation[], before: Operations): void {
    const ids = new Set(listed.map(({ id }) => id));
    for (const [plugin, known] of this.#state.getState()) {
      const kept = known.filter((operation) => ids.has(operation.id) || !before.get(plugin)?.includes(operation));
      if (kept.length < known.length) this.#state.setState(withEntry(this.#state.getState(), plugin, kept), true);
    }
    for (const operation of listed.toReversed()) {
      const known = this.#of(operation).find(({ id }) => id === operation.id);
      // a drain goes on without another phase
      const isAsBefore = known && before.get(operation.plugin)?.includes(known) === true;
      if (isAsBefore && JSON.stringify(known) !== JSON.stringify(operation)) this.#put(operation);
      else this.take(operation);
    }
  }

  #put(operation: PluginOperation): void {
    const others = this.#of(operation).filter(({ id }) => id !== operation.id);
    const all = [operation, ...others].toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
    const kept = all.filter(({ status }, index) => index === 0 || status === 'running');
    this.#state.setState(withEntry(this.#state.getState(), operation.plugin, kept), true);
  }

  #of({ plugin }: PluginOperation): readonly PluginOperation[] {
    return this.#state.getState().get(plugin) ?? [];
  }
}

/**
 * Selects the command on a plugin that people want to know of: one that drains, else the newest. A reload drains on behind
 * its answer, and may not be the newest then.
 */
export function operationOn(name: string): (operations: Operations) => PluginOperation | undefined {
  return (operations) => {
    const known = operations.get(name) ?? [];
    return known.find(({ phase }) => phase === 'draining') ?? known[0];
  };
}

/** The part of a store that is about how far commands are. */
export function operationsOf(store: PluginStore): PluginOperations {
  return new PluginOperations(store);
}
