import { isDeepStrictEqual } from 'node:util';
import {
  discoverPlugins,
  isPluginFolder,
  nameTaken,
  type Discovery,
  type FoundPlugin,
  type UnusablePlugin,
} from '../discovery/discover-plugins.ts';
import { readFolder, type FolderContents } from '../discovery/read-folder.ts';
import { readRelease, readReleaseOf, type ReadContents } from '../discovery/read-release.ts';
import { describeError } from '../errors/describe-error.ts';
import { hasCode } from '../errors/plugin-error.ts';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import { storedManifest } from '../manifest/redact-config.ts';
import type { Release } from '../manifest/release.ts';
import type { AuditedChange, AuditNote } from '../ports/audit-note.ts';
import type { Logger } from '../ports/logger.ts';
import type { Grants, PluginRecord, PluginStore } from '../ports/plugin-store.ts';
import type { PluginRegistry } from './plugin-registry.ts';
import type { PluginSupervisor } from './plugin-supervisor.ts';
import { openReleaseHistory, type ReleaseHistory } from './release-history.ts';
import type { ReleaseKeeper } from './release-keeper.ts';
import { SerialQueue } from './serial-queue.ts';
import { isDown } from './state-transitions.ts';

export interface PluginIntakeOptions {
  readonly pluginsDir: string;
  readonly hostVersion: string;
  /** Whether a plugin that was never seen before is wanted. */
  readonly enableNewPlugins: boolean;
  readonly registry: PluginRegistry;
  readonly store: PluginStore;
  /** Makes a record durable together with its entries in the audit log. */
  readonly audited: AuditedChange;
  readonly logger: Logger;
  readonly keeper: ReleaseKeeper;
  /** What a plugin is granted that was never seen before. */
  readonly initialGrants: (manifest: PluginManifest, enabled: boolean) => Grants;
  readonly supervise: (releases: ReleaseHistory, record: PluginRecord) => PluginSupervisor;
  /** Told of every record before its plugin is supervised. */
  readonly onRecord: (record: PluginRecord) => Promise<void>;
  /** Told when the folder of a plugin is gone and the plugin unloaded. */
  readonly onGone: (plugin: string) => void;
}

/** What there is to do after the registry was brought up to date. */
export interface Taken {
  /** Plugins to start: those that are new, and those that failed and have other files now. */
  readonly toStart: readonly PluginSupervisor[];
  /** Plugins whose folder has another name now, and that are to be reloaded from there. */
  readonly toReload: readonly PluginSupervisor[];
}

/** Keeps the registry true to the plugins folder: takes in what is new, lets go of what is gone. */
export class PluginIntake {
  readonly #options: PluginIntakeOptions;
  readonly #queue = new SerialQueue();
  readonly #leaving = new Set<PluginSupervisor>();

  constructor(options: PluginIntakeOptions) {
    this.#options = options;
  }

