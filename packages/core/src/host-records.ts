import { EventBus } from './capabilities/events/event-bus.ts';
import type { ResolvedHostOptions } from './host-options.ts';
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
import { PluginMeters } from './operations/plugin-meters.ts';
import { ProcessFigures } from './operations/process-figures.ts';

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
  readonly figures: ProcessFigures;
  readonly metrics: MetricReports;
  /** To be called before any plugin code runs. */
  begin(): void;
  /** To be called when all generations are gone. */
  end(): Promise<void>;
  /** To be called when a plugin is gone. */
  forget(plugin: string): void;
}

/** Puts those parts together. */
export function hostRecords(
  options: ResolvedHostOptions,
  registry: PluginRegistry,
  redact: (plugin: string, text: string) => string,
): HostRecords {
  const { stores, clock, logger } = options;
  const meters = new PluginMeters(() => clock.now());
  const events = new LiveEvents(options.keptEvents, (err) =>
    logFailure(logger, { err }, 'a reader of the live events failed'),
  );
  const bus = new EventBus((event, err) => logFailure(logger, { event, err }, 'a listener of the host failed'));
  const announcer = new Announcer({ events, bus, clock });
  const operations = new OperationLog({
    clock,
    meters,
    onChange: (operation) => announcer.announceOperation(operation),
  });
  const trail = new AuditTrail({
    store: stores.plugins,
    log: stores.audit,
    clock,
    logger,
    onAnnounce(entry) {
      if (entry.type === 'plugin:crashed') meters.of(entry.plugin).count('crashes');
      announcer.announce(entry);
    },
  });
  const failures = new FailureRecorder({ journal: trail, clock, logger, redact });
  const denials = new DenialRecorder({ journal: trail, clock, meters });
  const crashes = new PluginCrashes({ registry, failures, logger, redact });
  const leaks = new LeakWatch({ ...options, journal: trail, attribution: crashes.attribution });
  const figures = new ProcessFigures();
  const metrics = new MetricReports({ meters, registry, clock, events, figures });
  const parts = {
    events,
    bus,
    announcer,
    operations,
    trail,
    failures,
    denials,
    crashes,
    leaks,
    meters,
    figures,
    metrics,
  };
  return { ...parts, ...lifeOf(parts) };
}

type Parts = Omit<HostRecords, 'begin' | 'end' | 'forget'>;

function lifeOf({
  crashes,
  leaks,
  figures,
  failures,
  denials,
  meters,
}: Parts): Pick<HostRecords, 'begin' | 'end' | 'forget'> {
  return {
    begin() {
      crashes.begin();
      leaks.start();
      figures.start();
    },
    async end() {
      await crashes.end();
      leaks.stop();
      figures.stop();
    },
    forget(plugin) {
      for (const part of [failures, denials, leaks, meters]) part.forget(plugin);
    },
  };
}
