import { execFile } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const filler = '.filler-';

/** A disk of its own for a test, that can be full. */
export interface SmallDisk extends AsyncDisposable {
  readonly directory: string;
  /** Fills it to the last byte. */
  fill(): void;
  /** Takes away what filled it. */
  makeRoom(): void;
}

/** Mounts a disk; `undefined` where that is not allowed. */
async function mount(kilobytes: number): Promise<SmallDisk | undefined> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'catalyst-small-disk-'));
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', directory]).then(
    () => true,
    () => false,
  );
  const disk: SmallDisk = {
    directory,
    fill: () => fill(directory),
    makeRoom() {
      for (const name of readdirSync(directory)) if (name.startsWith(filler)) rmSync(path.join(directory, name));
    },
    async [Symbol.asyncDispose]() {
      if (isMounted) await run('umount', ['-l', directory]);
      await rm(directory, { recursive: true, force: true });
    },
  };
  if (isMounted) return disk;
  await disk[Symbol.asyncDispose]();
  return undefined;
}

function fill(directory: string): void {
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (let part = 0; part < 10_000; part += 1)
        writeFileSync(path.join(directory, `${filler}${size}-${part}`), Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

/** Mounts a disk of a size. Rejects where `canMountDisk` says no. */
export async function mountSmallDisk(kilobytes: number): Promise<SmallDisk> {
  const disk = await mount(kilobytes);
  if (!disk) throw new Error('no disk can be mounted');
  return disk;
}

/** Whether a disk can be mounted here. In CI, root must be able to, so there a test fails instead of being skipped. */
export async function canMountDisk(): Promise<boolean> {
  if (process.env['CI'] !== undefined && process.getuid?.() === 0) return true;
  await using disk = await mount(64);
  return disk !== undefined;
}
