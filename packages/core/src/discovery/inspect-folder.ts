import { describeError } from '../errors/describe-error.ts';
import type { Release } from '../manifest/release.ts';
import { codeDigest } from './code-digest.ts';
import { isPluginFolder } from './discover-plugins.ts';
import { readSources } from './read-folder.ts';
import { readRelease } from './read-release.ts';
import type { FolderLook } from './settled-folders.ts';

/** The digest of the code in a folder as it is now; empty for a folder that holds no plugin, else what keeps it from being read. */
export async function fingerprintOf(folder: string): Promise<string> {
  if (!(await isPluginFolder(folder))) return '';
  try {
    return codeDigest(folder, await readSources(folder));
  } catch (error) {
    return describeError(error);
  }
}

/** The digest of the code of a release, comparable to that of its folder. */
export function releaseFingerprint({ directory, sources }: Release): string {
  return codeDigest(directory, sources);
}

export interface LookOptions {
  readonly hostVersion: string;
  /** Rejects when the code of a release cannot be loaded; runs none of it. */
  readonly check: (release: Release) => Promise<void>;
}

/** Judges whether a folder holds a plugin that could run. */
export async function lookAtFolder(folder: string, { hostVersion, check }: LookOptions): Promise<FolderLook> {
  if (!(await isPluginFolder(folder))) return 'gone';
  try {
    const release = await readRelease(folder, hostVersion);
    if (release.problem) return 'unfinished';
    await check(release);
    return 'finished';
  } catch {
    return 'unfinished';
  }
}
