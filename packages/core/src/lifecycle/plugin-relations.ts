import type { Issue, PluginError } from '../errors/plugin-error.ts';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { Release } from '../manifest/release.ts';
import type { PluginGraph } from '../protocol/plugin-graph.ts';
import type { Admission, CommandRequest } from './admission.ts';
import { DependencyGraph } from './dependency-graph.ts';
import type { DependencyNews } from './dependency-news.ts';
import { describeGraph } from './describe-graph.ts';
import type { PluginRegistry } from './plugin-registry.ts';
import { relatedPlugin, type RelatedPlugins } from './related-plugin.ts';
import type { SafeMode } from './safe-mode.ts';
import { dependantsActive, dependencyCycle, dependencyUnmet, versionNeeded } from './relation-errors.ts';

/** What administrators agreed to. */
export interface Consent {
  /** The error for a release that asks for what nobody has decided about. */
  missing(manifest: PluginManifest): PluginError | undefined;
  /** Grants what a command grants of what the manifests ask for. Throws `GRANT_UNKNOWN`, `STORE_UNAVAILABLE`. */
  give(plugin: string, manifests: readonly PluginManifest[], request: CommandRequest): Promise<void>;
}

export interface PluginRelationsOptions {
  readonly registry: PluginRegistry;
  readonly consent: Consent;
  readonly news: DependencyNews;
  readonly safeMode: SafeMode;
}

/** What the plugins of a host have to do with each other: keeps those down that lack something, and those up that do not. */
export class PluginRelations implements Admission {
  readonly #options: PluginRelationsOptions;
  readonly #plugins: RelatedPlugins;
  readonly #graph: DependencyGraph;
  /** Plugins that are being taken off, and those that go before them. */
  readonly #leaving = new Set<string>();
  #isSettling = false;
  #isClosed = false;

  constructor(options: PluginRelationsOptions) {
    this.#options = options;
    const { registry } = options;
    this.#plugins = {
      get: (name) => {
        const supervisor = registry.get(name);
        return supervisor && relatedPlugin(supervisor, this.#leaving.has(name));
      },
      all: () => registry.all().map((supervisor) => relatedPlugin(supervisor, this.#leaving.has(supervisor.plugin))),
    };
    this.#graph = new DependencyGraph(this.#plugins);
  }

  refusal({ plugin, manifest }: Release): PluginError | undefined {
    const left = this.#options.safeMode.refusal(plugin);
    if (left) return left;
    // consent first: who has given it need not come back when the rest turns up
    const missing = this.#options.consent.missing(manifest);
    if (missing) return missing;
    const cycle = this.#graph.cycleThrough(manifest);
    if (cycle) return dependencyCycle(plugin, cycle);
    const unmet = this.#graph.unmet(manifest);
    return unmet.length > 0 ? dependencyUnmet(plugin, unmet) : undefined;
  }

  swapRefusal(release: Release, { cascade = false }: Pick<CommandRequest, 'cascade'>): PluginError | undefined {
    const refusal = this.refusal(release);
    if (refusal || cascade) return refusal;
    const broken = this.#graph.brokenBy(release.manifest);
    return broken.length > 0 ? versionNeeded(release.manifest, broken) : undefined;
  }

  objection({ plugin, manifest }: Release): PluginError | undefined {
    const lost = this.#graph.lost(manifest);
    return lost.length > 0 ? dependencyUnmet(plugin, lost) : undefined;
  }

  async consent(plugin: string, releases: readonly Release[], request: CommandRequest): Promise<void> {
    const manifests = releases.map(({ manifest }) => manifest);
    await this.#options.consent.give(plugin, manifests, request);
  }

  async takeOff(plugin: string, { actor, cascade, force }: CommandRequest, work: () => Promise<void>): Promise<void> {
    const dependants = this.#graph.dependants(plugin);
    if (dependants.length > 0 && !cascade) throw dependantsActive(plugin, dependants);
    const leaving = [...dependants.map((dependant) => dependant.plugin.name), plugin];
    for (const name of leaving) this.#leaving.add(name);
    try {
      for (const name of leaving.slice(0, -1)) await this.#options.registry.get(name)?.reconsider({ actor, force });
      await work();
    } finally {
      for (const name of leaving) this.#leaving.delete(name);
      this.#settle();
    }
  }

  changed(plugin: string): void {
    this.#options.news.tell(plugin);
    this.#settle();
  }

  /** To be told when something else is different now that plugins may wait for. */
  reconsider(): void {
    this.#settle();
  }

  /** Takes plugins neither up nor off any more, for a host that ends. */
  close(): void {
    this.#isClosed = true;
  }

  /** The plugins that are to start before one. */
  startsAfter(manifest: PluginManifest): string[] {
    return this.#graph.startsAfter(manifest);
  }

  /** What the author of a plugin should know of its optional dependencies. */
  warnings(manifest: PluginManifest): Issue[] {
    return this.#graph.misfits(manifest).map(({ name, range, problem }) => ({
      pointer: `/optionalDependencies/${name}`,
      message: `made for "${name}" ${range}, which ${problem}`,
    }));
  }

  /** Who needs whom, as things are now. */
  describe(): PluginGraph {
    return describeGraph(this.#plugins, this.#graph);
  }

  #settle(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    // many changes come in one go, and each supervisor is to be done with its own first
    queueMicrotask(() => {
      this.#isSettling = false;
      if (this.#isClosed) return;
      // those that leave are taken off one after the other
      const others = this.#options.registry.all().filter(({ plugin }) => !this.#leaving.has(plugin));
      const due = others.filter(({ isDue }) => isDue);
      for (const supervisor of due) void supervisor.reconsider({ actor: 'system' });
    });
  }
}
