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
import { PluginMeters } from './operations/plugin-meters.ts';
import type { PluginState } from './protocol/plugin-state.ts';

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
}

/** Puts those parts together. */
export function hostRecords(
  options: ResolvedHostOptions,
  registry: PluginRegistry,
  redact: (plugin: string, text: string) => string,
): HostRecords {
  const { stores, clock, logger } = options;
  const events = new LiveEvents(options.keptEvents, (err) =>
    logFailure(logger, { err }, 'a reader of the live events failed'),
  );
  const bus = new EventBus((event, err) => logFailure(logger, { event, err }, 'a listener of the host failed'));
  const announcer = new Announcer({ events, bus, clock });
  const operations = new OperationLog({ clock, onChange: (operation) => announcer.announceOperation(operation) });
  let stateListener: (plugin: string, state: PluginState) => void = () => undefined;
  const onState: HostRecords['onState'] = (listener) => void (stateListener = listener);
  const trail = new AuditTrail({
    store: stores.plugins,
    log: stores.audit,
    clock,
    logger,
    onAnnounce: (entry) => {
      announcer.announce(entry);
      if (entry.type === 'plugin:state') stateListener(entry.plugin, entry.data?.['state'] as PluginState);
    },
  });
  const failures = new FailureRecorder({ journal: trail, clock, logger, redact });
  const denials = new DenialRecorder({ journal: trail, clock });
  const crashes = new PluginCrashes({ registry, failures, logger, redact });
  const leaks = new LeakWatch({ ...options, journal: trail, attribution: crashes.attribution });
  const meters = new PluginMeters();
  const onFailure = failures.record.bind(failures);
  return { events, bus, announcer, operations, trail, failures, denials, crashes, leaks, meters, onFailure, onState };
}
