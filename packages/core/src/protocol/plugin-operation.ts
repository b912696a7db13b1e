import type { Reason } from './plugin-state.ts';

/** Every kind of operation. */
export const operationKinds = ['enable', 'disable', 'reload', 'rollback', 'block'] as const;

/** What was commanded; `block` is what a plugin does by itself that has lost what it needs. */
export type OperationKind = (typeof operationKinds)[number];

/**
 * How far an operation is: waiting for its turn, bringing up the next generation (`loading`, `enabling`, `checking` its
 * health), letting the calls of the old one end, releasing it, over.
 */
export type OperationPhase =
  | 'queued'
  | 'loading'
  | 'migrating'
  | 'enabling'
  | 'checking'
  | 'draining'
  | 'releasing'
  | 'ended';

/** The calls that an operation waits for. Times are ISO 8601. */
export interface OperationDrain {
  /** Calls that were in flight when it began. */
  readonly inFlightAtStart: number;
  /** Calls that have not ended. */
  readonly inFlight: number;
  /** The oldest of them, 20 at most. */
  readonly calls: readonly { readonly label: string; readonly startedAt: string }[];
  /** When those that are left are cut. */
  readonly deadlineAt: string;
  /** How many were cut; `null` while it drains. */
  readonly cut: number | null;
  /** Who ended the drain before its time, else `null`. */
  readonly forcedBy: string | null;
}

/** Where an operation is between its beginning and its end, beside its `phase`. */
export interface OperationProgress {
  /** Phases that it has been through, in order. */
  readonly passed: readonly OperationPhase[];
  /** Phases that are to come, as far as it is known; `ended` is the last. Those that turn out to be needless are left out. */
  readonly toCome: readonly OperationPhase[];
}

/** A command on a plugin and how far it is. Times are ISO 8601. */
export interface PluginOperation {
  readonly id: string;
  readonly plugin: string;
  readonly kind: OperationKind;
  readonly actor: string;
  readonly status: 'running' | 'succeeded' | 'failed';
  readonly phase: OperationPhase;
  readonly progress: OperationProgress;
  readonly startedAt: string;
  /** `null` while it runs; a reload runs until the generation that it replaced is released. */
  readonly endedAt: string | null;
  /** Why it failed, else `null`. */
  readonly error: Reason | null;
  /** `null` until something has to drain. */
  readonly drain: OperationDrain | null;
}
