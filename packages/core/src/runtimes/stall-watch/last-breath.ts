import { readFile, rm } from 'node:fs/promises';
import type { StallBlame } from './stall-watch.ts';

/** What the thread wrote about a stall that the process did not survive. */
export interface LastBreath {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly blame: StallBlame;
}

/** Reads it; undefined when the last process went on after every stall. */
export async function readLastBreath(file: string): Promise<LastBreath | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isLastBreath(read) ? read : undefined;
  } catch {
    // none, or one that was not written to its end
    return undefined;
  }
}

/** To be called when it was acted upon. */
export async function forgetLastBreath(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined);
}

function isLastBreath(read: unknown): read is LastBreath {
  if (typeof read !== 'object' || read === null) return false;
  const { at, blame } = read as Partial<LastBreath>;
  return typeof at === 'number' && typeof blame?.plugin === 'string' && Array.isArray(blame.frames);
}
