import path from 'node:path';
import { processIdentity } from './discovery/process-identity.ts';
import { StateFile } from './discovery/state-file.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import { CrashRecord } from './lifecycle/crash-record.ts';
import { SafeMode } from './lifecycle/safe-mode.ts';
import { Shutdown } from './lifecycle/shutdown.ts';

/** The parts of a host that are for the time when something is wrong. */
export interface HostResilience {
  readonly crashRecord: CrashRecord;
  readonly safeMode: SafeMode;
  readonly shutdown: Shutdown;
}

/** Puts those parts together. */
export function hostResilience(options: ResolvedHostOptions): HostResilience {
  const { pluginsDir, clock, logger } = options;
  const purpose = 'which plugin kills the process is not remembered';
  const file = new StateFile({ file: path.join(pluginsDir, '.crashes.json'), logger, purpose });
  return {
    crashRecord: new CrashRecord({ file, clock, self: processIdentity() }),
    safeMode: new SafeMode(options.safeMode),
    shutdown: new Shutdown(options),
  };
}
