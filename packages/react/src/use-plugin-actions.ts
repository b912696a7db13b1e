'use client';

import type { JsonObject } from '@catalyst-plugins/core/protocol';
import { useMemo } from 'react';
import type {
  CascadeOptions,
  DisableOptions,
  GrantOptions,
  ReasonOptions,
  RollbackOptions,
} from './client/request-options.ts';
import { usePluginStore } from './plugin-store-context.ts';
import type { ActionResult } from './store/action-result.ts';
import type { PluginActions } from './store/plugin-store.ts';

/** What can be done to one plugin. */
export interface NamedPluginActions {
  enable(options?: GrantOptions): Promise<ActionResult>;
  disable(options?: DisableOptions): Promise<ActionResult>;
  reload(options?: GrantOptions & CascadeOptions): Promise<ActionResult>;
  rollback(options?: RollbackOptions): Promise<ActionResult>;
  updateConfig(config: JsonObject): Promise<ActionResult>;
  /** Deletes what the plugin has stored, for good; it has to be disabled. */
  clearData(options?: ReasonOptions): Promise<ActionResult>;
  /** Forgets the error of the command that failed. */
  readonly dismiss: () => void;
}

/** Gives the commands for plugins, or for the one that is named; they never throw and never change. */
export function usePluginActions(): PluginActions;
export function usePluginActions(name: string): NamedPluginActions;
export function usePluginActions(name?: string): PluginActions | NamedPluginActions {
  const { actions } = usePluginStore();
  return useMemo(() => (name === undefined ? actions : actionsFor(actions, name)), [actions, name]);
}

function actionsFor(actions: PluginActions, name: string): NamedPluginActions {
  return {
    enable: (options) => actions.enable(name, options),
    disable: (options) => actions.disable(name, options),
    reload: (options) => actions.reload(name, options),
    rollback: (options) => actions.rollback(name, options),
    updateConfig: (config) => actions.updateConfig(name, config),
    clearData: (options) => actions.clearData(name, options),
    dismiss: () => actions.dismiss(name),
  };
}
