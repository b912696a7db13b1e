import type { Clock } from '../ports/clock.ts';
import type {
  OperationsHealthReport,
  OperationsListReport,
  OperationsPluginHealth,
  OperationsState,
  OperationsStatusReport,
} from '../protocol/operations-report.ts';
import type { PluginHealthState } from '../protocol/plugin-health.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import { durationText } from './duration-text.ts';
import type { HostHealthView } from './host-health.ts';

/** Our states in the words of the operations API, which has six. */
const words: Readonly<Record<PluginState, OperationsState>> = {
  loading: 'loading',
  active: 'active',
  reloading: 'reloading',
  draining: 'unloading',
  unloading: 'unloading',
  disabled: 'disabled',
  failed: 'failed',
  blocked: 'failed',
  retrying: 'failed',
  quarantined: 'failed',
};

export interface OperationsReportOptions {
  readonly health: HostHealthView;
  readonly clock: Clock;
  readonly pluginsDir: string;
  readonly drainMs: number;
  /** Whether plugins may run at all. */
  readonly isEnabled: () => boolean;
}

/** What the operations API says of the host and its plugins, from what is known of them anyway. */
export class OperationsReport {
  readonly #options: OperationsReportOptions;

  constructor(options: OperationsReportOptions) {
    this.#options = options;
  }

  status(): OperationsStatusReport {
    const { health, pluginsDir, drainMs, isEnabled } = this.#options;
    const plugins = health.all();
    const { status, uptimeMs, plugins: counts } = health.overall();
    return {
      plugin_system: {
        enabled: isEnabled(),
        total_plugins: plugins.length,
        active_plugins: plugins.filter(({ state }) => state === 'active').length,
        plugin_dir: pluginsDir,
        active_requests: plugins.reduce((sum, { activeRequests }) => sum + activeRequests, 0),
        plugin_states: Object.fromEntries(plugins.map(({ plugin, state }) => [plugin, words[state]])),
      },
      health_status: {
        healthy_count: counts.healthy,
        unhealthy_count: counts.unhealthy,
        total_count: counts.total,
        overall_status: status,
      },
      uptime: durationText(Math.floor(uptimeMs / 1_000) * 1_000),
      timestamp: this.#now(),
      draining: { timeout: durationText(drainMs), poll_interval: durationText(0) },
    };
  }

  list(): OperationsListReport {
    const plugins = this.#options.health.all().map((plugin) => {
      const health = reported(plugin);
      return { name: plugin.plugin, status: health.state, health };
    });
    return { plugins, total_count: plugins.length, timestamp: this.#now() };
  }

  health(): OperationsHealthReport {
    const { health } = this.#options;
    const plugins = Object.fromEntries(health.all().map((plugin) => [plugin.plugin, reported(plugin)]));
    return { overall_status: health.overall().status, plugins, timestamp: this.#now() };
  }

  #now(): number {
    return Math.floor(this.#options.clock.now() / 1_000);
  }
}

function reported({ status, state, lastCheck, activeRequests }: PluginHealthState): OperationsPluginHealth {
  return {
    status,
    state: words[state],
    last_check: lastCheck === null ? 0 : Math.floor(Date.parse(lastCheck.at) / 1_000),
    checks: { active_requests: activeRequests },
  };
}
