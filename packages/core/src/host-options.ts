import path from 'node:path';
import { pino } from 'pino';
import semver from 'semver';
import { auditLimitsOf, type AuditOptions } from './audit-options.ts';
import { requestUserAccess, type UserAccess } from './capabilities/access/access.ts';
import type { DatabaseAccess, DatabaseOptions } from './capabilities/database/database-access.ts';
import { createCronScheduler } from './capabilities/tasks/cron-scheduler.ts';
import { resolveContainment, type ContainmentOptions, type ResolvedContainment } from './containment-options.ts';
import { SecretKeyFile } from './discovery/secret-key-file.ts';
import { DiskReleaseArchive } from './discovery/disk-release-archive.ts';
import type { CrashLimit } from './lifecycle/crash-budget.ts';
import type { Environment } from './manifest/environment-overrides.ts';
import { assertMilliseconds, invalid } from './option-checks.ts';
import { resolveHealth, type HealthOptions } from './health-options.ts';
import type { HealthSettings } from './operations/health-monitor.ts';
import type { AuditLimits } from './operations/audit-retention.ts';
import type { KeptLogs } from './operations/plugin-logs.ts';
import type { MetricsSchedule } from './operations/metric-recorder.ts';
import { consentRules, type ConsentRule } from './operations/plugin-consent.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import type { PluginStores } from './plugin-stores.ts';
import { resolveMetrics, type MetricsOptions } from './metrics-options.ts';
import type { Logger } from './ports/logger.ts';
import type { MetricsStore } from './ports/metrics-store.ts';
import type { ReleaseArchive } from './ports/release-archive.ts';
import type { Scheduler } from './ports/scheduler.ts';
import type { Tracer } from './ports/tracer.ts';
import { givenSecretKeys, type SecretKeys } from './ports/secret-keys.ts';
import { safeModeOf, storeCheckOf, type ResilienceOptions } from './resilience-options.ts';
import { createModuleRuntime } from './runtimes/module/module-runtime.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { MemoryMetricsStore } from './stores/memory/memory-metrics-store.ts';
import { MemoryReleaseArchive } from './stores/memory/memory-release-archive.ts';
import { createMemoryStores } from './stores/memory/memory-stores.ts';

