import { EventBus } from './capabilities/events/event-bus.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import { hostStalls, type HostStalls } from './host-stalls.ts';
import { hostTasks } from './host-tasks.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
import { Announcer } from './operations/announcer.ts';
import { AuditTrail } from './operations/audit-trail.ts';
import { DenialRecorder } from './operations/denial-recorder.ts';
import { FailureRecorder } from './operations/failure-recorder.ts';
import { LeakWatch } from './operations/leak-watch.ts';
import { LiveEvents } from './operations/live-events.ts';
import { logFailure } from './operations/log-failure.ts';
import { OperationLog } from './operations/operation-log.ts';
import { PluginCrashes } from './operations/plugin-crashes.ts';
import { MetricReports } from './operations/metric-reports.ts';
import { PluginLogs } from './operations/plugin-logs.ts';
import { PluginMeters } from './operations/plugin-meters.ts';
import type { PluginState } from './protocol/plugin-state.ts';
import type { TaskCommands } from './operations/task-commands.ts';

/** The parts of a host that write down and tell what happens to plugins. */
export interface HostRecords {
  readonly events: LiveEvents;
  readonly bus: EventBus;
  readonly announcer: Announcer;
  readonly operations: OperationLog;
  readonly trail: AuditTrail;
  readonly failures: FailureRecorder;
  readonly denials: DenialRecorder;
  readonly crashes: PluginCrashes;
  readonly leaks: LeakWatch;
  readonly meters: PluginMeters;
  /** Writes down what failed in a plugin while nobody waited for it. */
  readonly onFailure: (plugin: string, label: string, error: unknown) => void;
  /** Hears of every new state of a plugin, after everybody else. */
  readonly onState: (listener: (plugin: string, state: PluginState) => void) => void;
  readonly stalls: HostStalls;
  readonly tasks: TaskCommands;
  readonly metrics: MetricReports;
  readonly logs: PluginLogs;
  /** To be called before any plugin code runs. */
  begin(): void;
  /** To be called when all generations are gone. */
  end(): Promise<void>;
  /** Writes down who had the diagnostics of a plugin, or of the host. */
  noteDiagnostics(plugin: string | undefined, actor: string): void;
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
  const operations = new OperationLog({
    clock,
    meters,
    onChange: (operation) => {
      announcer.announceOperation(operation);
      if (operation.phase === 'ended') logs.noteOperation(operation);
    },
  });
  const trail = new AuditTrail({
    store: stores.plugins,
    log: stores.audit,
    clock,
    logger,
    onAnnounce(entry) {
      if (entry.type === 'plugin:crashed') meters.of(entry.plugin).count('crashes');
      announcer.announce(entry);
      if (entry.type === 'plugin:state') stateListener(entry.plugin, entry.data?.['state'] as PluginState);
    },
  });
  const failures = new FailureRecorder({ journal: trail, clock, logger, redact });
  const denials = new DenialRecorder({ journal: trail, clock, meters });
  const crashes = new PluginCrashes({ registry, failures, logger, redact });
  const leaks = new LeakWatch({ ...options, logger, journal: trail, attribution: crashes.attribution });
  const metrics = new MetricReports({ meters, registry, clock, events });
  const stalls = hostStalls(options, registry, { crashes, trail, logger });
  const tasks = hostTasks(options, { registry, redact, announcer, trail });
  const told = { events, bus, announcer, operations, trail, logs };
  const parts = { ...told, failures, denials, crashes, leaks, meters, metrics, tasks, stalls };
  const onFailure = failures.record.bind(failures);
  return { ...parts, ...lifeOf(parts), onFailure, onState };
}

type Life = Pick<HostRecords, 'begin' | 'end' | 'noteDiagnostics' | 'forget'>;
type RecordParts = Omit<HostRecords, keyof Life | 'onFailure' | 'onState'>;

function lifeOf(parts: RecordParts): Life {
  const { trail, crashes, leaks, metrics, logs, failures, denials, meters, tasks, stalls } = parts;
  return {
    begin() {
      crashes.begin();
      leaks.start();
      metrics.start();
    },
    async end() {
      await crashes.end();
      await stalls.end();
      leaks.stop();
      metrics.stop();
      logs.close();
    },
    noteDiagnostics(plugin = '-', actor) {
      trail.note({ plugin, type: 'plugin:diagnostics', actor });
    },
    forget(plugin) {
      for (const part of [failures, denials, leaks, meters, logs, tasks, stalls.recorder]) part.forget(plugin);
    },
  };
}
