import type { PluginGraphEdge } from '@catalyst-plugins/core/protocol';
import { expect, test } from 'vitest';
import { boxHeight, boxWidth, layOutGraph, type GraphLayout } from './dependency-graph-layout.ts';

function layOut(...needs: readonly (readonly [from: string, to: string])[]): GraphLayout {
  const names = [...new Set(needs.flat())];
  const nodes = [...names, 'alone'].map((name) => {
    return { name, displayName: name, version: '1.0.0', state: 'active', enabled: true } as const;
  });
  const edges = needs.map(([from, to]): PluginGraphEdge => ({ from, to, range: '*', optional: false, problem: null }));
  return layOutGraph(nodes, edges);
}

/** Lines, as `from to past`, that go through the box of a plugin. */
function hidden({ nodes, edges }: GraphLayout): string[] {
  return edges.flatMap(({ edge: { from, to }, points }) =>
    nodes
      .filter(({ x, y }) =>
        points.some(([px, py], index) => {
          const [nextX, nextY] = points[index + 1] ?? [px, py];
          // between two rows a line goes anywhere, and in a row it is upright
          const isPast = Math.min(py, nextY) < y + boxHeight && Math.max(py, nextY) > y;
          return isPast && Math.max(px, nextX) > x && Math.min(px, nextX) < x + boxWidth;
        }),
      )
      .map(({ node }) => `${from} ${to} ${node.name}`),
  );
}

const shop = [
  ['tickets', 'mail'],
  ['reports', 'tickets'],
  ['reports', 'mail'],
  ['board', 'reports'],
  ['board', 'mail'],
  ['board', 'store'],
  ['chat', 'mail'],
  ['chat', 'tickets'],
] as const;

test('each plugin is drawn below all that it needs, and the plugins that need nobody are left out', () => {
  const { nodes } = layOut(...shop);
  const topOf = (name: string): number => nodes.find(({ node }) => node.name === name)?.y ?? Number.NaN;
  for (const [from, to] of shop) expect(topOf(from)).toBeGreaterThan(topOf(to));
  expect(nodes.map(({ node }) => node.name)).not.toContain('alone');
});

test('no line goes behind the box of a plugin, and no box over another', () => {
  const layout = layOut(...shop);
  expect(hidden(layout)).toEqual([]);
  const places = layout.nodes.map(({ x, y }) => ({ x, y }));
  for (const [index, { x, y }] of places.entries()) {
    expect(x + boxWidth).toBeLessThanOrEqual(layout.width);
    expect(y + boxHeight).toBeLessThanOrEqual(layout.height);
    const near = places.slice(index + 1).filter((other) => other.y === y && Math.abs(other.x - x) < boxWidth);
    expect(near).toEqual([]);
  }
});

test('a circle of needs is drawn with all its lines, and none of them goes behind a box', () => {
  const layout = layOut(['a', 'b'], ['b', 'c'], ['c', 'a'], ['d', 'a'], ['d', 'e'], ['e', 'd']);
  expect(layout.nodes).toHaveLength(5);
  expect(layout.edges).toHaveLength(6);
  expect(hidden(layout)).toEqual([]);
  expect(Math.min(...layout.nodes.map(({ y }) => y))).toBe(0);
});

test('many ways through many plugins are laid out as fast as few', () => {
  const layers = Array.from({ length: 40 }, (_, layer) => [`a${layer}`, `b${layer}`]);
  const needs = layers.flatMap((names, layer) =>
    names.flatMap((from) => (layers[layer + 1] ?? []).map((to) => [from, to] as const)),
  );
  expect(layOut(...needs).nodes).toHaveLength(80);
});
