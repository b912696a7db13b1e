import childProcess from 'node:child_process';
import type { StallWatchAccess } from '../../stall-watch-access.ts';
import type { AnyCallable, ResourceTracker } from './resource-tracker.ts';
import type { Overrides } from './tracked-network.ts';

/** Functions of `node:child_process` that wait for the end of a process, and let nothing else happen meanwhile. */
const waiting = ['execSync', 'execFileSync', 'spawnSync'] as const;

/** Lets those who watch the event loop know whose process it waits for. */
export function trackWaits({ ledger }: ResourceTracker, stalls: StallWatchAccess): Overrides {
  const overrides: Record<string, unknown> = {};
  for (const name of waiting) {
    const real = childProcess[name] as AnyCallable;
    overrides[name] = (...args: unknown[]): unknown =>
      stalls.wait(ledger.owner, () => Reflect.apply(real, childProcess, args) as unknown);
  }
  return overrides;
}
