'use client';

import type { PluginGraphEdge, PluginGraphNode } from '@catalyst-plugins/core/protocol';
import { useMemo, type ReactElement } from 'react';
import { boxHeight, boxWidth, placeNodes } from './dependency-graph-layout.ts';
import { useMessages } from './text/use-messages.ts';

export interface DependencyGraphDrawingProps {
  readonly nodes: readonly PluginGraphNode[];
  readonly edges: readonly PluginGraphEdge[];
}

/** The drawing of who needs whom; what it says stands in the list below it too. */
export function DependencyGraphDrawing({ nodes, edges }: DependencyGraphDrawingProps): ReactElement {
  const { observation } = useMessages();
  const { placed, width, height } = useMemo(() => placeNodes(nodes, edges), [nodes, edges]);
  const places = new Map(placed.map((place) => [place.node.name, place]));
  return (
    <div className="pk-scroll" role="region" aria-label={observation.graph.title} tabIndex={0}>
      <svg
        role="img"
        aria-label={observation.graph.drawing(placed.length, edges.length)}
        className="pk-graph"
        data-pk-part="graph"
        width={width + 2}
        height={height + 2}
        viewBox={`-1 -1 ${width + 2} ${height + 2}`}
      >
        {edges.map(({ from, to, optional, problem }) => {
          const [start, end] = [places.get(from), places.get(to)];
          if (!start || !end) return null;
          const [x1, x2] = [start.x + boxWidth / 2, end.x + boxWidth / 2];
          const [y1, y2] = start.y > end.y ? [start.y, end.y + boxHeight] : [start.y + boxHeight, end.y];
          const middle = (y1 + y2) / 2;
          return (
            <path
              key={`${from} ${to}`}
              className="pk-graph-edge"
              data-problem={problem !== null}
              d={`M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`}
              fill="none"
              stroke="currentColor"
              strokeWidth={problem === null ? 1.5 : 3}
              strokeDasharray={optional ? '4 4' : undefined}
            />
          );
        })}
        {placed.map(({ node: { name, displayName, state }, x, y }) => (
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
