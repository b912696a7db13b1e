import path from 'node:path';
import { PluginError } from '../errors/plugin-error.ts';
import type { PluginSupervisor } from './plugin-supervisor.ts';

/** A folder whose plugin cannot be supervised, because its manifest or its name cannot be used. */
export interface UnusableEntry {
  /** The folder's own name; that of a plugin is not known. */
  readonly name: string;
  readonly folder: string;
  readonly error: unknown;
}

/** All plugins of a host: name to supervisor, and the folders that hold none. */
export class PluginRegistry {
  readonly #supervisors = new Map<string, { supervisor: PluginSupervisor; folder: string }>();
  readonly #unusable = new Map<string, unknown>();

  add(supervisor: PluginSupervisor, folder: string): void {
    this.#unusable.delete(folder);
    this.#supervisors.set(supervisor.plugin, { supervisor, folder });
  }

  remove(plugin: string): void {
    this.#supervisors.delete(plugin);
  }

  get(plugin: string): PluginSupervisor | undefined {
    return this.#supervisors.get(plugin)?.supervisor;
  }

  /** Throws `PLUGIN_NOT_FOUND`, or why the folder of that name holds no usable plugin. */
  find(plugin: string): PluginSupervisor {
    const supervisor = this.get(plugin);
    if (supervisor) return supervisor;
    const unusable = this.unusable().find(({ name }) => name === plugin);
    if (unusable) throw unusable.error;
    throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${plugin}".`, { plugin });
  }

  /** The folder that a plugin was found in. */
  folderOf(plugin: string): string | undefined {
    return this.#supervisors.get(plugin)?.folder;
  }

  /** The plugin that was found in a folder. */
  inFolder(folder: string): PluginSupervisor | undefined {
    return [...this.#supervisors.values()].find((entry) => entry.folder === folder)?.supervisor;
  }

  /** All supervisors, by name. */
  all(): PluginSupervisor[] {
    return [...this.#supervisors.values()]
      .map(({ supervisor }) => supervisor)
      .toSorted((a, b) => (a.plugin < b.plugin ? -1 : 1));
  }

  /** Notes that a folder holds no usable plugin, and why. */
  setUnusable(folder: string, error: unknown): void {
    if (!this.inFolder(folder)) this.#unusable.set(folder, error);
  }

  /** Forgets why a folder, or with none all of them, held no usable plugin. */
  clearUnusable(folder?: string): void {
    if (folder === undefined) this.#unusable.clear();
    else this.#unusable.delete(folder);
  }

  /** Folders without a usable plugin, under names that no plugin has. */
  unusable(): UnusableEntry[] {
    return [...this.#unusable]
      .map(([folder, error]) => ({ name: path.basename(folder), folder, error }))
      .filter(({ name }) => !this.#supervisors.has(name));
  }
}
