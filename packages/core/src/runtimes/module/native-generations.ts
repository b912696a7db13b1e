import { createRequire, register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Release } from '../../manifest/release.ts';
import type { Namespace } from './namespace.ts';
import type { NativeModules } from './native-modules.ts';

/** Says what a way to run plugins costs, for the log of the host. */
export type WarnOfLeak = (plugin: string, message: string) => void;

/**
 * Gives the files below an entry the query of the entry, so that each generation has modules of its own.
 * Node runs this in a thread of its own; the plugin folder is the nearest one with a plugin.json.
 */
const versionEveryFile = `
  import { existsSync } from 'node:fs';
  const folderOf = (url) => {
    for (let at = new URL('.', url), up; ; at = up) {
      if (existsSync(new URL('plugin.json', at))) return at.href;
      up = new URL('..', at);
      if (up.href === at.href) return undefined;
    }
  };
  export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    const [query] = /\\?catalyst-generation=\\d+$/.exec(context.parentURL ?? '') ?? [];
    if (query === undefined || !resolved.url.startsWith('file:') || resolved.url.includes('?')) return resolved;
    const folder = folderOf(context.parentURL);
    const isOwn = folder !== undefined && resolved.url.startsWith(folder) && !resolved.url.includes('/node_modules/');
    return isOwn ? { ...resolved, url: resolved.url + query } : resolved;
  }
`;

/** Whether an entry is JavaScript, which Node can import as it is. */
export function canLoadNatively(entry: string): boolean {
  return /\.[cm]?js$/.test(entry);
}

/**
 * Loads plugins by Node's own `import`, where the transformer has no binary for the machine: JavaScript only, from the
 * files as they are on the disk. Node never lets go of a module, so every load leaves its code in memory; that is
 * counted and said.
 */
export class NativeGenerations {
  readonly #warn: WarnOfLeak | undefined;
  readonly #left = new Map<string, { loads: number; bytes: number }>();
  #count = 0;

  constructor(warn: WarnOfLeak | undefined) {
    this.#warn = warn;
    register(`data:text/javascript,${encodeURIComponent(versionEveryFile)}`);
  }

  /** Evaluates the entry and everything it imports in the plugin folder afresh. */
  async load(release: Release, entry: string, natives: NativeModules): Promise<Namespace> {
    this.#count += 1;
    forgetCommonJs(release.directory);
    const url = `${pathToFileURL(entry).href}?catalyst-generation=${this.#count}`;
    const namespace = await natives.import(url, entry);
    this.#report(release);
    return namespace;
  }

  #report({ plugin, sources }: Release): void {
    const { loads, bytes } = this.#left.get(plugin) ?? { loads: 0, bytes: 0 };
    const code = [...sources].filter(([file]) => !file.endsWith('.json'));
    const left = { loads: loads + 1, bytes: bytes + code.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0) };
    this.#left.set(plugin, left);
    const kilobytes = Math.ceil(left.bytes / 1024);
    const message = `plugin "${plugin}" runs without oxc-transform, so reloads leak: the code of ${left.loads} generations, at least ${kilobytes} kB, stays in memory until the process ends`;
    this.#warn?.(plugin, message);
  }
}

/** Node's cache of CommonJS files does not look at queries. */
function forgetCommonJs(directory: string): void {
  const { cache } = createRequire(import.meta.url);
  for (const file of Object.keys(cache)) {
    const relative = path.relative(directory, file);
    if (relative.startsWith('..') || path.isAbsolute(relative) || relative.split(path.sep).includes('node_modules'))
      continue;
    Reflect.deleteProperty(cache, file);
  }
}
