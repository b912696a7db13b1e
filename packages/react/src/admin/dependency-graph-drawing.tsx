'use client';

import type { PluginGraphEdge, PluginGraphNode } from '@catalyst-plugins/core/protocol';
import { useMemo, type ReactElement } from 'react';
import { boxHeight, boxWidth, layOutGraph, type PlacedEdge } from './dependency-graph-layout.ts';
import { useMessages } from './text/use-messages.ts';

export interface DependencyGraphDrawingProps {
  readonly nodes: readonly PluginGraphNode[];
  readonly edges: readonly PluginGraphEdge[];
}

/** The drawing of who needs whom; what it says stands in the list below it too. */
export function DependencyGraphDrawing({ nodes, edges }: DependencyGraphDrawingProps): ReactElement {
  const { observation } = useMessages();
  const layout = useMemo(() => layOutGraph(nodes, edges), [nodes, edges]);
  const { width, height } = layout;
  return (
    <div className="pk-scroll" role="region" aria-label={observation.graph.title} tabIndex={0}>
      <svg
        role="img"
        aria-label={observation.graph.drawing(layout.nodes.length, edges.length)}
        className="pk-graph"
        data-pk-part="graph"
        width={width + 2}
        height={height + 2}
        viewBox={`-1 -1 ${width + 2} ${height + 2}`}
      >
        {layout.edges.map(({ edge: { from, to, optional, problem }, points }) => (
          <path
            key={`${from} ${to}`}
            className="pk-graph-edge"
            data-problem={problem !== null}
            d={lineThrough(points)}
            fill="none"
            stroke="currentColor"
            strokeWidth={problem === null ? 1.5 : 3}
            strokeDasharray={optional ? '4 4' : undefined}
          />
        ))}
        {layout.nodes.map(({ node: { name, displayName, state }, x, y }) => (
          <g key={name} className="pk-graph-node" data-state={state ?? 'absent'}>
            <rect className="pk-graph-box" x={x} y={y} width={boxWidth} height={boxHeight} rx={6} />
            <text className="pk-graph-name" x={x + boxWidth / 2} y={y + boxHeight / 2 + 5} textAnchor="middle">
              {displayName.length > 18 ? `${displayName.slice(0, 17)}…` : displayName}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

/** A path that leaves and reaches each point upright. */
function lineThrough(points: PlacedEdge['points']): string {
  return points
    .map(([x, y], index) => {
      const [beforeX, beforeY] = points[index - 1] ?? [];
      if (beforeX === undefined || beforeY === undefined) return `M${x} ${y}`;
      const middle = (beforeY + y) / 2;
      return `C${beforeX} ${middle} ${x} ${middle} ${x} ${y}`;
    })
    .join('');
}
