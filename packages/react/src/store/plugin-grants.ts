import type { PluginPermissions } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { asPluginApiError, type PluginApiError } from '../client/plugin-api-error.ts';
import type { GrantChange } from '../client/request-options.ts';
import type { ActionResult } from './action-result.ts';
import type { PluginStore } from './plugin-store.ts';
import { withEntry } from './plugin-store-state.ts';
import { WatchedData } from './watched-data.ts';

/** A change of permissions that runs, or the last one if it failed. */
export interface GrantCommand {
  readonly isBusy: boolean;
  readonly error: PluginApiError | undefined;
}

type Commands = ReadonlyMap<string, GrantCommand>;

const idle: GrantCommand = { isBusy: false, error: undefined };

/** What plugins may do, and changes of it. */
export class PluginGrants {
  readonly permissions: WatchedData<PluginPermissions>;
  readonly commands: Pick<StoreApi<Commands>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly #commands = createStore<Commands>()(() => new Map());
  readonly #store: PluginStore;

  constructor(store: PluginStore) {
    this.#store = store;
    this.commands = this.#commands;
    this.permissions = new WatchedData(store.live, {
      load: (name, signal) => store.client.permissions(name, { signal }),
    });
  }

  async change(name: string, change: GrantChange): Promise<ActionResult> {
    this.#put(name, { isBusy: true, error: undefined });
    try {
      await this.#store.client.changeGrants(name, change);
      await this.permissions.refresh(name);
      this.#put(name, undefined);
      return { ok: true };
    } catch (caught) {
      const error = asPluginApiError(caught);
      this.#put(name, { isBusy: false, error });
      return { ok: false, error };
    }
  }

  #put(name: string, command: GrantCommand | undefined): void {
    this.#commands.setState(withEntry(this.#commands.getState(), name, command), true);
  }
}

/** Selects the command on one plugin. */
export function commandOf(name: string): (commands: Commands) => GrantCommand {
  return (commands) => commands.get(name) ?? idle;
}

/** The part of a store that is about permissions. */
export function grantsOf(store: PluginStore): PluginGrants {
  return new PluginGrants(store);
}