/** What a host application decides; everything but the folder has a default. */
export interface PluginHostOptions extends ContainmentOptions, ResilienceOptions, AuditOptions {
  /** The folder whose subfolders are plugins. */
  readonly pluginsDir: string;
  /** Default: memory, so nothing survives a restart; see `@catalyst-plugins/prisma`. */
  readonly stores?: PluginStores;
  /** What plugins get as `ctx.db` as far as their permissions allow, for example a Prisma client. */
  readonly db?: object;
  /** Further names of models for plugins, for example `{ servers: 'server' }`. */
  readonly modelAliases?: Readonly<Record<string, string>>;
  /** Fields and rows that plugins see of a model, by the Prisma client's name of it; default: all that their permissions open. */
  readonly dbAccess?: DatabaseAccess;
  /** Who the users behind requests are; default: `request.user` as `{ id, permissions }`. */
  readonly users?: UserAccess;
  /** A pino logger, or one like it; default: pino on standard output at `info`. */
  readonly logger?: Logger;
  /** What `catalystVersion` of manifests is checked against; default `1.0.0`. */
  readonly hostVersion?: string;
  /** Reload plugins when their files change; default `false`. */
  readonly watch?:
    | boolean
    | {
        /** Looks at the file system from time to time instead of listening; for network and container mounts. */
        readonly polling?: boolean;
        /** How long the code of a plugin must stay the same before it is reloaded, in milliseconds; default 20. */
        readonly settleMs?: number;
      };
  /**
   * Whose timers, servers, watchers, workers and listeners are closed when a plugin forgets to: those that its own
   * files open, or also those of packages that it uses, which costs every request. Default `everything` while
   * `watch` is on, else `own-code`.
   */
  readonly trackResources?: 'own-code' | 'everything';
  /** How long calls in flight may take to end when a generation goes, in milliseconds; default 60,000. */
  readonly drainMs?: number;
  /** When a plugin that crashes is quarantined; default 3 `crashes` within 600,000 ms. */
  readonly crashBudget?: Partial<CrashLimit>;
  /** How often plugins are looked at, and what it takes to be well or ill; `false`: only when somebody asks. */
  readonly health?: false | HealthOptions;
  /** How long `start` waits for plugins to come up before they go on in the background, in milliseconds; default 5,000. */
  readonly startWaitMs?: number;
  /** Whether a plugin that was never seen before is enabled; default `true`. */
  readonly enableNewPlugins?: boolean;
  /**
   * When an administrator is asked about the permissions of plugins: default `updates`, when a release asks for more than
   * was decided about; `always`, before a new plugin comes up too; `never`, everything that is asked for is granted.
   */
  readonly consent?: ConsentRule;
  /** Copies of the releases that were live, for rollbacks after a restart; `false` keeps them in memory only. */
  readonly releases?:
    | false
    | {
        /** Where the copies lie; default `.releases` in the plugins folder. */
        readonly directory?: string;
        /** How many releases of each plugin are kept, the present one included; default 5, at least 2. */
        readonly keep?: number;
      };
  readonly storage?: {
    /** Largest JSON text of one stored value or document, in bytes; default 1 MiB. */
    readonly maxValueBytes?: number;
    /**
     * What values that are read from memory may take, in bytes; default 16 MiB. 0 reads them from the store each time,
     * which is needed where several hosts, or other programs, write to one store.
     */
    readonly cacheBytes?: number;
  };
  /**
   * What secrets in settings are encrypted with in the store: texts of 16 characters or more. The first encrypts, all
   * decrypt. Default: the variable `CATALYST_SECRET_KEY`, else a random key in `.secret-key` in the plugins folder.
   */
  readonly secretKey?: string | readonly string[];
  /** Variables that decide settings, `CATALYST_CONFIG__<PLUGIN>__<KEY>`; default `process.env`. */
  readonly env?: Environment;
  /** What `ctx.emitTyped` does with data that does not fit its declaration; default `throw`. */
  readonly eventMismatch?: 'throw' | 'warn';
  /** How much of the log is kept in memory of each plugin; the oldest lines make room. */
  readonly logs?: {
    /** Default 1,000, at most 100,000. */
    readonly lines?: number;
    /** Default 1 MiB. */
    readonly bytes?: number;
  };
  /** Where `sharedPackages` resolve from; default: the working directory. */
  readonly hostDirectory?: string;
  /** Packages that plugins share with the host instead of bringing their own. */
  readonly sharedPackages?: readonly string[];
  /** Further kinds of runtimes, or another for `module`. */
  readonly runtimes?: readonly Runtime[];
  /** Default: cron expressions on `clock`. */
  readonly scheduler?: Scheduler;
  readonly clock?: Clock;
  /** Rows of what was counted, for series over time; `false` keeps none. Counting itself goes on. */
  readonly metrics?: false | MetricsOptions;
  /** A tracer of `@opentelemetry/api`, for spans of what plugins do; default: none. */
  readonly tracer?: Tracer;
}

