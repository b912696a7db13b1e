import type { PluginGraphEdge, PluginGraphNode } from '@catalyst-plugins/core/protocol';

/** Where a plugin is drawn, in pixels. */
export interface PlacedNode {
  readonly node: PluginGraphNode;
  readonly x: number;
  readonly y: number;
}

/** Where the line of a need is drawn, in pixels: from the lower box up to the other. */
export interface PlacedEdge {
  readonly edge: PluginGraphEdge;
  /** Where it starts and ends, and between them the ends of the lanes beside the boxes that it goes past. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface GraphLayout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

/** The size of the box of a plugin, and what is between boxes. */
export const boxWidth = 140;
/** In pixels. */
export const boxHeight = 36;
const laneWidth = 12;
const gapX = 24;
const gapY = 48;
const rowHeight = boxHeight + gapY;

/** A place in a row: of the box of a plugin, or of a line that goes past the row. */
interface Slot {
  readonly row: number;
  readonly width: number;
  /** What is above and leads here. */
  readonly above: Slot[];
  /** Its middle; known once its row is placed. */
  x: number;
}

/** Places plugins in rows: each below all that it needs. Those that have nothing to do with others are left out. */
export function layOutGraph(nodes: readonly PluginGraphNode[], edges: readonly PluginGraphEdge[]): GraphLayout {
  const depths = depthsOf(edges);
  const related = nodes.filter(({ name }) => depths.has(name));
  const rows = Array.from({ length: Math.max(0, ...depths.values()) + 1 }, (): Slot[] => []);
  const add = (row: number, width: number, above: Slot[]): Slot => {
    const slot = { row, width, above, x: 0 };
    rows[row]?.push(slot);
    return slot;
  };
  const boxes = new Map(related.map(({ name }) => [name, add(depths.get(name) ?? 0, boxWidth, [])]));
  const lines = edges.flatMap((edge) => {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    if (!from || !to) return [];
    const [upper, lower] = from.row < to.row ? [from, to] : [to, from];
    const lanes: Slot[] = [];
    for (let row = upper.row + 1; row < lower.row; row += 1) lanes.unshift(add(row, laneWidth, [lanes[0] ?? upper]));
    lower.above.push(lanes[0] ?? upper);
    return [{ edge, upper, lanes, lower }];
  });
  for (const row of rows) placeRow(row);
  return {
    nodes: related.flatMap((node) => {
      const box = boxes.get(node.name);
      return box ? [{ node, x: box.x - boxWidth / 2, y: topOf(box) }] : [];
    }),
    edges: lines.map(({ edge, upper, lanes, lower }) => ({ edge, points: pointsOf(lower, lanes, upper) })),
    width: Math.max(boxWidth, ...rows.flat().map(({ x, width }) => x + width / 2)),
    height: rows.length * rowHeight - gapY,
  };
}

function pointsOf(lower: Slot, lanes: readonly Slot[], upper: Slot): PlacedEdge['points'] {
  return [
    [lower.x, topOf(lower)],
    ...lanes.flatMap((lane) => [[lane.x, bottomOf(lane)] as const, [lane.x, topOf(lane)] as const]),
    [upper.x, bottomOf(upper)],
  ];
}

function bottomOf(slot: Slot): number {
  return topOf(slot) + boxHeight;
}

function topOf({ row }: Slot): number {
  return row * rowHeight;
}

/** Places what is in a row below what it leads to, as far as there is room. */
function placeRow(row: Slot[]): void {
  const wanted = new Map(row.map((slot) => [slot, middle(slot.above)]));
  row.sort((left, right) => (wanted.get(left) ?? 0) - (wanted.get(right) ?? 0));
  let end = -gapX;
  for (const slot of row) {
    slot.x = Math.max(wanted.get(slot) ?? 0, end + gapX + slot.width / 2);
    end = slot.x + slot.width / 2;
  }
}

function middle(slots: readonly Slot[]): number {
  return slots.reduce((sum, { x }) => sum + x, 0) / Math.max(1, slots.length);
}

/** How many plugins are on the longest way from each to one that needs nobody; the last step of a circle does not count. */
function depthsOf(edges: readonly PluginGraphEdge[]): ReadonlyMap<string, number> {
  const needs = new Map<string, string[]>();
  for (const { from, to } of edges) needs.set(from, [...(needs.get(from) ?? []), to]);
  const depths = new Map<string, number>();
  const under = new Set<string>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    under.add(name);
    const below = (needs.get(name) ?? []).filter((to) => !under.has(to)).map(depthOf);
    under.delete(name);
    const depth = below.length === 0 ? 0 : 1 + Math.max(...below);
    depths.set(name, depth);
    return depth;
  };
  for (const { from, to } of edges) {
    depthOf(from);
    depthOf(to);
  }
  return depths;
}
