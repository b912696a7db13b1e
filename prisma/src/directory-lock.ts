import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PluginError } from '@catalyst-plugins/core';

/** The right to be the only process that uses a directory. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** Who holds, or wants, the lock. It is the content of a claim file. */
interface Claim {
  readonly pid: number;
  readonly host: string;
  /** Changes with each start of the machine. */
  readonly boot: string;
  /** The container, on Linux; the same pid in another container is another process. */
  readonly pidNamespace: string;
  /** Tells a process from a later one that got the same pid. */
  readonly processStart: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

const claimPrefix = 'lock-';
const heartbeatMs = 5_000;
const silentMs = 30_000;
/** A rival whose claim is older holds the lock; a younger one may be starting at the same moment as we. */
const settledMs = 2_000;

/**
 * Locks a directory against other processes; throws `DATABASE_LOCKED` when one has it.
 * Each contender writes a claim file of its own and then looks for others: of two, at least one sees the other and
 * withdraws, so there are never two owners. Claims of processes that died are removed on the way.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const deadline = Date.now() + 2 * settledMs;
  for (;;) {
    const file = await writeClaim(directory);
    const lock = holdClaim(file);
    const rival = await findRival(directory, file).catch(async (error: unknown) => {
      await lock.release();
      throw error;
    });
    if (rival === undefined) return lock;
    await lock.release();
    if (Date.now() - rival.claim.since > settledMs || Date.now() > deadline) throw locked(directory, rival);
    await sleep(20 + Math.random() * 100);
  }
}

interface Rival {
  readonly claim: Claim;
  readonly file: string;
}

function holdClaim(file: string): DirectoryLock {
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A missed beat does no harm; a claim that is gone was removed by hand.
    utimes(file, now, now).catch(() => {});
  }, heartbeatMs);
  heartbeat.unref();
  return {
    release: async () => {
      clearInterval(heartbeat);
      await rm(file, { force: true });
    },
  };
}

async function writeClaim(directory: string): Promise<string> {
  const claim: Claim = { ...thisProcess(), since: Date.now() };
  const id = randomUUID();
  const draft = path.join(directory, `draft-${claimPrefix}${id}`);
  const file = path.join(directory, `${claimPrefix}${id}.json`);
  await writeFile(draft, JSON.stringify(claim));
  // By rename, so that nobody ever reads half a claim.
  await rename(draft, file);
  return file;
}

async function findRival(directory: string, own: string): Promise<Rival | undefined> {
  for (const name of await readdir(directory)) {
    const file = path.join(directory, name);
    if (!name.startsWith(claimPrefix) || file === own) continue;
    const claim = await readClaim(file);
    if (claim === undefined) continue;
    if (await isAlive(claim, file)) return { claim, file };
    await rm(file, { force: true });
  }
  return undefined;
}

async function readClaim(file: string): Promise<Claim | undefined> {
  try {
    const claim: Claim = JSON.parse(await readFile(file, 'utf8'));
    return claim;
  } catch (error) {
    // Claims appear whole, so only a power failure leaves one that cannot be read.
    if (error instanceof SyntaxError) await rm(file, { force: true });
    else if (!isMissing(error)) throw error;
    return undefined;
  }
}

async function isAlive(claim: Claim, file: string): Promise<boolean> {
  const me = thisProcess();
  if (claim.host === me.host && claim.boot !== me.boot) return false;
  if (claim.host !== me.host || claim.pidNamespace !== me.pidNamespace) return beats(file);
  return processStart(claim.pid) === claim.processStart && canSignal(claim.pid);
}

// A process in another container or on another machine cannot be looked at; its heartbeat can.
async function beats(file: string): Promise<boolean> {
  let firstBeat: number | undefined;
  for (;;) {
    const beat = await lastBeat(file);
    firstBeat ??= beat;
    if (beat === undefined || Date.now() - beat > silentMs) return false;
    if (beat !== firstBeat) return true;
    await sleep(500);
  }
}

async function lastBeat(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function canSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function thisProcess(): Omit<Claim, 'since'> {
  return {
    pid: process.pid,
    host: os.hostname(),
    boot: readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: readOr('', () => readlinkSync('/proc/self/ns/pid')),
    processStart: processStart(process.pid),
  };
}

/** Clock ticks from boot to the start of the process; empty where the system does not tell. */
function processStart(pid: number): string {
  return readOr('', () => {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in brackets that may hold spaces; the start time is the 20th after it.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  });
}

function readOr(fallback: string, read: () => string): string {
  try {
    return read();
  } catch {
    return fallback;
  }
}

function locked(directory: string, { claim, file }: Rival): PluginError {
  const holder = claim.pid === process.pid ? 'this process itself' : `process ${claim.pid} on ${claim.host}`;
  return new PluginError(
    'DATABASE_LOCKED',
    `The embedded database in ${directory} is in use by ${holder} since ${new Date(claim.since).toISOString()}.`,
    {
      hint: `Stop the other process, or set DATABASE_URL=postgresql://… to run several instances on PostgreSQL. If you know that it no longer runs, delete ${file}.`,
    },
  );
}
