import path from 'node:path';
import { processIdentity } from './discovery/process-identity.ts';
import { StateFile } from './discovery/state-file.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import type { PluginStores } from './plugin-stores.ts';
import { hostItself } from './ports/audit-log.ts';
import { CrashRecord } from './lifecycle/crash-record.ts';
import { SafeMode } from './lifecycle/safe-mode.ts';
import { Shutdown } from './lifecycle/shutdown.ts';
import { RememberedPlugins } from './operations/remembered-plugins.ts';
import { StoreRecovery, type StoreRecoveryOptions } from './operations/store-recovery.ts';
import { StoreWatch } from './operations/store-watch.ts';
import type { HostCondition } from './protocol/host-condition.ts';

/** The parts of a host that are for the time when something is wrong. */
export interface HostResilience {
  readonly crashRecord: CrashRecord;
  readonly safeMode: SafeMode;
  readonly shutdown: Shutdown;
  /** The stores of the host, of which calls that fail are heard, and whose plugins are remembered. */
  readonly stores: PluginStores;
  readonly remembered: RememberedPlugins;
  readonly storeWatch: StoreWatch;
}

/** Puts those parts together. */
export function hostResilience(options: ResolvedHostOptions): HostResilience {
  const { pluginsDir, clock, logger, stores } = options;
  const fileOf = (name: string, purpose: string): StateFile =>
    new StateFile({ file: path.join(pluginsDir, name), logger, purpose });
  const crashes = fileOf('.crashes.json', 'which plugin kills the process is not remembered');
  const known = fileOf('.known-plugins.json', 'a start without the store would not know what is wanted');
  // of whom there is no record: nothing costs a store less
  const ask = (): Promise<unknown> => stores.plugins.get(hostItself);
  const storeWatch = new StoreWatch({ ask, quietMs: options.storeCheckMs, clock, logger });
  const remembered = new RememberedPlugins({ store: storeWatch.watched(stores.plugins), file: known });
  return {
    crashRecord: new CrashRecord({ file: crashes, clock, self: processIdentity() }),
    safeMode: new SafeMode(options.safeMode),
    shutdown: new Shutdown(options),
    storeWatch,
    remembered,
    stores: {
      ...stores,
      plugins: remembered,
      documents: storeWatch.watched(stores.documents),
      collections: storeWatch.watched(stores.collections),
      transactions: storeWatch.watched(stores.transactions),
      audit: storeWatch.watched(stores.audit),
    },
  };
}

/** What those parts say of the host as a whole. */
export function conditionOf({ shutdown, safeMode, storeWatch }: HostResilience): HostCondition {
  return { isStopping: shutdown.isStopping, safeMode: safeMode.describe(), store: storeWatch.condition };
}

/** Makes the host whole again each time when its stores are back. */
export function recoverStores(
  { storeWatch, remembered }: HostResilience,
  parts: Omit<StoreRecoveryOptions, 'remembered'>,
): void {
  const recovery = new StoreRecovery({ ...parts, remembered });
  storeWatch.onBack((since) => recovery.run(since));
}
