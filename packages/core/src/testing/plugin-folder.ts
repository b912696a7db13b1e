import { access, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Files of one plugin by relative path; objects are written as JSON. A `plugin.json` is added unless given. */
export type PluginFiles = Readonly<Record<string, string | object>>;

/** A folder of plugins on the disk, for one test. */
export interface PluginsFolder extends AsyncDisposable {
  readonly directory: string;
  /** Writes files of one plugin; those not named stay. */
  write(plugin: string, files: PluginFiles): Promise<void>;
  /** Whether there is a file, by its path in the folder. */
  has(file: string): Promise<boolean>;
  /** Removes a file, or with no file the whole folder of the plugin. */
  remove(plugin: string, file?: string): Promise<void>;
}

/** The manifest of a plugin whose entry is `index.js`. */
export function manifestOf(name: string, members: object = {}): object {
  return { name, version: '1.0.0', backend: { entry: 'index.js' }, ...members };
}

/** Makes a temporary folder with plugins in it. */
export async function createPluginsFolder(plugins: Readonly<Record<string, PluginFiles>> = {}): Promise<PluginsFolder> {
  const directory = await realpath(await mkdtemp(path.join(os.tmpdir(), 'catalyst-plugins-')));
  const write = async (plugin: string, files: PluginFiles): Promise<void> => {
    for (const [file, content] of Object.entries(files)) {
      const target = path.join(directory, plugin, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
    }
  };
  for (const [plugin, files] of Object.entries(plugins)) {
    await write(plugin, 'plugin.json' in files ? files : { 'plugin.json': manifestOf(plugin), ...files });
  }
  const remove = (plugin: string, file = ''): Promise<void> =>
    rm(path.join(directory, plugin, file), { recursive: true, force: true, maxRetries: 5 });
  const has = (file: string): Promise<boolean> =>
    access(path.join(directory, file)).then(
      () => true,
      () => false,
    );
  return {
    directory,
    write,
    has,
    remove,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The text files of a plugin that is on the disk, so that a test can run it in a folder of its own. */
export async function readPluginFiles(directory: string): Promise<PluginFiles> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const read = async (file: string): Promise<[string, string]> => [
    path.relative(directory, file),
    await readFile(file, 'utf8'),
  ];
  return Object.fromEntries(await Promise.all(files.map(read)));
}
