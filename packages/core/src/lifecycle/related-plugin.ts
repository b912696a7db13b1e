import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import type { PluginSupervisor } from './plugin-supervisor.ts';
import { isDown } from './state-transitions.ts';

/** One plugin, as those see it that have to do with it. */
export interface RelatedPlugin {
  readonly name: string;
  /** Of the release that is live, or that would be next. */
  readonly manifest: PluginManifest;
  readonly state: PluginState;
  readonly enabled: boolean;
  /** Whether it serves now. */
  readonly isLive: boolean;
  /** Whether it serves, or is about to do so again in a moment. */
  readonly isHeld: boolean;
}

/** Finds plugins by name. */
export interface RelatedPlugins {
  get(name: string): RelatedPlugin | undefined;
  all(): RelatedPlugin[];
}

/** States of a plugin that was up and that nobody gives up yet. */
const held: readonly PluginState[] = ['active', 'reloading', 'retrying', 'loading'];

/** How others see a plugin; one that is being taken off counts as off already. */
export function relatedPlugin(supervisor: PluginSupervisor, isLeaving: boolean): RelatedPlugin {
  const { plugin: name, state, generation, releases } = supervisor;
  const enabled = supervisor.enabled && !isLeaving;
  const isUp = state === 'active' || (state === 'reloading' && generation !== undefined);
  const { manifest } = isDown(state) ? releases.upcoming : releases.current;
  return { name, manifest, state, enabled, isLive: enabled && isUp, isHeld: enabled && held.includes(state) };
}
