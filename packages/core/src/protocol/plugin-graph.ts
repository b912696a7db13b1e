import type { PluginState } from './plugin-state.ts';

/** One plugin in the graph; one that others need and that is not there has no version and no state. */
export interface PluginGraphNode {
  readonly name: string;
  readonly displayName: string;
  readonly version: string | null;
  readonly state: PluginState | null;
  readonly enabled: boolean;
}

/** `from` needs `to`. */
export interface PluginGraphEdge {
  readonly from: string;
  readonly to: string;
  /** Range of versions. */
  readonly range: string;
  readonly optional: boolean;
  /** Why the need is not met, else `null`. */
  readonly problem: string | null;
}

/** Who needs whom. */
export interface PluginGraph {
  readonly nodes: readonly PluginGraphNode[];
  readonly edges: readonly PluginGraphEdge[];
  /** Each as the names along it, the first one again at the end. */
  readonly cycles: readonly (readonly string[])[];
}
