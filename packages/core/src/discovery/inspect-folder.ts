import { realpath } from 'node:fs/promises';
import { describeError } from '../errors/describe-error.ts';
import type { Release } from '../manifest/release.ts';
import { codeDigest } from './code-digest.ts';
import { isPluginFolder } from './discover-plugins.ts';
import { readSources } from './read-folder.ts';
import { readRelease } from './read-release.ts';
import type { FolderLook, FolderReading } from './settled-folders.ts';

/** The code of a plugin folder at one time. */
export interface CodeReading extends FolderReading {
  /** Texts by real path; none for a folder that holds no plugin or cannot be read. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Reads the code of a folder; what keeps it from being read is told by the fingerprint. */
export async function readCode(folder: string): Promise<CodeReading> {
  if (!(await isPluginFolder(folder))) return { fingerprint: '', sources: new Map() };
  try {
    const directory = await realpath(folder);
    const sources = await readSources(directory);
    return { fingerprint: codeDigest(directory, sources), sources };
  } catch (error) {
    return { fingerprint: describeError(error), sources: new Map() };
  }
}

/** The fingerprint of the code of a release, comparable to that of its folder. */
export function releaseFingerprint({ directory, sources }: Release): string {
  return codeDigest(directory, sources);
}

export interface LookOptions {
  readonly hostVersion: string;
  /** Rejects when the code of a release cannot be loaded; runs none of it. */
  readonly check: (release: Release) => Promise<void>;
}

/** Judges whether a folder, as it was read, holds a plugin that could run. */
export async function lookAtFolder(
  folder: string,
  { fingerprint, sources }: CodeReading,
  { hostVersion, check }: LookOptions,
): Promise<FolderLook> {
  if (fingerprint === '') return 'gone';
  try {
    const release = await readRelease(folder, hostVersion, async () => ({ sources, digest: fingerprint }));
    if (release.problem) return 'unfinished';
    await check(release);
    return 'finished';
  } catch {
    return 'unfinished';
  }
}
