import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { DependencyChange } from '../plugin/define-plugin.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import type { Generation } from './generation.ts';
import type { PluginJournal } from './plugin-journal.ts';
import type { PluginRegistry } from './plugin-registry.ts';

export interface DependencyNewsOptions {
  readonly registry: PluginRegistry;
  readonly journal: PluginJournal;
  /** Hears of hooks that failed. */
  readonly onFailure: (plugin: string, label: string, error: unknown) => void;
}

/** States on the way to another; nobody acts on them. */
const passing: readonly PluginState[] = ['loading', 'reloading', 'draining'];

/** Tells live plugins when one that they need, or would like to have, is another than before or gone. */
export class DependencyNews {
  readonly #options: DependencyNewsOptions;
  /** By plugin, what was last told of it. */
  readonly #told = new Map<string, string>();

  constructor(options: DependencyNewsOptions) {
    this.#options = options;
  }

  /** Tells of the state that a plugin is in now, unless that is nothing new. */
  tell(plugin: string): void {
    const { registry } = this.#options;
    const changed = registry.get(plugin);
    if (!changed || passing.includes(changed.state)) return;
    const { state, generation, release } = changed;
    const news = state === 'active' ? `${state} ${generation?.number}` : state;
    if (this.#told.get(plugin) === news) return;
    if (state === 'unloading') this.#told.delete(plugin);
    else this.#told.set(plugin, news);
    const change = { plugin, version: release.manifest.version, state };
    for (const { generation: dependant } of registry.all())
      if (dependant?.scope.isLive && dependsOn(dependant.release.manifest, plugin)) this.#tell(dependant, change);
  }

  #tell(dependant: Generation, change: DependencyChange): void {
    const { journal, onFailure } = this.#options;
    const { plugin, manifest } = dependant.release;
    const { plugin: dependency, ...rest } = change;
    const data = { dependency, ...rest };
    journal.announce({ plugin, type: 'plugin:dependency-changed', actor: 'system', data });
    const hook = 'onDependencyChange';
    if (!dependant.has(hook)) return;
    // the supervisor that changed is still at work
    void Promise.resolve()
      .then(() => dependant.call(hook, manifest.limits.onEnableMs, change))
      .catch((error: unknown) => onFailure(plugin, hook, error));
  }
}

function dependsOn({ dependencies, optionalDependencies }: PluginManifest, plugin: string): boolean {
  return Object.hasOwn(dependencies, plugin) || Object.hasOwn(optionalDependencies, plugin);
}
