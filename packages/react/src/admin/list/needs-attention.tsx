'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { AdminLink } from '../admin-link.tsx';
import { addressOfPlugin } from '../admin-routing.ts';
import { AttentionActions } from '../parts/attention-actions.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { errorText } from '../parts/error-notice.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { HealthBadge } from '../tabs/health-badge.tsx';
import { useMessages } from '../text/use-messages.ts';
import { pluginsInNeed, type PluginInNeed, type PluginProblem } from './attention.ts';
import type { HealthByName } from './unwell.ts';

export interface NeedsAttentionProps {
  readonly plugins: readonly PluginSummary[];
  readonly health: HealthByName;
}

/** The plugins that somebody should look at, each with why and what can be done. */
export function NeedsAttention({ plugins, health }: NeedsAttentionProps): ReactElement | null {
  const { list } = useMessages();
  const inNeed = pluginsInNeed(plugins, health);
  if (inNeed.length === 0) return null;
  return (
    <section className="pk-attention" aria-labelledby="pk-attention" data-pk-part="attention">
      <h2 className="pk-heading" id="pk-attention">
        {list.attention(inNeed.length)}
      </h2>
      <ul className="pk-attention-list">
        {inNeed.map((one) => (
          <li key={one.plugin.name} className="pk-attention-item">
            <InNeed {...one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function InNeed({ plugin, problems }: PluginInNeed): ReactElement {
  const { detail, errors } = useMessages();
  const { name, displayName } = plugin;
  const isUnwell = problems.some(({ health }) => health !== undefined);
  return (
    <>
      <div className="pk-attention-text">
        <p className="pk-text">
          <AdminLink to={addressOfPlugin(name)}>{displayName}</AdminLink> <StateBadge state={plugin.state} />
        </p>
        {problems.map((problem) => (
          <Problem key={problem.code ?? problem.health} problem={problem} />
        ))}
      </div>
      <AttentionActions plugin={plugin}>
        {isUnwell && <AdminLink to={addressOfPlugin(name, 'health')}>{detail.tabs.health}</AdminLink>}
        <AdminLink to={addressOfPlugin(name, 'logs')}>{detail.tabs.logs}</AdminLink>
        <CopyButton text={[name, ...problems.map(textOf)].join('\n')} label={errors.copy} />
      </AttentionActions>
    </>
  );
}

function Problem({ problem: { code, health, message, hint } }: { readonly problem: PluginProblem }): ReactElement {
  return (
    <>
      <p className="pk-text">
        {health && <HealthBadge status={health} />}
        {code !== undefined && <code className="pk-code">{code}</code>} {message}
      </p>
      {hint !== undefined && <p className="pk-text pk-muted">{hint}</p>}
    </>
  );
}

function textOf({ code, health, message, hint }: PluginProblem): string {
  return errorText({ code: code ?? health ?? '', message, hint });
}
