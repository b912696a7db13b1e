import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import { isGone, listFiles } from './folder-entries.ts';

/** More than this is not kept in memory for browsers, in bytes. */
const maxBytes = 32 * 1024 * 1024;

/**
 * What of a release browsers may load, by its path in the plugin folder, with slashes: the folder of `frontend.entry` and
 * the style sheets named. Where that folder has the backend or the manifest in it, only the files that the manifest names.
 * Links and dot-files are never among them. Throws `FRONTEND_TOO_LARGE`.
 */
export async function readFrontend(release: Release): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const found = new Map<string, string | Uint8Array>();
  let bytes = 0;
  for (const file of await filesOf(release)) {
    try {
      bytes += await sizeOf(release, file);
      if (bytes > maxBytes) throw tooLarge(release);
      found.set(path.relative(release.directory, file).split(path.sep).join('/'), await contentsOf(release, file));
    } catch (error) {
      // what was removed since it was listed is not there
      if (!isGone(error)) throw error;
    }
  }
  return found;
}

async function filesOf({ directory, manifest }: Release): Promise<string[]> {
  const { frontend, backend } = manifest;
  if (!frontend) return [];
  const all = await listFiles(directory);
  const named = [frontend.entry, ...frontend.css].map((file) => path.resolve(directory, file));
  const folder = path.dirname(path.resolve(directory, frontend.entry));
  const other = [path.join(directory, 'plugin.json'), ...(backend ? [path.resolve(directory, backend.entry)] : [])];
  const isItsOwn = !other.some((file) => isBelow(folder, file));
  return all.filter((file) => named.includes(file) || (isItsOwn && isBelow(folder, file)));
}

function isBelow(folder: string, file: string): boolean {
  return file.startsWith(`${folder}${path.sep}`);
}

async function sizeOf({ sources }: Release, file: string): Promise<number> {
  const text = sources.get(file);
  return text === undefined ? (await stat(file)).size : Buffer.byteLength(text);
}

/** Texts come from the release, which never changes. */
async function contentsOf({ sources }: Release, file: string): Promise<string | Uint8Array> {
  return sources.get(file) ?? readFile(file);
}

function tooLarge({ plugin, manifest }: Release): PluginError {
  const message = `The frontend of "${plugin}" ${manifest.version} is larger than ${maxBytes / 1024 / 1024} MiB.`;
  return new PluginError('FRONTEND_TOO_LARGE', message, { plugin });
}