  /** Reads the whole plugins folder; what is down and has other files now is started again. */
  takeAll(): Promise<Taken> {
    return this.#queue.run(async () => {
      const { pluginsDir, hostVersion, store } = this.#options;
      const discovery = await discoverPlugins(pluginsDir, hostVersion);
      if (discovery.skipped.length > 0)
        this.#options.logger.debug({ names: discovery.skipped }, 'passed over: no plugins');
      const records = new Map((await store.list()).map((record) => [record.name, record]));
      const toReload = await this.#moveAll(discovery);
      const repaired = this.#repaired(discovery);
      const untaken: UnusablePlugin[] = [];
      const take = (found: FoundPlugin): Promise<PluginSupervisor | undefined> =>
        this.#take(found, records.get(found.release.plugin)).catch((error: unknown) => {
          untaken.push({ folder: found.folder, error });
          return undefined;
        });
      const taken = await Promise.all(discovery.found.map(take));
      this.#noteUnusable([...discovery.unusable, ...this.#namesakes(discovery), ...untaken]);
      return { toReload, toStart: [...repaired, ...taken.filter((supervisor) => supervisor !== undefined)] };
    });
  }

  /** Reads one folder that no plugin is supervised from. */
  takeOne(folder: string): Promise<Taken> {
    return this.#queue.run(async () => {
      const { registry, hostVersion, store } = this.#options;
      registry.clearUnusable(folder);
      if (registry.inFolder(folder) || !(await isPluginFolder(folder))) return nothing;
      try {
        const found = { folder, release: await readRelease(folder, hostVersion) };
        const { plugin } = found.release;
        const first = registry.folderOf(plugin);
        if (first === undefined) return started(await this.#take(found, await store.get(plugin)));
        const moved = await this.#move(found);
        if (moved) return { toStart: [], toReload: [moved] };
        throw nameTaken(plugin, first, folder);
      } catch (error) {
        this.#noteUnusableFolder({ folder, error });
        return nothing;
      }
    });
  }

  /** The plugins whose folder is gone. */
  async gone(): Promise<PluginSupervisor[]> {
    const { registry } = this.#options;
    const gone = await Promise.all(
      registry.all().map(async (supervisor) => {
        const folder = registry.folderOf(supervisor.plugin);
        return folder !== undefined && !(await isPluginFolder(folder)) ? [supervisor] : [];
      }),
    );
    return gone.flat();
  }

  /**
   * Unloads a plugin whose folder is gone. Until its calls have ended it keeps its name and keeps nobody else waiting;
   * then `takeAll` finds what has come in its place.
   */
  async letGo(supervisor: PluginSupervisor): Promise<void> {
    const { registry, onGone } = this.#options;
    this.#leaving.add(supervisor);
    await supervisor.stop();
    this.#leaving.delete(supervisor);
    registry.remove(supervisor.plugin);
    onGone(supervisor.plugin);
  }

  /** Whether the plugin is being unloaded because its folder went. */
  isLeaving(supervisor: PluginSupervisor): boolean {
    return this.#leaving.has(supervisor);
  }

  async #take(found: FoundPlugin, record: PluginRecord | undefined): Promise<PluginSupervisor | undefined> {
    const { registry, enableNewPlugins, onRecord, supervise } = this.#options;
    const { release, folder } = found;
    // a running plugin that was renamed in its manifest keeps its folder to itself
    if (registry.get(release.plugin) || registry.inFolder(folder)) return undefined;
    const releases = await this.#openHistory(found, record);
    const known = record ? await this.#update(record, releases) : await this.#add(release, enableNewPlugins);
    await onRecord(known);
    const supervisor = supervise(releases, known);
    registry.add(supervisor, folder);
    return supervisor.state === 'quarantined' ? undefined : supervisor;
  }

  #openHistory({ folder, release }: FoundPlugin, record: PluginRecord | undefined): Promise<ReleaseHistory> {
    const { keeper, hostVersion, registry } = this.#options;
    const { plugin } = release;
    let known: FolderContents | undefined;
    const readContents: ReadContents = async (directory) =>
      (known = await readFolder(directory, known ?? { files: new Map() }));
    // its folder may be renamed while it runs
    const read = (): Promise<Release> =>
      readReleaseOf(plugin, registry.folderOf(plugin) ?? folder, { hostVersion, readContents });
    return openReleaseHistory(release, record?.pinned ?? null, { keeper, readFolder: read });
  }

  async #add(release: Release, enabled: boolean): Promise<PluginRecord> {
    const { store, initialGrants, audited } = this.#options;
    const { manifest, plugin } = release;
    const grants = initialGrants(manifest, enabled);
    const permissions = Object.keys(grants);
    const record = {
      name: plugin,
      version: manifest.version,
      enabled,
      state: enabled ? 'loading' : 'disabled',
      grants,
      manifest: storedManifest(manifest),
      source: 'folder',
    };
    const by = { plugin, actor: 'system' };
    const discovered: AuditNote = { ...by, type: 'plugin:discovered', data: { version: manifest.version, enabled } };
    const granted: AuditNote = { ...by, type: 'plugin:granted', data: { permissions } };
    const notes = permissions.length > 0 ? [discovered, granted] : [discovered];
    return audited(plugin, notes, (entries) => store.add(record, entries));
  }

  async #update(record: PluginRecord, releases: ReleaseHistory): Promise<PluginRecord> {
    const { manifest } = releases.current;
    const { pinned } = releases;
    const change = { version: manifest.version, manifest: storedManifest(manifest), pinned };
    const { version, manifest: stored } = record;
    if (isDeepStrictEqual({ version, manifest: stored, pinned: record.pinned }, change)) return record;
    const data = { from: version, to: manifest.version, before: { version }, after: { version: manifest.version } };
    const note: AuditNote = { plugin: record.name, type: 'plugin:updated', actor: 'system', data };
    const { store, audited } = this.#options;
    const updated = audited(record.name, [note], (entries) => store.update(record.name, change, entries));
    // a store that is away keeps no plugin down that it knows
    return updated.catch((error: unknown) => {
      if (!hasCode(error, 'STORE_UNAVAILABLE')) throw error;
      return { ...record, ...change };
    });
  }

  async #moveAll({ found }: Discovery): Promise<PluginSupervisor[]> {
    const moved: PluginSupervisor[] = [];
    // one after the other: of two folders for one plugin the first gets it
    for (const plugin of found) {
      const supervisor = await this.#move(plugin);
      if (supervisor) moved.push(supervisor);
    }
    return moved;
  }

  /** A plugin whose folder was renamed goes on and is reloaded from there. */
  async #move({ folder, release }: FoundPlugin): Promise<PluginSupervisor | undefined> {
    const { registry } = this.#options;
    const supervisor = registry.get(release.plugin);
    const former = registry.folderOf(release.plugin);
    if (!supervisor || former === undefined || former === folder) return undefined;
    if (this.#leaving.has(supervisor) || (await isPluginFolder(former))) return undefined;
    registry.add(supervisor, folder);
    return supervisor;
  }

  #repaired({ found }: Discovery): PluginSupervisor[] {
    return found.flatMap(({ folder, release }) => {
      const supervisor = this.#options.registry.inFolder(folder);
      if (!supervisor || !isDown(supervisor.state)) return [];
      return supervisor.releases.folder.digest !== release.digest ? [supervisor] : [];
    });
  }

  #noteUnusable(unusable: readonly UnusablePlugin[]): void {
    this.#options.registry.clearUnusable();
    for (const entry of unusable) this.#noteUnusableFolder(entry);
  }

  #noteUnusableFolder({ folder, error }: UnusablePlugin): void {
    this.#options.registry.setUnusable(folder, error);
    this.#options.logger.warn({ folder, reason: describeError(error) }, 'a plugin folder cannot be used');
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
}

const nothing: Taken = { toStart: [], toReload: [] };

function started(supervisor: PluginSupervisor | undefined): Taken {
  return { toStart: supervisor ? [supervisor] : [], toReload: [] };
}
