import type { HealthStatus } from './plugin-health.ts';

/** The states of a plugin in the words of the operations API, which has six. */
export type OperationsState = 'loading' | 'active' | 'reloading' | 'unloading' | 'failed' | 'disabled';

/** How a plugin is, as the operations API says it. */
export interface OperationsPluginHealth {
  readonly status: HealthStatus;
  readonly state: OperationsState;
  /** Seconds since the epoch; 0 before the first check. */
  readonly last_check: number;
  readonly checks: { readonly active_requests: number };
}

/** The answer of `GET /plugins/status`. */
export interface OperationsStatusReport {
  readonly plugin_system: {
    /** Whether plugins may run at all. */
    readonly enabled: boolean;
    readonly total_plugins: number;
    readonly active_plugins: number;
    readonly plugin_dir: string;
    /** Calls in flight. */
    readonly active_requests: number;
    readonly plugin_states: { readonly [plugin: string]: OperationsState };
  };
  readonly health_status: {
    readonly healthy_count: number;
    readonly unhealthy_count: number;
    readonly total_count: number;
    readonly overall_status: 'healthy' | 'degraded' | 'unhealthy';
  };
  /** For example `2h15m30s`. */
  readonly uptime: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly draining: {
    /** How long calls may take to end, for example `1m0s`. */
    readonly timeout: string;
    /** `0s`: that a call has ended is noticed at once. */
    readonly poll_interval: string;
  };
}

/** The answer of `GET /plugins/list`. */
export interface OperationsListReport {
  readonly plugins: readonly {
    readonly name: string;
    readonly status: OperationsState;
    readonly health: OperationsPluginHealth;
  }[];
  readonly total_count: number;
  readonly timestamp: number;
}

/** The answer of `GET /plugins/health`. */
export interface OperationsHealthReport {
  readonly overall_status: 'healthy' | 'degraded' | 'unhealthy';
  readonly plugins: { readonly [plugin: string]: OperationsPluginHealth };
  readonly timestamp: number;
}
