import type { Clock } from '../ports/clock.ts';
import type { AuditHealth } from '../protocol/audit-health.ts';
import type { HostCondition } from '../protocol/host-condition.ts';
import type { HealthCheck, HealthStatus, HostHealth, PluginHealthState } from '../protocol/plugin-health.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import { EventLoopLoad } from './event-loop-load.ts';
import type { HealthMonitor } from './health-monitor.ts';
import type { HostPhase } from './host-phase.ts';

export interface HostHealthViewOptions {
  readonly monitor: HealthMonitor;
  readonly phase: HostPhase;
  readonly isTainted: () => boolean;
  readonly condition: () => HostCondition;
  readonly audit: () => AuditHealth;
  readonly clock: Clock;
}

/** How plugins are one by one, and what that means for the whole. */
export class HostHealthView {
  readonly #options: HostHealthViewOptions;
  readonly #load: EventLoopLoad;

  constructor(options: HostHealthViewOptions) {
    this.#options = options;
    this.#load = new EventLoopLoad(options.clock);
  }

  /** Whether a plugin has left an error uncaught since the start. */
  get isTainted(): boolean {
    return this.#options.isTainted();
  }

  of(name: string): PluginHealthState {
    return this.#options.monitor.of(name);
  }

  all(): PluginHealthState[] {
    return this.#options.monitor.all();
  }

  check(name: string): Promise<PluginHealthState> {
    return this.#options.monitor.check(name);
  }

  history(name: string): readonly HealthCheck[] {
    return this.#options.monitor.history(name);
  }

  overall(): HostHealth {
    const { phase, condition, audit } = this.#options;
    const { safeMode, store } = condition();
    const all = this.all();
    const plugins = { total: all.length, healthy: 0, degraded: 0, unhealthy: 0, transitioning: 0, unknown: 0 };
    const states: Partial<Record<PluginState, number>> = {};
    for (const { status, state } of all) {
      plugins[status] += 1;
      states[state] = (states[state] ?? 0) + 1;
    }
    return {
      status: overallStatus(all, safeMode === true, store.available),
      phase: phase.phase,
      uptimeMs: phase.uptimeMs,
      plugins,
      states,
      isTainted: this.isTainted,
      safeMode,
      store,
      audit: audit(),
      eventLoop: { utilization: this.#load.utilization },
    };
  }
}

/** What is off by wish does not count. */
function overallStatus(
  plugins: readonly PluginHealthState[],
  isSafeMode: boolean,
  hasStore: boolean,
): HostHealth['status'] {
  if (isSafeMode) return 'degraded';
  const statuses: HealthStatus[] = plugins.filter(({ state }) => state !== 'disabled').map(({ status }) => status);
  if (statuses.length > 0 && statuses.every((status) => status === 'unhealthy')) return 'unhealthy';
  return !hasStore || statuses.some((status) => status === 'unhealthy' || status === 'degraded')
    ? 'degraded'
    : 'healthy';
}
