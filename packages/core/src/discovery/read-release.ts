import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { describeError } from '../errors/describe-error.ts';
import { PluginError, isPluginError, type Issue } from '../errors/plugin-error.ts';
import { manifestInvalid, manifestTooLarge, maxManifestBytes, parseManifest } from '../manifest/parse-manifest.ts';
import type { FrontendSection, PluginManifest } from '../manifest/plugin-manifest.ts';
import type { Release } from '../manifest/release.ts';
import { containedPath } from './contained-path.ts';
import { hostRangeProblem } from './host-range.ts';
import { readFolder, type FolderContents } from './read-folder.ts';

/** Reads what a release needs of its folder; all of it, or what is known already. */
export type ReadContents = (directory: string) => Promise<Pick<FolderContents, 'sources' | 'digest'>>;

/** The file that makes a folder a plugin. */
export const manifestFile = 'plugin.json';

/**
 * Reads a plugin folder as it is now.
 * Throws `MANIFEST_INVALID` when the manifest cannot be used; anything else that keeps the plugin
 * from running here becomes the `problem` of the release.
 */
export async function readRelease(folder: string, hostVersion: string, readContents?: ReadContents): Promise<Release> {
  const release = await readReleaseIn(folder, hostVersion, readContents);
  return { ...release, warnings: [...release.warnings, ...nameWarnings(release.manifest, folder)] };
}

/** Reads a release whatever its folder is called; for copies, whose names say nothing. Throws as `readRelease`. */
export async function readReleaseIn(
  folder: string,
  hostVersion: string,
  readContents: ReadContents = readFolder,
): Promise<Release> {
  const directory = await realpath(folder).catch((error: unknown) => {
    throw unreadable(path.join(folder, manifestFile), error);
  });
  const file = path.join(directory, manifestFile);
  const [text, { sources, digest }] = await Promise.all([readManifest(file), readContents(directory)]);
  const { manifest, warnings } = parseManifest(text, file);
  const entry = await entryOf(directory, manifest, hostVersion);
  return {
    plugin: manifest.name,
    manifest,
    directory,
    entry: isPluginError(entry) ? undefined : entry,
    problem: isPluginError(entry) ? entry : undefined,
    digest,
    sources,
    warnings,
  };
}

/** Reads the folder of a plugin that is known already. Throws `MANIFEST_INVALID` when it holds another plugin now. */
export async function readReleaseOf(
  plugin: string,
  folder: string,
  { hostVersion, readContents }: { readonly hostVersion: string; readonly readContents?: ReadContents },
): Promise<Release> {
  const release = await readRelease(folder, hostVersion, readContents);
  if (release.plugin === plugin) return release;
  const message = `the plugin was called "${plugin}" when it was loaded; a new name takes a new folder or a restart`;
  throw manifestInvalid(path.join(release.directory, manifestFile), [{ pointer: '/name', message }]);
}

async function readManifest(file: string): Promise<string> {
  try {
    const status = await stat(file);
    // a pipe or a device would be read forever
    if (!status.isFile()) throw new TypeError('it is not a file');
    if (status.size > maxManifestBytes) throw manifestTooLarge(file);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isPluginError(error)) throw error;
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): PluginError {
  return manifestInvalid(file, [{ pointer: '', message: `cannot be read: ${describeError(error)}` }]);
}

async function entryOf(
  directory: string,
  manifest: PluginManifest,
  hostVersion: string,
): Promise<string | undefined | PluginError> {
  const versionProblem = hostRangeProblem(manifest, hostVersion);
  if (versionProblem) return versionProblem;
  try {
    if (manifest.frontend) await checkFrontend(directory, manifest.frontend);
    if (manifest.backend) return await containedPath(directory, manifest.backend.entry, '/backend/entry');
    return manifest.frontend ? undefined : noEntry(manifest);
  } catch (error) {
    if (isPluginError(error)) return error;
    throw error;
  }
}

async function checkFrontend(directory: string, { entry, css }: FrontendSection): Promise<void> {
  await containedPath(directory, entry, '/frontend/entry');
  for (const [index, file] of css.entries()) await containedPath(directory, file, `/frontend/css/${index}`);
}

function noEntry(manifest: PluginManifest): PluginError {
  const message = `Plugin "${manifest.name}" names neither backend.entry nor frontend.entry.`;
  return new PluginError('ENTRY_NOT_FOUND', message, { plugin: manifest.name });
}

function nameWarnings(manifest: PluginManifest, folder: string): Issue[] {
  const name = path.basename(folder);
  if (name === manifest.name) return [];
  return [{ pointer: '/name', message: `the folder is called "${name}", the plugin "${manifest.name}"` }];
}
