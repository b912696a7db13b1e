import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './workspace.mjs';

/**
 * Builds something unless nothing that it is made of has changed: the files in `folders`, those in `files` and the
 * lockfile, all below the root. `stamp` is the file that remembers what it was built from, `result` one that has to be there.
 */
export async function buildWhenChanged({ folders, files, stamp, result = stamp }, build) {
  const wanted = digestOf(folders, files);
  if (existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await build();
  writeFileSync(stamp, wanted);
}

function digestOf(folders, files) {
  const hash = createHash('sha256');
  const found = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  for (const file of [...found.toSorted(), ...['pnpm-lock.yaml', ...files].map((name) => path.join(root, name))]) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
