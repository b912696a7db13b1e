import type { CallOwner } from '../scope/call-gate.ts';

/** What the code of plugins runs with while somebody watches. */
export interface StallWatchAccess {
  /** Resolves in a turn of the event loop in which nobody else's promises are: they would be lost with code that is ended. */
  readonly ownTurn: () => Promise<unknown>;
  /** Calls what waits in native code, where nobody can be asked whose code it is. */
  readonly wait: <T>(owner: CallOwner, call: () => T) => T;
}
