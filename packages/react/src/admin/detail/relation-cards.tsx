'use client';

import type { PluginGraphEdge, PluginGraphNode } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePluginGraph } from '../../use-plugin-graph.ts';
import { AdminLink } from '../admin-link.tsx';
import { addressOfPlugin } from '../admin-routing.ts';
import { NoValue } from '../list/no-value.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { LoadState } from '../tabs/load-state.tsx';
import { useMessages } from '../text/use-messages.ts';

/** Which plugins one needs, and which need it. */
export function RelationCards({ name }: { readonly name: string }): ReactElement {
  const { detail, list } = useMessages();
  const graph = usePluginGraph();
  const { edges, nodes, status } = graph;
  const isKnown = status === 'ready' || nodes.length > 0;
  const needs = edges.filter(({ from }) => from === name);
  const neededBy = edges.filter(({ to }) => to === name);
  return (
    <>
      <section className="pk-card">
        <h2 className="pk-heading">{detail.needs}</h2>
        <LoadState {...graph} hasData={isKnown}>
          {needs.length === 0 && <p className="pk-text pk-muted">{detail.needsNothing}</p>}
          <RelationList edges={needs} other={({ to }) => to} />
        </LoadState>
      </section>
      <section className="pk-card">
        <h2 className="pk-heading">{detail.neededBy}</h2>
        {!isKnown && <NoValue text={list.notKnown} />}
        {isKnown && neededBy.length === 0 && <p className="pk-text pk-muted">{detail.neededByNobody}</p>}
        <RelationList edges={neededBy} other={({ from }) => from} />
      </section>
    </>
  );
}

interface RelationListProps {
  readonly edges: readonly PluginGraphEdge[];
  readonly other: (edge: PluginGraphEdge) => string;
}

function RelationList({ edges, other }: RelationListProps): ReactElement | null {
  const { detail } = useMessages();
  const { nodes } = usePluginGraph();
  if (edges.length === 0) return null;
  return (
    <ul className="pk-names">
      {edges.map((edge) => (
        <li key={`${edge.from} ${edge.to}`} className="pk-text">
          <OtherPlugin name={other(edge)} node={nodes.find((node) => node.name === other(edge))} />{' '}
          <span className="pk-muted">
            {edge.range} {edge.optional && `(${detail.optional})`}
          </span>
          {edge.problem !== null && <span className="pk-problem"> {edge.problem}</span>}
        </li>
      ))}
    </ul>
  );
}

function OtherPlugin({
  name,
  node,
}: {
  readonly name: string;
  readonly node: PluginGraphNode | undefined;
}): ReactElement {
  const state = node?.state ?? null;
  if (state === null) return <code className="pk-code">{name}</code>;
  return (
    <>
      <AdminLink to={addressOfPlugin(name)}>{node?.displayName ?? name}</AdminLink> <StateBadge state={state} />
    </>
  );
}
