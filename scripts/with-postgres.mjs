// Runs a command with a throw-away PostgreSQL:  node scripts/with-postgres.mjs -- npx vitest run
// The command finds its address in TEST_DATABASE_URL; the server and its files are gone afterwards. An address that is
// set already is used as it is. Without PostgreSQL on the machine, CI=true installs it or fails; elsewhere the command
// runs without the address, and tests that need it say that they are skipped.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const isRoot = process.getuid?.() === 0;
const isCi = /^(1|true)$/i.test(process.env.CI ?? '');

const command = process.argv.slice(2).filter((argument, index) => index > 0 || argument !== '--');
if (command.length === 0) {
  console.error('usage: node scripts/with-postgres.mjs -- <command> [arguments]');
  process.exit(2);
}
process.exit(await main());

async function main() {
  if (process.env.TEST_DATABASE_URL) return run({});
  const binaries = findBinaries() ?? installBinaries();
  if (binaries !== undefined) {
    const server = await startServer(binaries);
    try {
      return await run({ TEST_DATABASE_URL: server.url });
    } finally {
      server.stop();
    }
  }
  if (isCi) {
    console.error('with-postgres: PostgreSQL is missing and could not be installed; CI must not skip its tests.');
    return 1;
  }
  console.error('with-postgres: no PostgreSQL here, so tests that need one are SKIPPED (apt-get install postgresql).');
  return run({});
}

function run(environment) {
  const [program, ...programArguments] = command;
  return new Promise((resolve) => {
    const child = spawn(program, programArguments, { stdio: 'inherit', env: { ...process.env, ...environment } });
    // The child gets Ctrl+C from the terminal itself; this process only has to outlive it to clean up.
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', () => {});
    process.on('SIGTERM', forward);
    child.on('error', (error) => {
      console.error(`with-postgres: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (exitCode) => resolve(exitCode ?? 1));
  });
}

/** The folder of `initdb` and `postgres`, newest version first; POSTGRES_BIN names one explicitly. */
function findBinaries() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian)
    ? readdirSync(debian).toSorted((left, right) => Number(right) - Number(left))
    : [];
  const candidates = [
    process.env.POSTGRES_BIN,
    ...versions.map((version) => path.join(debian, version, 'bin')),
    '/opt/homebrew/opt/postgresql/bin',
    ...(process.env.PATH ?? '').split(path.delimiter),
  ];
  return candidates.find(
    (folder) => folder && ['initdb', 'postgres'].every((name) => existsSync(path.join(folder, name))),
  );
}

function installBinaries() {
  if (!isCi || !isRoot) return undefined;
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const apt of [['update'], ['install', '-y', '--no-install-recommends', 'postgresql']]) {
    spawnSync('apt-get', ['-qq', ...apt], { stdio: ['ignore', 'inherit', 'inherit'], env: environment });
  }
  return findBinaries();
}

async function startServer(binaries) {
  const startedAt = performance.now();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'catalyst-postgres-'));
  const data = path.join(folder, 'data');
  const user = isRoot ? unprivilegedUser() : {};
  if (isRoot) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8' } };

  const initdbArguments = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  const initdb = spawnSync(path.join(binaries, 'initdb'), initdbArguments, { ...options, encoding: 'utf8' });
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr ?? initdb.error}`);

  const port = await freePort();
  // Nothing here has to survive, so nothing is synced.
  const settings = ['listen_addresses=127.0.0.1', 'fsync=off', 'full_page_writes=off', 'max_connections=200'];
  const server = spawn(
    path.join(binaries, 'postgres'),
    ['-D', data, '-k', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const stop = () => {
    // SIGQUIT: at once, without a shutdown checkpoint.
    server.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.on('exit', stop);
  await untilReady(server);
  console.error(
    `with-postgres: ${binaries} ready after ${Math.round(performance.now() - startedAt)} ms on port ${port}`,
  );
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop };
}

/** PostgreSQL refuses to run as root. Node can start a child as another user without `su`. */
function unprivilegedUser() {
  const idOf = (flag, name) => spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout.trim();
  const name = ['postgres', 'nobody'].find((candidate) => idOf('-u', candidate) !== '');
  if (name === undefined) throw new Error('there is no user postgres or nobody to run PostgreSQL as');
  return { uid: Number(idOf('-u', name)), gid: Number(idOf('-g', name)) };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function untilReady(server) {
  let log = '';
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.on('exit', () => reject(new Error(`postgres did not start:\n${log}`)));
    server.stderr.on('data', (chunk) => {
      log = (log + chunk).slice(-10_000);
      if (log.includes('ready to accept connections')) resolve();
    });
  });
}
