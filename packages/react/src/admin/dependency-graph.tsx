'use client';

import type { PluginGraphEdge, PluginGraphNode } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePluginGraph } from '../use-plugin-graph.ts';
import { AdminLink } from './admin-link.tsx';
import { addressOfPlugin } from './admin-routing.ts';
import { DependencyGraphDrawing } from './dependency-graph-drawing.tsx';
import { BackLink } from './parts/back-link.tsx';
import { ConnectionStatus } from './parts/connection-status.tsx';
import { PageHeading } from './parts/page-heading.tsx';
import { StaleNotice } from './parts/stale-notice.tsx';
import { StateBadge } from './parts/state-badge.tsx';
import { LoadState } from './tabs/load-state.tsx';
import { useMessages } from './text/use-messages.ts';

/** Which plugins need which, as a drawing and as a list that says the same. */
export function DependencyGraph(): ReactElement {
  const { observation } = useMessages();
  const words = observation.graph;
  const { nodes, edges, cycles, status, error, refresh } = usePluginGraph();
  const needing = nodes.filter(({ name }) => edges.some(({ from }) => from === name));
  return (
    <>
      <BackLink />
      <header className="pk-page-header">
        <PageHeading title={words.title} />
        <ConnectionStatus />
      </header>
      <StaleNotice />
      <div className="pk-stack">
        <LoadState status={status} error={error} hasData={status === 'ready' || nodes.length > 0} refresh={refresh}>
          {cycles.length > 0 && (
            <div className="pk-notice" data-tone="error">
              <p className="pk-notice-title">{words.cycles}</p>
              {cycles.map((names) => (
                <p key={names.join()} className="pk-text">
                  {names.join(' → ')}
                </p>
              ))}
            </div>
          )}
          {edges.length === 0 && <p className="pk-text pk-muted">{words.empty}</p>}
          {edges.length > 0 && <DependencyGraphDrawing nodes={nodes} edges={edges} />}
          {needing.map((node) => (
            <section key={node.name} className="pk-card">
              <h2 className="pk-heading">{words.needs(node.displayName)}</h2>
              <ul className="pk-names">
                {edges
                  .filter(({ from }) => from === node.name)
                  .map((edge) => (
                    <Need key={edge.to} edge={edge} node={nodes.find(({ name }) => name === edge.to)} />
                  ))}
              </ul>
            </section>
          ))}
        </LoadState>
      </div>
    </>
  );
}

interface NeedProps {
  readonly edge: PluginGraphEdge;
  readonly node: PluginGraphNode | undefined;
}

function Need({ edge: { to, range, optional, problem }, node }: NeedProps): ReactElement {
  const { observation } = useMessages();
  const words = observation.graph;
  const state = node?.state ?? null;
  return (
    <li className="pk-text">
      {state === null ? (
        <>
          <code className="pk-code">{to}</code> {words.absent}
        </>
      ) : (
        <>
          <AdminLink to={addressOfPlugin(to)}>{node?.displayName ?? to}</AdminLink> <StateBadge state={state} />
        </>
      )}{' '}
      <span className="pk-muted">
        {range} {optional && `(${words.optional})`}
      </span>
      {problem !== null && <span className="pk-problem"> {problem}</span>}
    </li>
  );
}
