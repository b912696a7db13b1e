import type { HealthCheck, HealthStatus, HostHealth, PluginHealthState } from '../protocol/plugin-health.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import type { HealthMonitor } from './health-monitor.ts';
import type { HostPhase } from './host-phase.ts';

export interface HostHealthViewOptions {
  readonly monitor: HealthMonitor;
  readonly phase: HostPhase;
  readonly isTainted: () => boolean;
}

/** How plugins are one by one, and what that means for the whole. */
export class HostHealthView {
  readonly #options: HostHealthViewOptions;

  constructor(options: HostHealthViewOptions) {
    this.#options = options;
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
    const { phase } = this.#options;
    const all = this.all();
    const plugins = { total: all.length, healthy: 0, degraded: 0, unhealthy: 0, transitioning: 0, unknown: 0 };
    const states: Partial<Record<PluginState, number>> = {};
    for (const { status, state } of all) {
      plugins[status] += 1;
      states[state] = (states[state] ?? 0) + 1;
    }
    return {
      status: overallStatus(all),
      phase: phase.phase,
      uptimeMs: phase.uptimeMs,
      plugins,
      states,
      isTainted: this.isTainted,
    };
  }
}

/** What is off by wish does not count. */
function overallStatus(plugins: readonly PluginHealthState[]): HostHealth['status'] {
  const statuses: HealthStatus[] = plugins.filter(({ state }) => state !== 'disabled').map(({ status }) => status);
  if (statuses.length > 0 && statuses.every((status) => status === 'unhealthy')) return 'unhealthy';
  return statuses.some((status) => status === 'unhealthy' || status === 'degraded') ? 'degraded' : 'healthy';
}
