import type { AuditHealth } from './audit-health.ts';
import type { HostCondition, StoreCondition } from './host-condition.ts';
import type { PluginState } from './plugin-state.ts';

/**
 * How a plugin is. `transitioning` while it comes up, is replaced or goes; `unknown` while it is disabled, and before its
 * first check; a plugin that did not come up is `unhealthy`.
 */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy' | 'transitioning' | 'unknown';

/** One of the things that a plugin looked at when it was asked, under the plugin's own name for it. */
export interface NamedCheck {
  readonly name: string;
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly message: string | null;
  /** How long the plugin says that it took, in milliseconds. */
  readonly ms: number | null;
}

/** One look at a plugin. */
export interface HealthCheck {
  /** ISO 8601. */
  readonly at: string;
  /** A check that `warned` found the plugin at work, but not as it should be. */
  readonly outcome: 'passed' | 'warned' | 'failed';
  /** The status that the checks so far lead to. */
  readonly status: HealthStatus;
  /** What was wrong, or what the plugin said; no secrets. */
  readonly message: string | null;
  /** How long the plugin took to answer, in milliseconds; 0 where it has no `health` hook or was not asked. */
  readonly ms: number;
  /** What the plugin named. */
  readonly checks: readonly NamedCheck[];
  /** Calls of the plugin that ended since the check before, and how many of them failed; its hooks do not count. */
  readonly calls: { readonly count: number; readonly failed: number };
  /** How often it held up the process since the check before. */
  readonly stalls: number;
  /** Calls in flight. */
  readonly activeRequests: number;
  /** The generation that was looked at, else `null`. */
  readonly generation: number | null;
}

/** How a plugin is, and why one thinks so. */
export interface PluginHealthState {
  readonly plugin: string;
  readonly state: PluginState;
  readonly status: HealthStatus;
  /** Why it is not healthy, else `null`. */
  readonly message: string | null;
  /** Calls in flight. */
  readonly activeRequests: number;
  /** The latest check, of this or of an earlier generation. */
  readonly lastCheck: HealthCheck | null;
  /** What last went wrong since the host started, and where it entered the plugin's code, as far as that is known. */
  readonly lastError: { readonly message: string; readonly where: string | null; readonly at: string } | null;
}

/** How a plugin is, and what was found at its latest checks. */
export interface PluginHealthReport extends PluginHealthState {
  /** The latest 60, the latest first. */
  readonly history: readonly HealthCheck[];
}

/** How a plugin is, as lists show it. */
export interface PluginHealthSummary extends Pick<PluginHealthState, 'plugin' | 'status' | 'message'> {
  /** Outcomes of the latest 60 checks, the latest first. */
  readonly checks: readonly HealthCheck['outcome'][];
}

/** How a host is. Makes sense of half of it being down: `unhealthy` means that nothing of it is of use. */
export interface HostHealth {
  /** `unhealthy` when all plugins are that are not disabled; `degraded` when one of them is not healthy, the store does not
   * answer, or the host runs no plugin at all in safe mode. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** `starting` until the start has ended, `stopping` from the moment that a stop was asked for. */
  readonly phase: 'starting' | 'running' | 'stopping';
  /** Since the start, in whole milliseconds; 0 before. */
  readonly uptimeMs: number;
  /** How many plugins are how. */
  readonly plugins: Readonly<Record<HealthStatus, number>> & { readonly total: number };
  /** How many plugins are in which state; states that no plugin is in are left out. */
  readonly states: Readonly<Partial<Record<PluginState, number>>>;
  /** Whether a plugin has left an error uncaught since the start. */
  readonly isTainted: boolean;
  readonly safeMode: HostCondition['safeMode'];
  readonly store: StoreCondition;
  readonly audit: AuditHealth;
  /** The share of its time, 0 to 1, that the event loop had something to do in the last second or more. */
  readonly eventLoop: { readonly utilization: number };
}
