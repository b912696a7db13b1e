import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { KeptRelease } from '../ports/release-archive.ts';

const fileName = 'releases.json';

const indexSchema = z.array(z.object({ digest: z.hash('sha256'), version: z.string(), liveAt: z.iso.datetime() }));

/** Reads which releases a folder of the archive holds, newest first; one that is absent or torn holds none. */
export async function readReleaseIndex(folder: string): Promise<KeptRelease[]> {
  try {
    const entries = indexSchema.parse(JSON.parse(await readFile(path.join(folder, fileName), 'utf8')));
    return entries.map((entry) => ({ ...entry, liveAt: new Date(entry.liveAt) }));
  } catch {
    return [];
  }
}

/** Replaces the index in one step, so that a host that is killed leaves the old one or the new one. */
export async function writeReleaseIndex(folder: string, entries: readonly KeptRelease[]): Promise<void> {
  const written = path.join(folder, `${fileName}.${randomUUID()}`);
  await writeFile(written, `${JSON.stringify(entries, undefined, 2)}\n`);
  await rename(written, path.join(folder, fileName));
}

/** Whether a name in a folder of the archive is that of its index. */
export function isReleaseIndex(name: string): boolean {
  return name === fileName;
}
