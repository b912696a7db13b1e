import type { ResolvedHostOptions } from './host-options.ts';
import type { HostRecords } from './host-records.ts';
import type { Quarantine } from './lifecycle/failure-recovery.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
import { PluginStalls } from './operations/plugin-stalls.ts';
import { StalledRelease } from './operations/stalled-release.ts';
import type { PluginRecord } from './ports/plugin-store.ts';
import type { StallWatchAccess } from './runtimes/stall-watch-access.ts';

/** What a host does about plugins that block the event loop. */
export interface HostStalls {
  /** Absent when nobody watches. */
  readonly access: StallWatchAccess | undefined;
  /** Starts to watch, and takes in the plugins meanwhile: those that the last process did not survive stay down. */
  during(takeIn: () => Promise<void>): Promise<void>;
  /** The quarantine that a plugin is in for what it did to the last process. */
  quarantineOf(record: PluginRecord): Quarantine | undefined;
  end(): Promise<void>;
}

/** Puts those parts together. */
export function hostStalls(options: ResolvedHostOptions, registry: PluginRegistry, records: HostRecords): HostStalls {
  const { stallWatch, logger } = options;
  if (!stallWatch) return nobodyWatches;
  const { file } = stallWatch;
  const { crashes, stalls: recorder, trail: journal } = records;
  const stalls = new PluginStalls({ ...stallWatch, registry, logger, crashes, recorder });
  const release = new StalledRelease({ file, journal, logger });
  return {
    access: stalls.access,
    async during(takeIn) {
      await release.read();
      stalls.start();
      await takeIn();
      void release.forget();
    },
    quarantineOf: (record) => release.quarantineOf(record),
    end: () => stalls.stop(),
  };
}

const nobodyWatches: HostStalls = {
  access: undefined,
  during: (takeIn) => takeIn(),
  quarantineOf: () => undefined,
  end: async () => undefined,
};
