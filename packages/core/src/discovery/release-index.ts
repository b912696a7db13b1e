import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Release } from '../manifest/release.ts';
import type { KeptRelease } from '../ports/release-archive.ts';

const fileName = 'releases.json';

/** What the index says of one copy. */
export interface IndexEntry extends KeptRelease {
  /** See `codeDigestOf`. */
  readonly code: string;
}

const sha256 = z.hash('sha256');
const indexSchema = z.array(z.object({ digest: sha256, code: sha256, version: z.string(), liveAt: z.iso.datetime() }));

/** Reads which releases a folder of the archive holds, newest first; one that is absent or torn holds none. */
export async function readReleaseIndex(folder: string): Promise<IndexEntry[]> {
  try {
    const entries = indexSchema.parse(JSON.parse(await readFile(path.join(folder, fileName), 'utf8')));
    return entries.map((entry) => ({ ...entry, liveAt: new Date(entry.liveAt) }));
  } catch {
    return [];
  }
}

/** Replaces the index in one step, so that a host that is killed leaves the old one or the new one. */
export async function writeReleaseIndex(folder: string, entries: readonly IndexEntry[]): Promise<void> {
  const written = path.join(folder, `${fileName}.${randomUUID()}`);
  await writeFile(written, `${JSON.stringify(entries, undefined, 2)}\n`);
  await rename(written, path.join(folder, fileName));
}

/**
 * SHA-256 over the manifest and the code of a release. Other files may change in a copy: the plugin that runs from it
 * may write them.
 */
export function codeDigestOf({ directory, sources }: Release): string {
  const hash = createHash('sha256');
  for (const [file, text] of [...sources].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const name = path.relative(directory, file);
    if (!file.endsWith('.json') || name === 'plugin.json') hash.update(`${name}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}

/** Whether a name in a folder of the archive is that of its index. */
export function isReleaseIndex(name: string): boolean {
  return name === fileName;
}
