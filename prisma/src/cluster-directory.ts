import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PluginError } from '@catalyst-plugins/core';

/** The major version of PostgreSQL inside the PGlite that package.json pins; it writes this on-disk format. */
export const embeddedPostgresMajor = '18';

const clusterName = 'cluster';
const unfinishedPrefix = 'cluster-unfinished-';

/**
 * The path of the files of PostgreSQL in a database directory that is locked, made when they are missing.
 * Throws `DATABASE_VERSION_MISMATCH` when another major version wrote them.
 */
export async function prepareCluster(directory: string): Promise<string> {
  const cluster = path.join(directory, clusterName);
  const version = await readVersion(cluster);
  if (version === undefined) await initialise(directory, cluster);
  else if (version !== embeddedPostgresMajor) {
    throw new PluginError(
      'DATABASE_VERSION_MISMATCH',
      `The embedded database in ${directory} has the format of PostgreSQL ${version}; this program needs ${embeddedPostgresMajor}.`,
    );
  }
  return cluster;
}

/** What PostgreSQL itself keeps in each of its directories. */
async function readVersion(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(path.join(cluster, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

// The cluster appears under its name by a rename, so that a crash never leaves half of one to be opened.
async function initialise(directory: string, cluster: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith(unfinishedPrefix)) await rm(path.join(directory, name), { recursive: true, force: true });
  }
  const unfinished = path.join(directory, unfinishedPrefix + randomUUID());
  await runInitialisation(unfinished);
  await rename(unfinished, cluster);
}

async function runInitialisation(target: string): Promise<void> {
  // From src/ and from dist/ alike: the script is plain JavaScript and stays in src/.
  const script = fileURLToPath(new URL('../src/initialise-cluster.mjs', import.meta.url));
  // Options of this process, such as --inspect or a loader, are none of the child's business.
  const child = fork(script, [target], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4000);
  });
  const [exitCode, signal] = await once(child, 'close');
  if (exitCode === 0) return;
  await rm(target, { recursive: true, force: true });
  throw new PluginError(
    'STORE_UNAVAILABLE',
    `The embedded database could not be initialised (${exitCode ?? signal}).`,
    {
      hint: 'Check that the directory is writable and that the disk has 100 MB free.',
      cause: new Error(output),
    },
  );
}
