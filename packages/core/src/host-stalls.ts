import type { ResolvedHostOptions } from './host-options.ts';
import type { Quarantine } from './lifecycle/failure-recovery.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
import type { AuditTrail } from './operations/audit-trail.ts';
import type { PluginCrashes } from './operations/plugin-crashes.ts';
import type { PluginMeters } from './operations/plugin-meters.ts';
import { PluginStalls } from './operations/plugin-stalls.ts';
import { StallRecorder } from './operations/stall-recorder.ts';
import { StalledRelease } from './operations/stalled-release.ts';
import type { Logger } from './ports/logger.ts';
import type { PluginRecord } from './ports/plugin-store.ts';
import type { StallWatchAccess } from './runtimes/stall-watch-access.ts';

/** What a host does about plugins that block the event loop. */
export interface HostStalls {
  /** How often that happened, for each plugin. */
  readonly recorder: StallRecorder;
  /** Absent when nobody watches. */
  readonly access: StallWatchAccess | undefined;
  /** Starts to watch, and takes in the plugins meanwhile: those that the last process did not survive stay down. */
  during(takeIn: () => Promise<void>): Promise<void>;
  /** The quarantine that a plugin is in for what it did to the last process. */
  quarantineOf(record: PluginRecord): Quarantine | undefined;
  end(): Promise<void>;
}

export interface HostStallsParts {
  readonly crashes: PluginCrashes;
  readonly trail: AuditTrail;
  readonly logger: Logger;
  readonly meters: PluginMeters;
}

/** Puts those parts together. */
export function hostStalls(options: ResolvedHostOptions, registry: PluginRegistry, parts: HostStallsParts): HostStalls {
  const { stallWatch, clock } = options;
  const { crashes, trail: journal, logger, meters } = parts;
  const recorder = new StallRecorder({ journal, clock, logger, meters });
  if (!stallWatch) return { ...nobodyWatches, recorder };
  const { file } = stallWatch;
  const stalls = new PluginStalls({ ...stallWatch, registry, logger, crashes, recorder });
  const release = new StalledRelease({ file, journal, logger });
  return {
    recorder,
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

const nobodyWatches: Omit<HostStalls, 'recorder'> = {
  access: undefined,
  during: (takeIn) => takeIn(),
  quarantineOf: () => undefined,
  end: async () => undefined,
};