/** The options with every default in its place. */
export interface ResolvedHostOptions extends ResolvedContainment {
  readonly pluginsDir: string;
  readonly stores: PluginStores;
  readonly database: DatabaseOptions;
  readonly users: UserAccess;
  readonly logger: Logger;
  readonly hostVersion: string;
  readonly watch: { readonly polling: boolean; readonly settleMs: number } | undefined;
  readonly trackResources: 'own-code' | 'everything';
  readonly drainMs: number;
  readonly crashLimit: CrashLimit;
  readonly health: HealthSettings;
  readonly startWaitMs: number;
  readonly shutdownMs: number;
  readonly safeMode: boolean | readonly string[];
  /** After how long without an answer the store is asked something; `undefined`: never. */
  readonly storeCheckMs: number | undefined;
  readonly auditLimits: AuditLimits;
  readonly enableNewPlugins: boolean;
  readonly consent: ConsentRule;
  readonly maxValueBytes: number;
  readonly cacheBytes: number;
  readonly archive: ReleaseArchive;
  /** How many releases of each plugin the archive keeps. */
  readonly keptReleases: number;
  readonly secretKeys: SecretKeys;
  readonly environment: Environment;
  readonly eventMismatch: 'throw' | 'warn';
  readonly runtimes: readonly Runtime[];
  readonly scheduler: Scheduler;
  readonly metricsStore: MetricsStore;
  readonly metrics: MetricsSchedule | undefined;
  readonly tracer: Tracer | undefined;
  readonly clock: Clock;
  readonly keptLogs: KeptLogs;
  /** How many lifecycle events are kept for readers who come back. */
  readonly keptEvents: number;
}

/** Checks the options and fills in the defaults. Throws `OPTIONS_INVALID`. */
export function resolveHostOptions(options: PluginHostOptions): ResolvedHostOptions {
  const { hostVersion = '1.0.0', drainMs = 60_000, startWaitMs = 5_000, shutdownMs = 25_000 } = options;
  const environment = options.env ?? process.env;
  checkOptions({ pluginsDir: options.pluginsDir, hostVersion }, { drainMs, startWaitMs, shutdownMs });
  return {
    ...resolveParts(options),
    pluginsDir: path.resolve(options.pluginsDir),
    database: resolveDatabase(options),
    users: options.users ?? requestUserAccess,
    hostVersion,
    ...resolveWatching(options),
    drainMs,
    ...resolveContainment(options),
    crashLimit: resolveCrashLimit(options.crashBudget),
    health: resolveHealth(options.health),
    metrics: resolveMetrics(options.metrics),
    tracer: options.tracer,
    startWaitMs,
    shutdownMs,
    safeMode: safeModeOf(options, environment),
    storeCheckMs: storeCheckOf(options, options.stores !== undefined),
    auditLimits: auditLimitsOf(options),
    enableNewPlugins: options.enableNewPlugins ?? true,
    consent: resolveConsent(options.consent),
    ...resolveReleases(options, hostVersion),
    environment,
    secretKeys: resolveSecretKeys(options),
    eventMismatch: options.eventMismatch ?? 'throw',
    ...resolveStorage(options),
    keptLogs: resolveLogs(options.logs),
    keptEvents: 1_000,
  };
}

function resolveDatabase({ db, modelAliases = {}, dbAccess = {} }: PluginHostOptions): DatabaseOptions {
  return { db, aliases: modelAliases, access: dbAccess };
}

type HostParts = Pick<ResolvedHostOptions, 'stores' | 'metricsStore' | 'logger' | 'runtimes' | 'scheduler' | 'clock'>;

function resolveParts(options: PluginHostOptions): HostParts {
  const logger = options.logger ?? (pino() as Logger);
  const stores: PluginStores = options.stores ?? createMemoryStores();
  const clock = options.clock ?? systemClock;
  return {
    stores,
    metricsStore: stores.metrics ?? new MemoryMetricsStore(),
    logger,
    runtimes: [moduleRuntime(options, logger), ...(options.runtimes ?? [])],
    scheduler: options.scheduler ?? createCronScheduler(clock),
    clock,
  };
}

function checkOptions(
  { pluginsDir, hostVersion }: { pluginsDir: unknown; hostVersion: string },
  waits: Readonly<Record<string, number>>,
): void {
  if (typeof pluginsDir !== 'string' || pluginsDir === '') throw invalid('pluginsDir', 'expected the path of a folder');
  if (semver.valid(hostVersion) === null) throw invalid('hostVersion', `"${hostVersion}" is not a semantic version`);
  for (const [option, value] of Object.entries(waits)) assertMilliseconds(option, value);
}

