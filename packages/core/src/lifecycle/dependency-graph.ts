import semver from 'semver';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { RelatedPlugin, RelatedPlugins } from './related-plugin.ts';

/** A need of a plugin that is not met. */
export interface UnmetDependency {
  readonly name: string;
  readonly range: string;
  /** Half a sentence, for example `is disabled`. */
  readonly problem: string;
  /** What to do about it. */
  readonly hint: string;
}

/** A live plugin that needs another one. */
export interface Dependant {
  readonly plugin: RelatedPlugin;
  /** Which of its dependencies leads to the other one. */
  readonly via: string;
}

/** Who needs whom, as things are now. */
export class DependencyGraph {
  readonly #plugins: RelatedPlugins;

  constructor(plugins: RelatedPlugins) {
    this.#plugins = plugins;
  }

  /** The dependencies that a release would not find when it came up. */
  unmet({ dependencies }: PluginManifest): UnmetDependency[] {
    return this.#unmet(dependencies, ({ isLive }) => isLive);
  }

  /** The dependencies that a release that runs has lost; one that is retried or reloaded is not lost. */
  lost({ dependencies }: PluginManifest): UnmetDependency[] {
    return this.#unmet(dependencies, ({ isHeld }) => isHeld);
  }

  /** Optional dependencies that are up in a version that the release was not made for. */
  misfits({ optionalDependencies }: PluginManifest): UnmetDependency[] {
    return this.#unmet(optionalDependencies, () => true).filter(({ name }) => this.#plugins.get(name)?.isLive);
  }

  /** The shortest way from a release through its dependencies back to itself, as names; the first one again at the end. */
  cycleThrough({ name, dependencies }: PluginManifest): string[] | undefined {
    const ways = Object.keys(dependencies).map((first) => [name, first]);
    const seen = new Set<string>();
    for (const way of ways) {
      const last = way.at(-1) as string;
      if (last === name) return way;
      if (seen.has(last)) continue;
      seen.add(last);
      const next = Object.keys(this.#plugins.get(last)?.manifest.dependencies ?? {});
      ways.push(...next.map((step) => [...way, step]));
    }
    return undefined;
  }

  /** Every cycle once, beginning with the first name in the alphabet. */
  cycles(): string[][] {
    const found = new Map<string, string[]>();
    for (const { manifest } of this.#plugins.all()) {
      const cycle = this.cycleThrough(manifest);
      if (cycle) found.set(fromFirst(cycle).join(' '), fromFirst(cycle));
    }
    return [...found.values()];
  }

  /** The live plugins that need one directly or through others, in the order in which they must go. */
  dependants(name: string, isAffected: (direct: RelatedPlugin) => boolean = () => true): Dependant[] {
    const live = this.#plugins.all().filter(({ isLive }) => isLive);
    const order: Dependant[] = [];
    const seen = new Set([name]);
    const visit = (needed: string, direct: readonly RelatedPlugin[]): void => {
      for (const plugin of direct) {
        if (seen.has(plugin.name)) continue;
        seen.add(plugin.name);
        visit(plugin.name, needing(live, plugin.name));
        order.push({ plugin, via: needed });
      }
    };
    visit(name, needing(live, name).filter(isAffected));
    return order;
  }

  /** The live plugins that need the plugin of a release and were not made for its version, and those that need them. */
  brokenBy({ name, version }: PluginManifest): Dependant[] {
    return this.dependants(name, ({ manifest }) => !fits(version, manifest.dependencies[name] ?? '*'));
  }

  /** The plugins that are to start before one; an optional dependency that itself waits for the plugin does not count. */
  startsAfter({ name, dependencies, optionalDependencies }: PluginManifest): string[] {
    const optional = Object.keys(optionalDependencies).filter((other) => !this.#reaches(other, name));
    return [...Object.keys(dependencies), ...optional];
  }

  #unmet(
    needs: Readonly<Record<string, string>>,
    isThere: (plugin: RelatedPlugin) => boolean | undefined,
  ): UnmetDependency[] {
    return Object.entries(needs).flatMap(([name, range]) => {
      const plugin = this.#plugins.get(name);
      const problem = plugin && isThere(plugin) ? misfit(plugin, range) : absence(name, plugin);
      return problem ? [{ name, range, ...problem }] : [];
    });
  }

  #reaches(from: string, to: string): boolean {
    const names = [from];
    for (const name of names) {
      if (name === to) return true;
      const { dependencies = {}, optionalDependencies = {} } = this.#plugins.get(name)?.manifest ?? {};
      const next = Object.keys({ ...dependencies, ...optionalDependencies });
      names.push(...next.filter((other) => !names.includes(other)));
    }
    return false;
  }
}

function needing(plugins: readonly RelatedPlugin[], name: string): RelatedPlugin[] {
  return plugins.filter(({ manifest }) => Object.hasOwn(manifest.dependencies, name));
}

type Problem = Pick<UnmetDependency, 'problem' | 'hint'>;

function misfit({ name, manifest: { version } }: RelatedPlugin, range: string): Problem | undefined {
  if (fits(version, range)) return undefined;
  return { problem: `is there as ${version}`, hint: `Install a version of "${name}" that fits ${range}` };
}

function absence(name: string, plugin: RelatedPlugin | undefined): Problem {
  if (!plugin || plugin.state === 'unloading')
    return { problem: 'is not there', hint: `Put "${name}" into the plugins folder` };
  const { state, enabled } = plugin;
  if (state === 'disabled' || !enabled) return { problem: 'is disabled', hint: `Enable "${name}"` };
  if (state === 'blocked') return { problem: 'is blocked itself', hint: `Read the reason of "${name}"` };
  if (state === 'failed' || state === 'quarantined')
    return { problem: `is ${state}`, hint: `Mend "${name}" or roll it back` };
  return { problem: `is not up yet (${state})`, hint: `Wait for "${name}"` };
}

function fits(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true });
}

function fromFirst(cycle: readonly string[]): string[] {
  const members = cycle.slice(1);
  const first = members.toSorted()[0] as string;
  const at = members.indexOf(first);
  return [...members.slice(at), ...members.slice(0, at), first];
}
