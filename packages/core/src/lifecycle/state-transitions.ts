import { PluginError } from '../errors/plugin-error.ts';
import type { PluginState } from '../protocol/plugin-state.ts';

/** Which states may follow which; the only place that knows. */
const following: Record<PluginState, readonly PluginState[]> = {
  loading: ['active', 'disabled', 'failed', 'retrying', 'blocked', 'quarantined', 'unloading'],
  disabled: ['loading', 'reloading', 'failed', 'unloading'],
  active: ['reloading', 'draining', 'unloading', 'failed', 'retrying', 'quarantined'],
  reloading: ['active', 'disabled', 'failed', 'blocked', 'retrying', 'quarantined', 'unloading'],
  draining: ['disabled', 'blocked', 'unloading', 'failed'],
  failed: ['loading', 'reloading', 'disabled', 'unloading', 'quarantined'],
  blocked: ['loading', 'reloading', 'disabled', 'failed', 'unloading'],
  retrying: ['loading', 'reloading', 'disabled', 'failed', 'unloading'],
  quarantined: ['loading', 'reloading', 'disabled', 'unloading'],
  unloading: [],
};

/** Whether a plugin is down, so that it is tried next with what its folder holds then. */
export function isDown(state: PluginState): boolean {
  return state === 'failed' || state === 'quarantined' || state === 'blocked';
}

/** Throws `TRANSITION_ILLEGAL` for a step that the table does not have. */
export function assertTransition(plugin: string, from: PluginState, to: PluginState): void {
  if (from === to || following[from].includes(to)) return;
  throw new PluginError('TRANSITION_ILLEGAL', `Plugin "${plugin}" cannot go from "${from}" to "${to}".`, { plugin });
}
