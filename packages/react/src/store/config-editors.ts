import type { ConfigConflict, ConfigTest, Json, PluginConfigState } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { asPluginApiError, type PluginApiError } from '../client/plugin-api-error.ts';
import type { ActionResult } from './action-result.ts';
import {
  errorsByPointer,
  isHarmless,
  noEdit,
  rebased,
  resolved,
  saved,
  withValue,
  type ConfigEdit,
} from './config-edit.ts';
import type { PluginStore } from './plugin-store.ts';
import { withEntry } from './plugin-store-state.ts';
import { WatchedData } from './watched-data.ts';

type Edits = ReadonlyMap<string, ConfigEdit>;

/** The settings of plugins as the server has them, and what somebody is about to change of them. */
export class ConfigEditors {
  readonly configs: WatchedData<PluginConfigState>;
  readonly edits: Pick<StoreApi<Edits>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly #edits = createStore<Edits>()(() => new Map());
  readonly #store: PluginStore;

  constructor(store: PluginStore) {
    this.#store = store;
    this.edits = this.#edits;
    this.configs = new WatchedData(store.live, {
      load: (name, signal) => store.client.config(name, { signal }),
    });
    this.configs.state.subscribe((configs) => {
      for (const [name, edit] of this.#edits.getState()) {
        const present = configs.get(name)?.data;
        // while it is saved, what comes is what was saved
        if (present && !edit.isSaving) this.#put(name, rebased(edit, present));
      }
    });
  }

  /** Sets a value of the draft; `null` takes a setting back to its default, and clears a secret. */
  set(name: string, key: string, value: Json): void {
    const present = this.configs.get(name).data;
    if (present) this.#put(name, withValue(this.#edit(name), present, key, value));
  }

  /** Forgets what was to change. */
  reset(name: string): void {
    this.#put(name, noEdit);
  }

  /** Decides whose values count where there is a conflict; nothing is saved yet. */
  resolve(name: string, whose: 'mine' | 'theirs'): void {
    const present = this.configs.get(name).data;
    if (present) this.#put(name, resolved(this.#edit(name), present, whose));
  }

  /** Saves what was changed, and nothing else. */
  async save(name: string): Promise<ActionResult> {
    const { changes, base, isSaving } = this.#edit(name);
    if (isSaving || base === undefined) return { ok: true };
    this.#change(name, { isSaving: true, saveError: undefined, errors: noEdit.errors });
    let result = await this.#save(name, changes, base.revision);
    const met = result.ok ? undefined : conflictIn(result.error);
    if (met && isHarmless(met)) result = await this.#save(name, changes, met.actual);
    await this.configs.refresh(name);
    const present = this.configs.get(name).data;
    if (result.ok) this.#put(name, saved(this.#edit(name), changes, present));
    else this.#failed(name, result.error, present);
    return result;
  }

  /** Asks what would come of the draft. */
  async test(name: string): Promise<ConfigTest | undefined> {
    const { changes } = this.#edit(name);
    this.#change(name, { isTesting: true });
    try {
      const tested = await this.#store.client.testConfig(name, changes);
      const isStill = this.#edit(name).changes === changes;
      this.#change(
        name,
        isStill ? { isTesting: false, tested, errors: errorsByPointer(tested.errors) } : { isTesting: false },
      );
      return tested;
    } catch (caught) {
      const error = asPluginApiError(caught);
      this.#change(name, { isTesting: false, saveError: error, errors: errorsByPointer(error.errors) });
      return undefined;
    }
  }

  /** Saves what was saved at an earlier revision again. */
  async restore(name: string, to: number): Promise<ActionResult> {
    const revision = this.configs.get(name).data?.revision;
    const result = await this.#store.command(name, 'update-config', (client) =>
      client.restoreConfig(name, to, { revision }),
    );
    await this.configs.refresh(name);
    return result;
  }

  #save(name: string, changes: ConfigEdit['changes'], revision: number): Promise<ActionResult> {
    return this.#store.command(name, 'update-config', (client) => client.updateConfig(name, changes, { revision }));
  }

  #failed(name: string, error: PluginApiError, present: PluginConfigState | undefined): void {
    const failed = { ...this.#edit(name), isSaving: false, saveError: error, errors: errorsByPointer(error.errors) };
    const conflict = conflictIn(error);
    this.#put(name, conflict || !present ? { ...failed, conflict } : rebased(failed, present));
  }

  #edit(name: string): ConfigEdit {
    return this.#edits.getState().get(name) ?? noEdit;
  }

  #change(name: string, change: Partial<ConfigEdit>): void {
    this.#put(name, { ...this.#edit(name), ...change });
  }

  #put(name: string, edit: ConfigEdit): void {
    this.#edits.setState(withEntry(this.#edits.getState(), name, edit === noEdit ? undefined : edit), true);
  }
}

/** The part of a store that is about settings. */
export function configEditorsOf(store: PluginStore): ConfigEditors {
  return new ConfigEditors(store);
}

/** Selects the edit of one plugin. */
export function editOf(name: string): (edits: Edits) => ConfigEdit {
  return (edits) => edits.get(name) ?? noEdit;
}

function conflictIn({ code, details }: PluginApiError): ConfigConflict | undefined {
  return code === 'CONFIG_CONFLICT' && Array.isArray(details?.['keys'])
    ? (details as unknown as ConfigConflict)
    : undefined;
}
