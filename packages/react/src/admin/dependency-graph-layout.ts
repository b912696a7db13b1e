import type { PluginGraphEdge, PluginGraphNode } from '@catalyst-plugins/core/protocol';

/** Where a plugin is drawn, in pixels. */
export interface PlacedNode {
  readonly node: PluginGraphNode;
  readonly x: number;
  readonly y: number;
}

/** The size of the box of a plugin, and what is between boxes. */
export const boxWidth = 140;
/** In pixels. */
export const boxHeight = 36;
const gapX = 24;
const gapY = 48;

/** Places plugins in rows: each below all that it needs. Those that have nothing to do with others are left out. */
export function placeNodes(
  nodes: readonly PluginGraphNode[],
  edges: readonly PluginGraphEdge[],
): { readonly placed: readonly PlacedNode[]; readonly width: number; readonly height: number } {
  const related = nodes.filter(({ name }) => edges.some(({ from, to }) => from === name || to === name));
  const rows = new Map<number, PluginGraphNode[]>();
  for (const node of related) {
    const row = depthOf(node.name, edges, new Set());
    rows.set(row, [...(rows.get(row) ?? []), node]);
  }
  const placed = [...rows].flatMap(([row, members]) =>
    members.map((node, column) => ({ node, x: column * (boxWidth + gapX), y: row * (boxHeight + gapY) })),
  );
  return {
    placed,
    width: Math.max(boxWidth, ...placed.map(({ x }) => x + boxWidth)),
    height: Math.max(boxHeight, ...placed.map(({ y }) => y + boxHeight)),
  };
}

/** How many plugins are on the longest way down; a circle is gone around once. */
function depthOf(name: string, edges: readonly PluginGraphEdge[], above: ReadonlySet<string>): number {
  const needs = edges.filter(({ from, to }) => from === name && to !== name && !above.has(to));
  const here = new Set([...above, name]);
  return needs.length === 0 ? 0 : 1 + Math.max(...needs.map(({ to }) => depthOf(to, edges, here)));
}
