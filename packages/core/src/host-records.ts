import { EventBus } from './capabilities/events/event-bus.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
import { hostItself } from './ports/audit-log.ts';
import { Announcer } from './operations/announcer.ts';
import { AuditRetention } from './operations/audit-retention.ts';
import { AuditTrail } from './operations/audit-trail.ts';
import { DenialRecorder } from './operations/denial-recorder.ts';
import { FailureRecorder } from './operations/failure-recorder.ts';
import { HostAudit } from './operations/host-audit.ts';
import { LeakWatch } from './operations/leak-watch.ts';
import { LiveEvents } from './operations/live-events.ts';
import { logFailure } from './operations/log-failure.ts';
import { OperationLog } from './operations/operation-log.ts';
import { PluginCrashes } from './operations/plugin-crashes.ts';
import { PluginLogs } from './operations/plugin-logs.ts';
import { PluginMeters } from './operations/plugin-meters.ts';
import { RepeatedEntries } from './operations/repeated-entries.ts';

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
  readonly crashes: PluginCrashes;
  readonly leaks: LeakWatch;
  readonly meters: PluginMeters;
  readonly logs: PluginLogs;
  /** Lets go of what is kept of a plugin that is gone. */
  readonly forget: (plugin: string) => void;
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
  const events = new LiveEvents(options.keptEvents, (err) =>
    logFailure(logger, { err }, 'a reader of the live events failed'),
  );
  const bus = new EventBus((event, err) => logFailure(logger, { event, err }, 'a listener of the host failed'));
  const announcer = new Announcer({ events, bus, clock });
  const trail = new AuditTrail({
    store: stores.plugins,
    log: stores.audit,
    clock,
    logger,
    redact,
    onAnnounce: (entry) => announcer.announce(entry),
  });
  const operations = new OperationLog({
    clock,
    journal: trail,
    onChange: (operation) => {
      announcer.announceOperation(operation);
      if (operation.phase === 'ended') logs.noteOperation(operation);
    },
  });
  const repeated = new RepeatedEntries({ journal: trail, clock });
  const failures = new FailureRecorder({ entries: repeated, logger, redact });
  const denials = new DenialRecorder(repeated);
  const crashes = new PluginCrashes({ registry, failures, logger, redact });
  const leaks = new LeakWatch({ ...options, logger, journal: trail, attribution: crashes.attribution });
  const retention = new AuditRetention({ ...options, logger, log: stores.audit, trail });
  const audit = new HostAudit({ trail, repeated, log: stores.audit, clock });
  const meters = new PluginMeters();
  const forget = (plugin: string): void => {
    for (const part of [failures, repeated, leaks, meters, logs]) part.forget(plugin);
  };
  const written = { trail, audit, retention, repeated, failures, denials };
  return { ...written, events, bus, announcer, operations, crashes, leaks, meters, logs, forget };
}

/** How long the end of a host waits for what is still to be written down, in milliseconds. */
const writeLimitMs = 2_000;

/** Writes down what is left to be written when everything else has ended. */
export async function closeRecords({ repeated, retention, trail }: HostRecords, hasRun: boolean): Promise<void> {
  repeated.close();
  if (hasRun) trail.note({ plugin: hostItself, type: 'host:stopped', actor: 'system' });
  await trail.close(retention.stop(), writeLimitMs);
}
