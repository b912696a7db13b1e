import type { ResolvedHostOptions } from './host-options.ts';
import type { HostRecords } from './host-records.ts';
import { conditionOf, type HostResilience } from './host-resilience.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
import { HealthKeeper } from './operations/health-keeper.ts';
import { HealthMonitor } from './operations/health-monitor.ts';
import type { HealthFigures } from './operations/health-of-plugin.ts';
import { HostHealthView } from './operations/host-health.ts';
import { HostPhase } from './operations/host-phase.ts';
import { OperationsReport } from './operations/operations-report.ts';
import type { PluginMeter } from './operations/plugin-meters.ts';
import type { AuditHealth } from './protocol/audit-health.ts';
import type { HostCondition } from './protocol/host-condition.ts';
import type { PluginHealthState } from './protocol/plugin-health.ts';
import type { PluginErrorGroup } from './protocol/plugin-log.ts';

/** The parts of a host that look after how plugins are. */
export interface HostHealthParts {
  readonly monitor: HealthMonitor;
  readonly phase: HostPhase;
  readonly view: HostHealthView;
  readonly report: OperationsReport;
  readonly condition: () => HostCondition;
  /** To be told that the host starts. */
  readonly begin: () => void;
}

/** Puts those parts together. */
export function hostHealth(
  options: ResolvedHostOptions,
  records: HostRecords,
  registry: PluginRegistry,
  resilience: HostResilience,
): HostHealthParts {
  const { safeMode, shutdown } = resilience;
  const { meters, logs, trail, crashes } = records;
  const monitor = new HealthMonitor({
    ...options,
    ...options.health,
    registry,
    journal: trail,
    keeper: new HealthKeeper({ ...options, store: options.stores.plugins }),
    figuresOf: (plugin) => figuresOf(meters.of(plugin)),
    lastErrorOf: (plugin) => lastError(logs.errors(plugin)),
  });
  records.onState((plugin, state) => monitor.stateChanged(plugin, state));
  const phase = new HostPhase(options.clock, () => shutdown.isStopping);
  const condition = (): HostCondition => conditionOf(resilience);
  const audit = (): AuditHealth => records.audit.health();
  const isTainted = (): boolean => crashes.count > 0;
  const view = new HostHealthView({ monitor, phase, isTainted, condition, audit, clock: options.clock });
  const report = new OperationsReport({ ...options, health: view, isEnabled: () => safeMode.describe() !== true });
  const begin = (): void => {
    phase.starting();
    monitor.begin();
  };
  return { monitor, phase, view, report, condition, begin };
}

/** Hooks are not what a plugin is there for, and the question how it is would count among them. */
function figuresOf({ calls: { hook: _hook, ...calls }, eventLoop }: PluginMeter): HealthFigures {
  const kinds = Object.values(calls);
  return {
    count: kinds.reduce((sum, { count }) => sum + count, 0),
    failed: kinds.reduce((sum, { failed }) => sum + failed, 0),
    stalls: eventLoop.stalls,
  };
}

function lastError([latest]: readonly PluginErrorGroup[]): PluginHealthState['lastError'] {
  return latest ? { message: latest.message, where: latest.where, at: latest.lastAt } : null;
}
