import { PluginError } from '../errors/plugin-error.ts';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { Dependant, UnmetDependency } from './dependency-graph.ts';

/** The error for a plugin whose dependencies are not met: which, why, and what to do. */
export function dependencyUnmet(plugin: string, unmet: readonly UnmetDependency[]): PluginError {
  const needs = unmet.map(({ name, range, problem }) => `"${name}" ${range}, which ${problem}`).join('; ');
  const hint = `${unmet.map((need) => need.hint).join('. ')}. Plugin "${plugin}" then comes up by itself.`;
  const details = { dependencies: unmet.map(({ name, range, problem }) => ({ name, range, problem })) };
  return new PluginError('DEPENDENCY_UNMET', `Plugin "${plugin}" needs ${needs}.`, { plugin, hint, details });
}

/** The error for a plugin that needs itself through others. */
export function dependencyCycle(plugin: string, cycle: readonly string[]): PluginError {
  const message = `Plugin "${plugin}" needs itself: ${cycle.join(' → ')}.`;
  return new PluginError('DEPENDENCY_CYCLE', message, { plugin, details: { cycle: [...cycle] } });
}

/** The error for taking off a plugin that others need. */
export function dependantsActive(plugin: string, dependants: readonly Dependant[]): PluginError {
  return new PluginError('DEPENDANTS_ACTIVE', `Plugin "${plugin}" is needed by ${namesOf(dependants)}.`, {
    plugin,
    details: detailsOf(dependants),
  });
}

/** The error for a release whose version is out of the range of plugins that run. */
export function versionNeeded({ name, version }: PluginManifest, dependants: readonly Dependant[]): PluginError {
  const message = `Plugin "${name}" cannot become ${version}: ${namesOf(dependants)} would lose what they need.`;
  return new PluginError('DEPENDANTS_ACTIVE', message, { plugin: name, details: detailsOf(dependants) });
}

function namesOf(dependants: readonly Dependant[]): string {
  return dependants.map(({ plugin }) => `"${plugin.name}"`).join(', ');
}

function detailsOf(dependants: readonly Dependant[]): { dependants: Record<string, string>[] } {
  return {
    dependants: dependants.map(({ plugin: { name, state, manifest }, via }) => ({
      name,
      displayName: manifest.displayName,
      state,
      via,
    })),
  };
}
