import type { PluginConfigs } from '../capabilities/config/plugin-configs.ts';
import type { Issue } from '../errors/plugin-error.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { PluginDetail, PluginSummary } from '../protocol/plugin-summary.ts';
import type { LeakWatch } from './leak-watch.ts';
import { detail, summarize, summarizeUnusable } from './plugin-status.ts';

export interface PluginOverviewOptions {
  readonly registry: PluginRegistry;
  readonly configs: PluginConfigs;
  readonly leaks: LeakWatch;
  /** What the author of a plugin should know of its optional dependencies, as things are now. */
  readonly warnings: (manifest: PluginManifest) => readonly Issue[];
  /** Number of the latest change of any plugin. */
  readonly rev: () => number;
}

/** What there is to say about the plugins of a host, folders without a usable one included. */
export class PluginOverview {
  readonly #options: PluginOverviewOptions;

  constructor(options: PluginOverviewOptions) {
    this.#options = options;
  }

  /** All plugins, by name. */
  list(): PluginSummary[] {
    const { registry, rev } = this.#options;
    const supervised = registry.all().map((supervisor) => this.#summary(supervisor));
    const unusable = registry.unusable().map((entry) => summarizeUnusable(entry, rev()));
    return [...supervised, ...unusable].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  summary(name: string): PluginSummary | undefined {
    const { registry, rev } = this.#options;
    const supervisor = registry.get(name);
    if (supervisor) return this.#summary(supervisor);
    const unusable = registry.unusable().find((entry) => entry.name === name);
    return unusable && summarizeUnusable(unusable, rev());
  }

  #summary(supervisor: PluginSupervisor): PluginSummary {
    const { rev, configs, warnings } = this.#options;
    const { manifest } = supervisor.release;
    const summary = summarize(supervisor, rev());
    const ofRelations = warnings(manifest).map(({ pointer, message }) => ({ pointer, message }));
    const further = [...configs.warnings(manifest), ...ofRelations];
    return further.length === 0 ? summary : { ...summary, warnings: [...summary.warnings, ...further] };
  }

  /** Generations that are loaded or still draining, and calls into the loaded ones that have not ended. */
  count(): { generations: number; activeCalls: number } {
    const supervisors = this.#options.registry.all();
    const loaded = supervisors.flatMap(({ generation }) => generation ?? []);
    return {
      generations: supervisors.reduce((sum, { retiringCount }) => sum + retiringCount, loaded.length),
      activeCalls: loaded.reduce((sum, { gate }) => sum + gate.inFlight, 0),
    };
  }

  detail(name: string): PluginDetail | undefined {
    const { registry, configs, leaks, rev } = this.#options;
    const supervisor = registry.get(name);
    if (!supervisor) {
      const summary = this.summary(name);
      return (
        summary && {
          ...summary,
          manifest: {},
          config: {},
          configRevision: 0,
          registrations: [],
          releases: [],
          leftBehind: [],
          retired: [],
        }
      );
    }
    const values = configs.resolved(supervisor.release.manifest);
    return {
      ...detail(supervisor, rev(), { values, revision: configs.stored(name).revision }),
      ...this.#summary(supervisor),
      ...leaks.describe(name),
    };
  }
}
