'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { AdminLink } from '../admin-link.tsx';
import { addressOfPlugin } from '../admin-routing.ts';
import { AttentionActions } from '../parts/attention-actions.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { useMessages } from '../text/use-messages.ts';
import { pluginsInNeed, problemOf } from './attention.ts';

/** The plugins that somebody should look at, each with why and what can be done. */
export function NeedsAttention({ plugins }: { readonly plugins: readonly PluginSummary[] }): ReactElement | null {
  const { list } = useMessages();
  const inNeed = pluginsInNeed(plugins);
  if (inNeed.length === 0) return null;
  return (
    <section className="pk-attention" aria-labelledby="pk-attention" data-pk-part="attention">
      <h2 className="pk-heading" id="pk-attention">
        {list.attention(inNeed.length)}
      </h2>
      <ul className="pk-attention-list">
        {inNeed.map((plugin) => (
          <li key={plugin.name} className="pk-attention-item">
            <p className="pk-text">
              <AdminLink to={addressOfPlugin(plugin.name)}>{plugin.displayName}</AdminLink>{' '}
              <StateBadge state={plugin.state} />
            </p>
            <Problem plugin={plugin} />
            <AttentionActions plugin={plugin} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Problem({ plugin }: { readonly plugin: PluginSummary }): ReactElement | null {
  const problem = problemOf(plugin);
  if (!problem) return null;
  return (
    <>
      <p className="pk-text">
        <code className="pk-code">{problem.code}</code> {problem.message}
      </p>
      {problem.hint !== undefined && <p className="pk-text pk-muted">{problem.hint}</p>}
    </>
  );
}
