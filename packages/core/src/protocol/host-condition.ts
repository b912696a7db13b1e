/** What an operator should know of a host as a whole. */
export interface HostCondition {
  /** Whether the end was announced or has begun: whoever sends requests should send them elsewhere. */
  readonly isStopping: boolean;
  /** `true` when the host runs no plugin at all, else the names of those that it leaves out. */
  readonly safeMode: boolean | readonly string[];
}
