import type { Reason } from './plugin-state.ts';

/** Whether the stores of a host answer. */
export interface StoreCondition {
  /** `false` while nothing can be changed; plugins go on with what was true last. */
  readonly available: boolean;
  /** Since when it does not answer, in ISO 8601; null while it does. */
  readonly since: string | null;
  readonly reason: Reason | null;
}

/** What an operator should know of a host as a whole. */
export interface HostCondition {
  /** Whether the end was announced or has begun: whoever sends requests should send them elsewhere. */
  readonly isStopping: boolean;
  /** `true` when the host runs no plugin at all, else the names of those that it leaves out. */
  readonly safeMode: boolean | readonly string[];
  readonly store: StoreCondition;
}
