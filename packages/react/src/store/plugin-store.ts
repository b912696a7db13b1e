import type { JsonObject, PluginDetail, PluginSummary } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { asPluginApiError } from '../client/plugin-api-error.ts';
import type { PluginClient } from '../client/plugin-client.ts';
import type {
  CascadeOptions,
  DisableOptions,
  GrantOptions,
  ReasonOptions,
  RollbackOptions,
} from '../client/request-options.ts';
import type { ActionResult } from './action-result.ts';
import { DetailWatches } from './detail-watches.ts';
import { isLifecycle } from './event-topics.ts';
import { LiveConnection } from './live-connection.ts';
import { PluginRecords, type PluginDetails } from './plugin-records.ts';
import {
  initialPluginState,
  withEntry,
  type PluginCommand,
  type LatestCommand,
  type PluginStoreState,
} from './plugin-store-state.ts';
import { runCoalesced } from './run-coalesced.ts';

/** What can be done to plugins; the functions are the same ones at every render. */
export interface PluginActions {
  /** Shows the plugin as enabled at once, and takes that back if the server says no. */
  enable(name: string, options?: GrantOptions): Promise<ActionResult>;
  /** Shows the plugin as disabled at once, and takes that back if the server says no. */
  disable(name: string, options?: DisableOptions): Promise<ActionResult>;
  reload(name: string, options?: GrantOptions & CascadeOptions): Promise<ActionResult>;
  rollback(name: string, options?: RollbackOptions): Promise<ActionResult>;
  updateConfig(name: string, config: JsonObject): Promise<ActionResult>;
  /** Deletes what a disabled plugin has stored, for good. */
  clearData(name: string, options?: ReasonOptions): Promise<ActionResult>;
  /** Makes the host look for new, repaired and removed plugin folders. */
  rescan(): Promise<ActionResult>;
  /** Forgets the error of a command that failed. */
  dismiss(name: string): void;
}

/** Holds what is known about the plugins of one host, for one provider. */
export class PluginStore {
  readonly state: Pick<StoreApi<PluginStoreState>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly actions: PluginActions;
  readonly client: PluginClient;
  readonly live: LiveConnection;
  /** Asks the server for all plugins; how it went is in the state. */
  readonly refresh: () => Promise<void>;
  readonly #state: StoreApi<PluginStoreState>;
  readonly #records = new PluginRecords();
  readonly #watches = new DetailWatches((name, signal) => this.#loadDetails(name, signal));
  readonly #flipped = new WeakMap<PluginSummary, PluginSummary>();
  readonly #parts = new Map<unknown, unknown>();
  #lifetime = new AbortController();

  constructor(client: PluginClient, live: boolean) {
    this.client = client;
    this.#state = createStore<PluginStoreState>()(() => initialPluginState);
    this.state = this.#state;
    this.refresh = runCoalesced(() => this.#loadList());
    this.live = new LiveConnection(client, live);
    this.live.listen({
      // an event only says that something changed; the truth is asked for, so nothing depends on hearing every one
      onChange: (plugin, type) => {
        if (type === undefined || !isLifecycle(type)) return;
        void this.refresh();
        void this.#watches.refresh(plugin);
      },
      onStale: () => {
        void this.refresh();
        void this.#watches.refreshThose(() => true);
      },
    });
    const run = this.command.bind(this);
    this.actions = {
      // an event of the page may come as the options of a command: `onClick={enable}`
      enable: (name, { grant, reason } = {}) => run(name, 'enable', () => client.enable(name, { grant, reason })),
      disable: (name, { cascade, force, reason } = {}) =>
        run(name, 'disable', () => client.disable(name, { cascade, force, reason })),
      reload: (name, { grant, cascade, reason } = {}) =>
        run(name, 'reload', () => client.reload(name, { grant, cascade, reason })),
      rollback: (name, { to, cascade, reason } = {}) =>
        run(name, 'rollback', () => client.rollback(name, { to, cascade, reason })),
      updateConfig: (name, config) => run(name, 'update-config', () => client.updateConfig(name, config)),
      clearData: (name, { reason } = {}) => run(name, 'clear-data', () => client.clearData(name, { reason })),
      rescan: () => this.#rescan(),
      dismiss: (name) => this.#dismiss(name),
    };
  }

  /** A part of the store that not every page needs; made when it is first asked for. */
  readonly part = <Part>(create: (store: PluginStore) => Part): Part => {
    const part = this.#parts.get(create) ?? create(this);
    this.#parts.set(create, part);
    return part as Part;
  };

  /** Loads the list and, if live, keeps it new, until the returned function is called; may be started again. */
  start(live: boolean): () => void {
    const lifetime = new AbortController();
    this.#lifetime = lifetime;
    void this.refresh();
    const stop = live ? this.live.start() : undefined;
    return () => {
      stop?.();
      lifetime.abort();
    };
  }

  /** Loads the details of a plugin and keeps them new until the returned function is called. */
  watchDetails(name: string): () => void {
    return this.#watches.watch(name);
  }

  /** Asks the server for one plugin's details, if somebody looks at them. */
  refreshDetails(name: string): Promise<void> {
    return this.#watches.refresh(name);
  }

  /** Gives a command, and keeps and announces what comes of it. */
  async command(
    name: string,
    command: PluginCommand,
    call: (client: PluginClient) => Promise<PluginDetail>,
  ): Promise<ActionResult> {
    const latestCommand: LatestCommand = { command, status: 'pending', error: undefined };
    this.#publish({ latestCommands: withEntry(this.#state.getState().latestCommands, name, latestCommand) });
    const asked = this.#records.ask();
    try {
      this.#records.takeDetail(asked, await call(this.client));
      this.#settle(name, latestCommand, { ok: true });
      this.live.changed(name);
      return { ok: true };
    } catch (caught) {
      const error = asPluginApiError(caught);
      this.#settle(name, latestCommand, { ok: false, error });
      // the answer does not tell how the plugin is now
      void this.refresh();
      return { ok: false, error };
    }
  }

  async #loadList(): Promise<void> {
    const { signal } = this.#lifetime;
    const asked = this.#records.ask();
    try {
      const plugins = await this.client.list({ signal });
      this.#records.takeList(asked, plugins);
      this.#publish({ status: 'ready', error: undefined });
    } catch (error) {
      if (!signal.aborted) this.#publish({ status: 'error', error: asPluginApiError(error) });
    }
  }

