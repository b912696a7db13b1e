'use client';

import type {
  ConfigTest,
  Json,
  JsonObject,
  PluginConfigRevision,
  PluginConfigState,
} from '@catalyst-plugins/core/protocol';
import { useMemo } from 'react';
import { useStore } from 'zustand/react';
import type { PluginApiError } from './client/plugin-api-error.ts';
import type { PluginClient } from './client/plugin-client.ts';
import type { RevisionsQuery } from './client/request-options.ts';
import { usePluginStore } from './plugin-store-context.ts';
import { configEditorsOf, editOf, type ConfigEditors } from './store/config-editors.ts';
import type { ConfigEdit } from './store/config-edit.ts';
import type { ActionResult } from './store/action-result.ts';
import type { LoadStatus } from './store/plugin-store-state.ts';
import { useWatched } from './use-watched.ts';

/** What can be done to the settings of a plugin; the functions are the same ones at every render. */
export interface PluginConfigActions {
  /**
   * Sets a value of the draft. `null` takes a setting back to its default, and clears a secret; a text replaces a
   * secret, and one that is left alone stays. What the environment decides (`state.locked`) stays as it is.
   */
  readonly set: (key: string, value: Json) => void;
  /** Forgets what was to change. */
  readonly reset: () => void;
  /** Saves what was changed, and nothing else. */
  readonly save: () => Promise<ActionResult>;
  /** Asks what would come of the draft: the answer is in `tested` and `errors` too; absent if nobody answered. */
  readonly test: () => Promise<ConfigTest | undefined>;
  /** Decides whose values count where there is a conflict; nothing is saved yet. */
  readonly resolve: (whose: 'mine' | 'theirs') => void;
  /** What was saved, the latest first. Throws `PluginApiError`. */
  readonly loadRevisions: (query?: RevisionsQuery) => Promise<readonly PluginConfigRevision[]>;
  /** Saves what was saved at an earlier revision again; 0 is before anything was saved. */
  readonly restore: (revision: number) => Promise<ActionResult>;
}

/** The settings of a plugin, and a draft of changes, which all components of the provider share. */
export interface PluginConfigView extends PluginConfigActions, Omit<ConfigEdit, 'base' | 'changes'> {
  /** As the server has it. */
  readonly state: PluginConfigState | undefined;
  readonly status: LoadStatus;
  /** Why it could not be loaded. */
  readonly error: PluginApiError | undefined;
  /** Asks again. */
  readonly refresh: () => Promise<void>;
  readonly revision: number | undefined;
  /** What is stored with the draft on top; secrets read `{ "$secret": "set" }`. */
  readonly values: JsonObject;
  /** Keys of the draft. */
  readonly changes: readonly string[];
}

/** Edits the settings of one plugin. */
export function usePluginConfig(name: string): PluginConfigView {
  const store = usePluginStore();
  const editors = store.part(configEditorsOf);
  const { data: state, status, error, refresh } = useWatched(editors.configs, name);
  const edit = useStore(editors.edits, editOf(name));
  const actions = useMemo(() => actionsFor(editors, store.client, name), [editors, store, name]);
  return useMemo(() => {
    const { changes, errors, conflict, isSaving, isTesting, saveError, tested } = edit;
    return {
      ...actions,
      state,
      status,
      error,
      refresh,
      revision: state?.revision,
      values: { ...state?.config, ...changes },
      changes: Object.keys(changes),
      errors,
      conflict,
      isSaving,
      isTesting,
      saveError,
      tested,
    };
  }, [state, status, error, refresh, edit, actions]);
}

function actionsFor(editors: ConfigEditors, client: PluginClient, name: string): PluginConfigActions {
  return {
    set: (key, value) => editors.set(name, key, value),
    reset: () => editors.reset(name),
    save: () => editors.save(name),
    test: () => editors.test(name),
    resolve: (whose) => editors.resolve(name, whose),
    loadRevisions: (query) => client.configRevisions(name, query),
    restore: (revision) => editors.restore(name, revision),
  };
}
