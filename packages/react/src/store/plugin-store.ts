import type { JsonObject, PluginDetail, PluginGraph, PluginOperation, PluginSummary } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { asPluginApiError } from '../client/plugin-api-error.ts';
import type { PluginClient } from '../client/plugin-client.ts';
import type { CascadeOptions, GrantOptions, RollbackOptions } from '../client/request-options.ts';
import type { ActionResult } from './action-result.ts';
import { ConfigEditors } from './config-editors.ts';
import { DetailWatches } from './detail-watches.ts';
import { PluginGrants } from './plugin-grants.ts';
import { PluginRecords, type PluginDetails } from './plugin-records.ts';
import {
  initialPluginState,
  withEntry,
  type PluginCommand,
  type LatestCommand,
  type PluginStoreState,
} from './plugin-store-state.ts';
import { runCoalesced } from './run-coalesced.ts';
import { WatchedData } from './watched-data.ts';

/** What can be done to plugins; the functions are the same ones at every render. */
export interface PluginActions {
  /** Shows the plugin as enabled at once, and takes that back if the server says no. */
  enable(name: string, options?: GrantOptions): Promise<ActionResult>;
  /** Shows the plugin as disabled at once, and takes that back if the server says no. */
  disable(name: string, options?: CascadeOptions): Promise<ActionResult>;
  reload(name: string, options?: GrantOptions & CascadeOptions): Promise<ActionResult>;
  rollback(name: string, options?: RollbackOptions): Promise<ActionResult>;
  updateConfig(name: string, config: JsonObject): Promise<ActionResult>;
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
  readonly configs: ConfigEditors;
  readonly grants: PluginGrants;
  readonly graph: WatchedData<PluginGraph>;
  /** The latest commands on one plugin, the newest first. */
  readonly operations: WatchedData<readonly PluginOperation[]>;
  /** Asks the server for all plugins; how it went is in the state. */
  readonly refresh: () => Promise<void>;
  readonly #state: StoreApi<PluginStoreState>;
  readonly #records = new PluginRecords();
  readonly #watches = new DetailWatches((name, signal) => this.#loadDetails(name, signal));
  readonly #flipped = new WeakMap<PluginSummary, PluginSummary>();
  #lifetime = new AbortController();

  constructor(client: PluginClient, live: boolean) {
    this.client = client;
    this.#state = createStore<PluginStoreState>()(() => initialPluginState(live));
    this.state = this.#state;
    this.refresh = runCoalesced(() => this.#loadList());
    this.configs = new ConfigEditors(client, (name, send) => this.#command(name, 'update-config', send));
    this.grants = new PluginGrants(client);
    this.graph = new WatchedData((_name, signal) => client.graph({ signal }));
    this.operations = new WatchedData((name, signal) => client.operations(name, { signal }));
    this.actions = {
      // an event of the page may come as the options of a command: `onClick={enable}`
      enable: (name, { grant } = {}) => this.#command(name, 'enable', () => client.enable(name, { grant })),
      disable: (name, { cascade } = {}) => this.#command(name, 'disable', () => client.disable(name, { cascade })),
      reload: (name, { grant, cascade } = {}) =>
        this.#command(name, 'reload', () => client.reload(name, { grant, cascade })),
      rollback: (name, { to, cascade } = {}) =>
        this.#command(name, 'rollback', () => client.rollback(name, { to, cascade })),
      updateConfig: (name, config) => this.#command(name, 'update-config', () => client.updateConfig(name, config)),
      rescan: () => this.#rescan(),
      dismiss: (name) => this.#dismiss(name),
    };
  }

  /** Loads the list and, if live, keeps it new, until the returned function is called; may be started again. */
  start(live: boolean): () => void {
    const lifetime = new AbortController();
    this.#lifetime = lifetime;
    void this.refresh();
    const watched = [this.#watches, this.configs.configs, this.grants.permissions, this.graph, this.operations];
    const refreshAll = (): void => void Promise.all([this.refresh(), ...watched.map((one) => one.refreshAll())]);
    const unfollow = live ? this.#follow(refreshAll) : undefined;
    return () => {
      unfollow?.();
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

  #follow(refreshAll: () => void): () => void {
    const unfollow = this.client.follow({
      // an event only says that something changed; the truth is asked for, so nothing depends on hearing every one
      onEvent: ({ type, plugin }) => {
        void this.refresh();
        void this.#watches.refresh(plugin);
        void this.operations.refresh(plugin);
        // how far a command is changes nothing else
        if (type !== 'plugin:operation') this.#refreshRelated(plugin);
      },
      onReset: refreshAll,
      onConnection: (connection) => {
        this.#state.setState({ connection });
        // asked after the stream is open, so no change falls between the two
        if (connection === 'live') refreshAll();
      },
    });
    return () => {
      unfollow();
      this.#state.setState({ connection: 'offline' });
    };
  }

  /** Asks for what may depend on the state of a plugin, as far as anybody looks at it. */
  #refreshRelated(plugin: string): void {
    void this.configs.configs.refresh(plugin);
    void this.grants.permissions.refresh(plugin);
    void this.graph.refreshAll();
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

  async #command(name: string, command: PluginCommand, call: () => Promise<PluginDetail>): Promise<ActionResult> {
    const latestCommand: LatestCommand = { command, status: 'pending', error: undefined };
    this.#publish({ latestCommands: withEntry(this.#state.getState().latestCommands, name, latestCommand) });
    const asked = this.#records.ask();
    try {
      this.#records.takeDetail(asked, await call());
      this.#settle(name, latestCommand, undefined);
      if (this.#state.getState().connection !== 'live') this.#refreshRelated(name);
      return { ok: true };
    } catch (caught) {
      const error = asPluginApiError(caught);
      this.#settle(name, latestCommand, { command, status: 'failed', error });
      // the answer does not tell how the plugin is now
      void this.refresh();
      return { ok: false, error };
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

  #settle(name: string, latestCommand: LatestCommand, outcome: LatestCommand | undefined): void {
    const { latestCommands } = this.#state.getState();
    // a command given meanwhile is what the user wants now
    const superseded = latestCommands.get(name) !== latestCommand;
    this.#publish(superseded ? {} : { latestCommands: withEntry(latestCommands, name, outcome) });
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
