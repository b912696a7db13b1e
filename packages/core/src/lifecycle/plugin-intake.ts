import { isDeepStrictEqual } from 'node:util';
import {
  discoverPlugins,
  isPluginFolder,
  nameTaken,
  type Discovery,
  type FoundPlugin,
  type UnusablePlugin,
} from '../discovery/discover-plugins.ts';
import { readFolder } from '../discovery/read-folder.ts';
import { readReleaseOf } from '../discovery/read-release.ts';
import { describeError } from '../errors/describe-error.ts';
import type { Release } from '../manifest/release.ts';
import type { AuditEntry } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { PluginRecord, PluginStore } from '../ports/plugin-store.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { PluginRegistry } from './plugin-registry.ts';
import type { PluginSupervisor } from './plugin-supervisor.ts';
import { openReleaseHistory, type ReleaseHistory } from './release-history.ts';
import type { ReleaseKeeper } from './release-keeper.ts';
import { SerialQueue } from './serial-queue.ts';

export interface PluginIntakeOptions {
  readonly pluginsDir: string;
  readonly hostVersion: string;
  /** Whether a plugin that was never seen before is wanted. */
  readonly enableNewPlugins: boolean;
  readonly registry: PluginRegistry;
  readonly store: PluginStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keeper: ReleaseKeeper;
  readonly supervise: (releases: ReleaseHistory, enabled: boolean) => PluginSupervisor;
  /** Told of every record before its plugin is supervised. */
  readonly onRecord: (record: PluginRecord) => void;
  /** Told when the folder of a plugin is gone and the plugin unloaded. */
  readonly onGone: (plugin: string) => void;
}

/** Keeps the registry true to the plugins folder: takes in what is new, lets go of what is gone. */
export class PluginIntake {
  readonly #options: PluginIntakeOptions;
  readonly #queue = new SerialQueue();

  constructor(options: PluginIntakeOptions) {
    this.#options = options;
  }

  /** Reads the folder; resolves to the supervisors to start: those that are new, and those that failed and have other files now. */
  scan(): Promise<PluginSupervisor[]> {
    return this.#queue.run(async () => {
      const { pluginsDir, hostVersion, store } = this.#options;
      const discovery = await discoverPlugins(pluginsDir, hostVersion);
      if (discovery.skipped.length > 0)
        this.#options.logger.debug({ names: discovery.skipped }, 'passed over: no plugins');
      const records = new Map((await store.list()).map((record) => [record.name, record]));
      // first, so that a plugin whose folder was renamed is let go of and taken in again by one scan
      await this.#letGo();
      const repaired = this.#repaired(discovery);
      const untaken: UnusablePlugin[] = [];
      const take = (found: FoundPlugin): Promise<PluginSupervisor | undefined> =>
        this.#take(found, records.get(found.release.plugin)).catch((error: unknown) => {
          untaken.push({ folder: found.folder, error });
          return undefined;
        });
      const taken = await Promise.all(discovery.found.map(take));
      this.#noteUnusable([...discovery.unusable, ...this.#namesakes(discovery), ...untaken]);
      return [...repaired, ...taken.filter((supervisor) => supervisor !== undefined)];
    });
  }

  /** Brings one folder up to date after its files changed: reloads, takes in, or lets go. */
  async folderChanged(folder: string): Promise<PluginSupervisor[]> {
    const supervisor = this.#options.registry.inFolder(folder);
    if (!supervisor || !(await isPluginFolder(folder))) return this.scan();
    if (supervisor.state === 'unloading') return [];
    const { digest } = await readFolder(folder);
    if (digest !== supervisor.releases.folder.digest || supervisor.lastFailure) await supervisor.reload('watcher');
    return [];
  }

  async #take(found: FoundPlugin, record: PluginRecord | undefined): Promise<PluginSupervisor | undefined> {
    const { registry, enableNewPlugins, onRecord, supervise } = this.#options;
    const { release, folder } = found;
    // a running plugin that was renamed in its manifest keeps its folder to itself
    if (registry.get(release.plugin) || registry.inFolder(folder)) return undefined;
    const releases = await this.#openHistory(found, record);
    const known = record ? await this.#update(record, releases) : await this.#add(release, enableNewPlugins);
    onRecord(known);
    const supervisor = supervise(releases, known.enabled);
    registry.add(supervisor, folder);
    return supervisor;
  }

  #openHistory({ folder, release }: FoundPlugin, record: PluginRecord | undefined): Promise<ReleaseHistory> {
    const { keeper, hostVersion } = this.#options;
    const read = (): Promise<Release> => readReleaseOf(release.plugin, folder, hostVersion);
    return openReleaseHistory(release, record?.pinned ?? null, { keeper, readFolder: read });
  }

  async #add(release: Release, enabled: boolean): Promise<PluginRecord> {
    const { store } = this.#options;
    const { manifest, plugin } = release;
    const record = {
      name: plugin,
      version: manifest.version,
      enabled,
      state: enabled ? 'loading' : 'disabled',
      manifest: manifest as unknown as JsonObject,
      source: 'folder',
    };
    return store.add(record, [this.#entry(plugin, 'plugin:discovered', { version: manifest.version })]);
  }

  async #update(record: PluginRecord, releases: ReleaseHistory): Promise<PluginRecord> {
    const { manifest } = releases.current;
    const pinned = releases.pinOf(releases.current);
    const change = { version: manifest.version, manifest: manifest as unknown as JsonObject, pinned };
    const { version, manifest: stored } = record;
    if (isDeepStrictEqual({ version, manifest: stored, pinned: record.pinned }, change)) return record;
    const data = { from: version, to: manifest.version };
    return this.#options.store.update(record.name, change, [this.#entry(record.name, 'plugin:updated', data)]);
  }

  #repaired({ found }: Discovery): PluginSupervisor[] {
    return found.flatMap(({ folder, release }) => {
      const supervisor = this.#options.registry.inFolder(folder);
      return supervisor?.state === 'failed' && supervisor.release.digest !== release.digest ? [supervisor] : [];
    });
  }

  #noteUnusable(unusable: readonly UnusablePlugin[]): void {
    this.#options.registry.setUnusable(unusable);
    for (const { folder, error } of unusable) {
      this.#options.logger.warn({ folder, reason: describeError(error) }, 'a plugin folder cannot be used');
    }
  }

  #entry(plugin: string, type: string, data: JsonObject): AuditEntry {
    return { plugin, type, actor: 'system', data, at: new Date(this.#options.clock.now()) };
  }

  /** Folders whose plugin has the name of one that is supervised from another folder. */
  #namesakes({ found }: Discovery): UnusablePlugin[] {
    const { registry } = this.#options;
    return found.flatMap(({ folder, release }) => {
      const first = registry.folderOf(release.plugin);
      return first === undefined || first === folder
        ? []
        : [{ folder, error: nameTaken(release.plugin, first, folder) }];
    });
  }

  async #letGo(): Promise<void> {
    const { registry, onGone } = this.#options;
    const gone = await Promise.all(
      registry.all().map(async (supervisor) => {
        const folder = registry.folderOf(supervisor.plugin);
        return folder !== undefined && !(await isPluginFolder(folder)) ? supervisor : undefined;
      }),
    );
    for (const supervisor of gone) {
      if (!supervisor) continue;
      await supervisor.stop();
      registry.remove(supervisor.plugin);
      onGone(supervisor.plugin);
    }
  }
}
