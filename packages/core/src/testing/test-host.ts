import { createCronScheduler } from '../capabilities/tasks/cron-scheduler.ts';
import { createPluginHost } from '../host.ts';
import type { PluginHostOptions } from '../host-options.ts';
import type { PluginStores } from '../plugin-stores.ts';
import type { PluginHost } from '../plugin-host.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import { createMemoryHttpGateway, type MemoryHttpGateway } from '../stores/memory/memory-http-gateway.ts';
import { createMemoryScheduler, type MemoryScheduler } from '../stores/memory/memory-scheduler.ts';
import { createMemorySocketGateway, type MemorySocketGateway } from '../stores/memory/memory-socket-gateway.ts';
import { createMemoryStores } from '../stores/memory/memory-stores.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { createMemoryLogger, type MemoryLogger } from './memory-logger.ts';
import { createPluginsFolder, type PluginFiles, type PluginsFolder } from './plugin-folder.ts';

/** A host on memory ports with real plugin folders, and a clock and a scheduler that tests move by hand. */
export interface TestHost extends AsyncDisposable {
  readonly host: PluginHost;
  readonly folder: PluginsFolder;
  readonly http: MemoryHttpGateway;
  readonly sockets: MemorySocketGateway;
  readonly scheduler: MemoryScheduler;
  readonly clock: ManualClock;
  readonly logger: MemoryLogger;
  readonly stores: PluginStores;
  /** Stops the host and throws unless nothing of any plugin is left. */
  expectNothingLeft(): Promise<void>;
}

export interface TestHostOptions extends Partial<PluginHostOptions> {
  /** Plugin folders to write, by name. */
  readonly plugins?: Readonly<Record<string, PluginFiles>>;
  /** A folder that is there already, for a second host on it. */
  readonly folder?: PluginsFolder;
  /** Whether the host is started; default `true`. */
  readonly start?: boolean;
  /** Whether tasks also tick by their expressions as `clock` goes on; default `false`: only `scheduler.tick` ticks them. */
  readonly tickByClock?: boolean;
}

/** Copies on the disk, checks and questions by the clock, a thread for each host and a timer of days are a matter of few tests. */
const quiet = {
  metrics: false,
  releases: false,
  health: false,
  storeCheckMs: false,
  audit: { keepDays: false },
  stallWatch: false,
} as const;

/** Makes a host for one test and starts it. */
export async function createTestHost({
  plugins,
  folder: given,
  start = true,
  tickByClock = false,
  ...options
}: TestHostOptions = {}): Promise<TestHost> {
  const folder = given ?? (await createPluginsFolder(plugins));
  const http = createMemoryHttpGateway();
  const sockets = createMemorySocketGateway();
  const clock = createManualClock();
  const cron = createCronScheduler(clock);
  const scheduler = createMemoryScheduler(cron, clock);
  const logger = createMemoryLogger();
  const stores = options.stores ?? createMemoryStores();
  const pluginsDir = folder.directory;
  const host = createPluginHost({
    ...quiet,
    pluginsDir,
    scheduler: tickByClock ? tickedByBoth(scheduler, cron) : scheduler,
    clock,
    logger,
    stores,
    ...options,
  });
  host.attach({ http, sockets });
  if (start) await host.start();
  // what was written down is stored, so that no timer of the audit log is in the way of a test's own
  if (start) await host.audit({ limit: 1 }).catch(() => undefined);
  return {
    host,
    folder,
    http,
    sockets,
    scheduler,
    clock,
    logger,
    stores,
    async expectNothingLeft() {
      await host.stop();
      const left = {
        ...host.inspect(),
        mounts: http.mounted().length,
        socketHandlers: sockets.handlerCount(),
        jobs: scheduler.jobs().length,
        timers: clock.pending(),
      };
      const kept = Object.entries(left).filter(([, count]) => count > 0);
      if (kept.length > 0)
        throw new Error(`something is left: ${kept.map(([what, count]) => `${count} ${what}`).join(', ')}`);
    },
    async [Symbol.asyncDispose]() {
      await host.stop();
      if (!given) await folder[Symbol.asyncDispose]();
    },
  };
}

function tickedByBoth(scheduler: MemoryScheduler, cron: Scheduler): Scheduler {
  return {
    ...scheduler,
    schedule(job) {
      const stops = [scheduler.schedule(job), cron.schedule(job)];
      return () => stops.forEach((stop) => stop());
    },
  };
}
