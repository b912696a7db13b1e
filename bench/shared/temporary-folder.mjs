import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Calls the function with a new folder, which is gone afterwards. */
export async function inTemporaryFolder(use) {
  const directory = await realpath(await mkdtemp(path.join(os.tmpdir(), 'catalyst-bench-')));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}
