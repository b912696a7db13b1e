import type { PluginGraph, PluginGraphEdge, PluginGraphNode } from '../protocol/plugin-graph.ts';
import type { DependencyGraph, UnmetDependency } from './dependency-graph.ts';
import type { RelatedPlugin, RelatedPlugins } from './related-plugin.ts';

/** The graph of plugins as clients see it; plugins that are needed and not there are nodes too. */
export function describeGraph(plugins: RelatedPlugins, graph: DependencyGraph): PluginGraph {
  const all = plugins.all();
  const edges = all.flatMap((plugin) => edgesOf(plugin, graph));
  const known = new Set(all.map(({ name }) => name));
  const missing = new Set(edges.map(({ to }) => to).filter((name) => !known.has(name)));
  return {
    nodes: [...all.map(nodeOf), ...[...missing].map(missingNode)].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    edges,
    cycles: graph.cycles(),
  };
}

function nodeOf({ name, manifest: { displayName, version }, state, enabled }: RelatedPlugin): PluginGraphNode {
  return { name, displayName, version, state, enabled };
}

function missingNode(name: string): PluginGraphNode {
  return { name, displayName: name, version: null, state: null, enabled: false };
}

function edgesOf({ name: from, manifest }: RelatedPlugin, graph: DependencyGraph): PluginGraphEdge[] {
  const edge =
    (optional: boolean, problems: readonly UnmetDependency[]) =>
    ([to, range]: [string, string]): PluginGraphEdge => {
      const problem = problems.find(({ name }) => name === to)?.problem ?? null;
      return { from, to, range, optional, problem };
    };
  return [
    ...Object.entries(manifest.dependencies).map(edge(false, graph.unmet(manifest))),
    ...Object.entries(manifest.optionalDependencies).map(edge(true, graph.misfits(manifest))),
  ];
}
