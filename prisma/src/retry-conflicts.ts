import { setTimeout as sleep } from 'node:timers/promises';
import { sqlState } from './store-error.ts';

/** Deadlock, and a change by somebody else that came between: PostgreSQL undid everything, and asks to be asked again. */
const conflicts: ReadonlySet<string | undefined> = new Set(['40P01', '40001']);
const attempts = 8;

/** Runs changes again that PostgreSQL undid because others changed the same rows. They must be whole transactions. */
export async function retryConflicts<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change();
    } catch (error) {
      if (attempt === attempts || !conflicts.has(sqlState(error))) throw error;
      await sleep(Math.random() * 20 * attempt);
    }
  }
}