  async #loadDetails(name: string, signal: AbortSignal): Promise<void> {
    const asked = this.#records.ask();
    try {
      this.#records.takeDetail(asked, await this.client.get(name, { signal }));
      this.#publish({ detailErrors: withEntry(this.#state.getState().detailErrors, name, undefined) });
    } catch (error) {
      if (signal.aborted) return;
      this.#publish({ detailErrors: withEntry(this.#state.getState().detailErrors, name, asPluginApiError(error)) });
    }
  }

  async #rescan(): Promise<ActionResult> {
    const asked = this.#records.ask();
    try {
      this.#records.takeList(asked, await this.client.rescan());
      this.#publish({ status: 'ready', error: undefined });
      return { ok: true };
    } catch (error) {
      return { ok: false, error: asPluginApiError(error) };
    }
  }

  #settle(plugin: string, given: LatestCommand, result: ActionResult): void {
    const { latestCommands, announcement: last } = this.#state.getState();
    const { command } = given;
    const outcome: LatestCommand | undefined = result.ok
      ? undefined
      : { command, status: 'failed', error: result.error };
    // a command given meanwhile is what the user wants now
    const isSuperseded = latestCommands.get(plugin) !== given;
    this.#publish({
      announcement: { seq: (last?.seq ?? 0) + 1, plugin, command, result },
      latestCommands: isSuperseded ? latestCommands : withEntry(latestCommands, plugin, outcome),
    });
  }

  #dismiss(name: string): void {
    const { latestCommands } = this.#state.getState();
    if (latestCommands.get(name)?.status === 'failed')
      this.#publish({ latestCommands: withEntry(latestCommands, name, undefined) });
  }

  #publish(change: Partial<PluginStoreState>): void {
    const { latestCommands } = { ...this.#state.getState(), ...change };
    const plugins = new Map<string, PluginSummary>();
    const details = new Map<string, PluginDetails>();
    for (const summary of this.#records.summaries()) {
      const { name } = summary;
      plugins.set(name, this.#asWanted(summary, latestCommands.get(name)));
      const known = this.#records.details(name);
      if (known) details.set(name, known);
    }
    this.#state.setState({ ...change, plugins, details });
  }

  /** The truth, but with the switch where the user has just put it: taking that back needs no memory of how it was. */
  #asWanted(summary: PluginSummary, latestCommand: LatestCommand | undefined): PluginSummary {
    const { command, status } = latestCommand ?? {};
    if (status !== 'pending' || (command !== 'enable' && command !== 'disable')) return summary;
    const enabled = command === 'enable';
    if (summary.enabled === enabled) return summary;
    const flipped = this.#flipped.get(summary) ?? { ...summary, enabled };
    this.#flipped.set(summary, flipped);
    return flipped;
  }
}
