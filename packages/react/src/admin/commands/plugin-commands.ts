'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import { createContext, useContext } from 'react';
import type { ActionResult } from '../../store/action-result.ts';

/** Commands as an administrator gives them: told, and with a question first where one is needed. */
export interface PluginCommands {
  /** Puts a plugin on or off. */
  readonly toggle: (plugin: PluginSummary) => void;
  /** Brings up a plugin that is not up, though it is wanted. */
  readonly retry: (plugin: PluginSummary) => void;
  readonly reload: (plugin: PluginSummary) => void;
  /** Brings an earlier release back, by version or digest. */
  readonly rollback: (plugin: PluginSummary, to: string) => void;
  /** Shows what a plugin asks for. */
  readonly review: (plugin: PluginSummary) => void;
  /** Without questions or words, for many at once. */
  readonly quietly: (plugin: PluginSummary, command: 'enable' | 'disable' | 'reload') => Promise<ActionResult>;
}

const nobody: PluginCommands = {
  toggle: () => undefined,
  retry: () => undefined,
  reload: () => undefined,
  rollback: () => undefined,
  review: () => undefined,
  quietly: async () => ({ ok: true }),
};

/** Carries the commands of the panel around. */
export const PluginCommandsContext = createContext(nobody);

/** The commands of the panel, for its parts. */
export function usePluginCommands(): PluginCommands {
  return useContext(PluginCommandsContext);
}
