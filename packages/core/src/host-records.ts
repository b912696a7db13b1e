import { EventBus } from './capabilities/events/event-bus.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import { hostStalls, type HostStalls } from './host-stalls.ts';
import { hostTasks } from './host-tasks.ts';
import { redactValue } from './errors/redact-value.ts';
import { CallTracer } from './scope/call-tracer.ts';
import type { Logger } from './ports/logger.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
import { hostItself } from './ports/audit-log.ts';
import type { CommandGiver } from './ports/audit-note.ts';
import { Announcer } from './operations/announcer.ts';
import { AuditRetention } from './operations/audit-retention.ts';
import { AuditTrail } from './operations/audit-trail.ts';
import { DenialRecorder } from './operations/denial-recorder.ts';
import { DropRecorder } from './operations/drop-recorder.ts';
import { FailureRecorder } from './operations/failure-recorder.ts';
import { HostAudit } from './operations/host-audit.ts';
import { LeakWatch } from './operations/leak-watch.ts';
import { LiveEvents } from './operations/live-events.ts';
import { logFailure } from './operations/log-failure.ts';
import { OperationLog } from './operations/operation-log.ts';
import { PluginCrashes } from './operations/plugin-crashes.ts';
import { MetricReports, type MetricReportsOptions } from './operations/metric-reports.ts';
import { PluginGuard } from './operations/plugin-guard.ts';
import { PluginLogs } from './operations/plugin-logs.ts';
import { PluginMeters } from './operations/plugin-meters.ts';
import { RepeatedEntries } from './operations/repeated-entries.ts';
import type { TaskCommands } from './operations/task-commands.ts';
import type { PluginState } from './protocol/plugin-state.ts';

/** The parts of a host that write down and tell what happens to plugins. */
export interface HostRecords {
  readonly events: LiveEvents;
  readonly bus: EventBus;
  readonly announcer: Announcer;
  readonly operations: OperationLog;
  readonly trail: AuditTrail;
  readonly audit: HostAudit;
  readonly retention: AuditRetention;
  /** Of entries that come again and again. */
  readonly repeated: RepeatedEntries;
  readonly failures: FailureRecorder;
  readonly denials: DenialRecorder;
  readonly drops: DropRecorder;
  readonly crashes: PluginCrashes;
  readonly leaks: LeakWatch;
  readonly meters: PluginMeters;
  readonly stalls: HostStalls;
  readonly tasks: TaskCommands;
  readonly metrics: MetricReports;
  /** Absent where the host has no tracer. */
  readonly tracer: CallTracer | undefined;
  readonly logs: PluginLogs;
  /** Writes down what failed in a plugin while nobody waited for it. */
  readonly onFailure: (plugin: string, label: string, error: unknown) => void;
  /** Hears of every new state of a plugin, after everybody else. */
  readonly onState: (listener: (plugin: string, state: PluginState) => void) => void;
  /** To be called before any plugin code runs. */
  begin(): void;
  /** To be called when the plugins were read, with how many there are. */
  started(plugins: number): void;
  /** To be called when all generations are gone. */
  end(): Promise<void>;
  /** Writes down what is left to be written when everything else has ended. */
  close(hasRun: boolean): Promise<void>;
  /** Writes down who had the diagnostics of a plugin, or of the host. */
  noteDiagnostics(plugin: string | undefined, by: CommandGiver): void;
  /** Lets go of what is kept of a plugin that is gone. */
  forget(plugin: string): void;
}