/** Plugins that import this package get the running instance, so that a type or an error is the same on both sides. */
function moduleRuntime({ sharedPackages, hostDirectory }: PluginHostOptions, logger: Logger): Runtime {
  const providedModules = { '@catalyst-plugins/core': () => import('./index.ts') };
  const onLeak = (plugin: string, message: string): void => logger.warn({ plugin }, message);
  return createModuleRuntime({ sharedPackages, hostDirectory, providedModules, onLeak });
}

/** A reload comes after two seconds of changes at the latest, so waiting longer for them to end would be in vain. */
const longestSettleMs = 1_000;

function resolveCrashLimit({ crashes = 3, withinMs = 600_000 }: Partial<CrashLimit> = {}): CrashLimit {
  if (!Number.isInteger(crashes) || crashes < 1) throw invalid('crashBudget.crashes', 'expected a whole number from 1');
  assertMilliseconds('crashBudget.withinMs', withinMs);
  return { crashes, withinMs };
}

function resolveConsent(rule: ConsentRule = 'updates'): ConsentRule {
  if (consentRules.includes(rule)) return rule;
  throw invalid('consent', `expected one of ${consentRules.join(', ')}`);
}

function resolveReleases(
  { pluginsDir, releases = {} }: PluginHostOptions,
  hostVersion: string,
): Pick<ResolvedHostOptions, 'archive' | 'keptReleases'> {
  const { directory = path.join(pluginsDir, '.releases'), keep = 5 } = releases === false ? {} : releases;
  if (!Number.isInteger(keep) || keep < 2) throw invalid('releases.keep', 'expected a whole number, 2 at least');
  const archive =
    releases === false
      ? new MemoryReleaseArchive(keep)
      : new DiskReleaseArchive({ directory: path.resolve(directory), bound: keep, hostVersion });
  return { archive, keptReleases: keep };
}

function resolveStorage({
  storage = {},
}: PluginHostOptions): Pick<ResolvedHostOptions, 'maxValueBytes' | 'cacheBytes'> {
  const { maxValueBytes = 1024 * 1024, cacheBytes = 16 * 1024 * 1024 } = storage;
  if (Number.isInteger(cacheBytes) && cacheBytes >= 0) return { maxValueBytes, cacheBytes };
  throw invalid('storage.cacheBytes', 'expected a whole number of bytes');
}

function resolveLogs({ lines = 1_000, bytes = 1024 * 1024 }: PluginHostOptions['logs'] = {}): KeptLogs {
  if (!Number.isInteger(lines) || lines < 1 || lines > 100_000)
    throw invalid('logs.lines', 'expected a whole number, 1 to 100,000');
  if (!Number.isInteger(bytes) || bytes < 1) throw invalid('logs.bytes', 'expected a whole number of bytes');
  return { lines, bytes };
}

function resolveSecretKeys({ secretKey, env = process.env, pluginsDir }: PluginHostOptions): SecretKeys {
  const given = secretKey ?? env['CATALYST_SECRET_KEY'];
  if (given === undefined) return new SecretKeyFile(path.resolve(pluginsDir, '.secret-key'));
  const [first, ...others] = typeof given === 'string' ? [given] : given;
  if (first === undefined || [first, ...others].some((key) => typeof key !== 'string' || key.length < 16))
    throw invalid(secretKey === undefined ? 'CATALYST_SECRET_KEY' : 'secretKey', 'expected 16 characters or more');
  return givenSecretKeys([first, ...others]);
}

function resolveWatching({
  watch = false,
  trackResources = watch ? 'everything' : 'own-code',
}: PluginHostOptions): Pick<ResolvedHostOptions, 'watch' | 'trackResources'> {
  if (watch === false) return { watch: undefined, trackResources };
  const { polling = false, settleMs = 20 } = watch === true ? {} : watch;
  if (!(settleMs >= 1 && settleMs <= longestSettleMs))
    throw invalid('watch.settleMs', `expected milliseconds, 1 to ${longestSettleMs}`);
  return { watch: { polling, settleMs }, trackResources };
}
