import { access, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import { manifestFile, readRelease } from './read-release.ts';

/** A folder that holds a plugin that can be supervised. */
export interface FoundPlugin {
  readonly folder: string;
  readonly release: Release;
}

/** A folder that holds something like a plugin, and why it cannot be one. */
export interface UnusablePlugin {
  readonly folder: string;
  readonly error: unknown;
}

export interface Discovery {
  readonly found: readonly FoundPlugin[];
  readonly unusable: readonly UnusablePlugin[];
  /** Names in the plugins folder that hold no plugin. */
  readonly skipped: readonly string[];
}

/** Looks for plugins: the subfolders with a `plugin.json`. One bad folder never hides another; a missing folder holds none. */
export async function discoverPlugins(pluginsDir: string, hostVersion: string): Promise<Discovery> {
  const { folders, skipped } = await pluginFolders(pluginsDir);
  const results = await Promise.all(
    folders.map(async (folder) =>
      readRelease(folder, hostVersion).then(
        (release): FoundPlugin => ({ folder, release }),
        (error: unknown): UnusablePlugin => ({ folder, error }),
      ),
    ),
  );
  return { ...separateNamesakes(results), skipped };
}

/** The folders with a `plugin.json`, by name; dot-folders and `node_modules` are passed over. */
async function pluginFolders(pluginsDir: string): Promise<{ folders: string[]; skipped: string[] }> {
  const names = (await readdir(pluginsDir).catch((): string[] => [])).toSorted();
  const marked = await Promise.all(
    names.map(async (name) => {
      if (name.startsWith('.') || name === 'node_modules') return false;
      return isPluginFolder(path.join(pluginsDir, name));
    }),
  );
  return {
    folders: names.filter((_name, index) => marked[index]).map((name) => path.join(pluginsDir, name)),
    skipped: names.filter((_name, index) => !marked[index]),
  };
}

/** Whether a folder is there and has a `plugin.json`. */
export async function isPluginFolder(folder: string): Promise<boolean> {
  try {
    if (!(await stat(folder)).isDirectory()) return false;
    await access(path.join(folder, manifestFile));
    return true;
  } catch {
    return false;
  }
}

function separateNamesakes(results: readonly (FoundPlugin | UnusablePlugin)[]): Omit<Discovery, 'skipped'> {
  const found = new Map<string, FoundPlugin>();
  const unusable: UnusablePlugin[] = [];
  for (const result of results) {
    if ('error' in result) {
      unusable.push(result);
      continue;
    }
    const { plugin } = result.release;
    const first = found.get(plugin);
    if (first) unusable.push({ folder: result.folder, error: nameTaken(plugin, first.folder, result.folder) });
    else found.set(plugin, result);
  }
  return { found: [...found.values()], unusable };
}

/** The error for a second folder with the name of a plugin. */
export function nameTaken(plugin: string, first: string, second: string): PluginError {
  const message = `The folder "${path.basename(second)}" holds a plugin named "${plugin}", which is already in "${path.basename(first)}".`;
  return new PluginError('PLUGIN_NAME_TAKEN', message, { plugin });
}