/** Puts those parts together. */
export function hostRecords(
  options: ResolvedHostOptions,
  registry: PluginRegistry,
  redact: (plugin: string, text: string) => string,
): HostRecords {
  const { stores, clock } = options;
  const logs: PluginLogs = new PluginLogs({
    ...options,
    redact,
    directories: (plugin) => registry.get(plugin)?.directories ?? [],
    isKnown: (plugin) => registry.get(plugin) !== undefined || registry.unusable().some(({ name }) => name === plugin),
    journal: () => trail,
  });
  const { logger } = logs;
  const meters = new PluginMeters(() => clock.now());
  const events = new LiveEvents(options.keptEvents, (err) =>
    logFailure(logger, { err }, 'a reader of the live events failed'),
  );
  const bus = new EventBus((event, err) => logFailure(logger, { event, err }, 'a listener of the host failed'));
  const announcer = new Announcer({ events, bus, clock });
  let stateListener: (plugin: string, state: PluginState) => void = () => undefined;
  const onState: HostRecords['onState'] = (listener) => void (stateListener = listener);
  const trail = new AuditTrail({
    store: stores.plugins,
    log: stores.audit,
    clock,
    logger,
    redact,
    onAnnounce(entry) {
      if (entry.type === 'plugin:crashed') meters.of(entry.plugin).count('crashes');
      announcer.announce(entry);
      if (entry.type === 'plugin:state') stateListener(entry.plugin, entry.data?.['state'] as PluginState);
    },
  });
  trail.onWritten((entries) => announcer.announceAudit(entries));
  const tracer = callTracer(options, { redact, logger });
  const operations = new OperationLog({
    clock,
    meters,
    tracer,
    journal: trail,
    onChange: (operation) => {
      announcer.announceOperation(operation);
      if (operation.phase === 'ended') logs.noteOperation(operation);
    },
  });
  const written = writtenTo(trail, { ...options, logger, redact, meters });
  const { failures } = written;
  const crashes = new PluginCrashes({ registry, failures, logger, redact });
  const leaks = new LeakWatch({ ...options, logger, journal: trail, attribution: crashes.attribution });
  const metrics = metricReports(options, { meters, registry, events, logger, trail });
  const stalls = hostStalls(options, registry, { crashes, trail, logger, meters });
  const tasks = hostTasks(options, { registry, redact, announcer, trail });
  const told = { ...written, events, bus, announcer, operations, logs };
  const onFailure = failures.record.bind(failures);
  const parts = { ...told, tracer, crashes, leaks, meters, metrics, tasks, stalls, onFailure, onState };
  const { denials } = written;
  const guard = new PluginGuard({ guard: options.guard, attribution: crashes.attribution, denials, logger });
  return { ...parts, ...lifeOf(parts, guard) };
}

interface TracedParts {
  readonly redact: (plugin: string, text: string) => string;
  readonly logger: Logger;
}

function callTracer({ tracer }: ResolvedHostOptions, { redact, logger }: TracedParts): CallTracer | undefined {
  if (!tracer) return undefined;
  return new CallTracer({
    tracer,
    redact: (plugin, thrown) => redactValue(thrown, (text) => redact(plugin, text)),
    onFailure: (err) => logFailure(logger, { err }, 'the tracer failed'),
  });
}

type CountedParts = Pick<MetricReportsOptions, 'meters' | 'registry' | 'events' | 'logger' | 'trail'>;

function metricReports({ clock, metricsStore, metrics }: ResolvedHostOptions, parts: CountedParts): MetricReports {
  return new MetricReports({ ...parts, clock, store: metricsStore, schedule: metrics });
}

type WrittenOptions = Pick<ResolvedHostOptions, 'stores' | 'clock' | 'logger' | 'auditLimits'> & {
  readonly redact: (plugin: string, text: string) => string;
  readonly meters: PluginMeters;
};

/** What has entries written to the audit log, and who looks after it. */
function writtenTo(
  trail: AuditTrail,
  { stores, redact, meters, ...options }: WrittenOptions,
): Pick<HostRecords, 'trail' | 'repeated' | 'failures' | 'denials' | 'drops' | 'audit' | 'retention'> {
  const { clock, logger } = options;
  const repeated = new RepeatedEntries({ journal: trail, clock });
  return {
    trail,
    repeated,
    failures: new FailureRecorder({ entries: repeated, logger, redact }),
    denials: new DenialRecorder({ entries: repeated, meters }),
    drops: new DropRecorder({ entries: repeated, meters, logger }),
    audit: new HostAudit({ trail, repeated, log: stores.audit, clock }),
    retention: new AuditRetention({ ...options, log: stores.audit, trail }),
  };
}

/** How long the end of a host waits for what is still to be written down, in milliseconds. */
const writeLimitMs = 2_000;

type Life = Pick<HostRecords, 'begin' | 'started' | 'end' | 'close' | 'noteDiagnostics' | 'forget'>;

function lifeOf(parts: Omit<HostRecords, keyof Life>, guard: PluginGuard): Life {
  const { crashes, leaks, metrics, logs, failures, repeated, retention, trail, tasks, stalls } = parts;
  return {
    begin() {
      crashes.begin();
      guard.start();
      leaks.start();
      metrics.start();
    },
    started(plugins) {
      retention.start();
      trail.note({ plugin: hostItself, type: 'host:started', actor: 'system', data: { plugins } });
    },
    async end() {
      guard.stop();
      await crashes.end();
      await stalls.end();
      leaks.stop();
      await metrics.stop();
      logs.close();
    },
    async close(hasRun) {
      repeated.close();
      if (hasRun) trail.note({ plugin: hostItself, type: 'host:stopped', actor: 'system' });
      await trail.close(retention.stop(), writeLimitMs);
    },
    noteDiagnostics(plugin = hostItself, by) {
      trail.note({ plugin, type: 'plugin:diagnostics', ...by });
    },
    forget(plugin) {
      for (const part of [failures, repeated, leaks, metrics, logs, tasks, stalls.recorder]) part.forget(plugin);
    },
  };
}
