'use client';

import type { PluginPermission, PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePluginPermissions } from '../../use-plugin-permissions.ts';
import { useAnnounce } from '../announcer.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { LoadState } from '../tabs/load-state.tsx';
import { useErrorWords } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';

/** What a plugin asks for and was granted, each to be granted or taken back. */
export function PermissionCard({ plugin }: { readonly plugin: PluginSummary }): ReactElement {
  const { detail } = useMessages();
  const view = usePluginPermissions(plugin.name);
  const { permissions, pending, status, isBusy, error } = view;
  const announce = useAnnounce();
  const wordsOf = useErrorWords();
  const named = new Set(permissions.map(({ permission }) => permission));
  const all = [...permissions, ...pending.filter(({ permission }) => !named.has(permission))];
  const isKnown = status === 'ready' || all.length > 0;
  const change = async ({ permission, state }: PluginPermission): Promise<void> => {
    if (isBusy) return;
    const to = state === 'granted' ? 'revoked' : 'granted';
    const result = await (to === 'granted' ? view.grant(permission) : view.revoke(permission));
    announce(result.ok ? detail.changedGrant(permission, to) : wordsOf(result.error).message);
  };
  return (
    <section className="pk-card" data-pk-part="permissions">
      <h2 className="pk-heading">{detail.permissions}</h2>
      {isKnown && error && <ErrorNotice error={error} alert={false} />}
      {!isKnown && <LoadState {...view} hasData={false} />}
      {isKnown && all.length === 0 && <p className="pk-text pk-muted">{detail.noPermissions}</p>}
      <ul className="pk-permissions">
        {all.map((one) => (
          <li key={one.permission} className="pk-permission">
            <span className="pk-text">{one.description ?? one.permission}</span>
            <span className="pk-text">
              <code className="pk-code">{one.permission}</code>{' '}
              <span className="pk-muted">{detail.grantStates[one.state]}</span>
            </span>
            <button
              type="button"
              className="pk-button"
              aria-disabled={isBusy}
              aria-label={one.state === 'granted' ? detail.revokeOf(one.permission) : detail.grantOf(one.permission)}
              onClick={() => void change(one)}
            >
              {one.state === 'granted' ? detail.revoke : detail.grant}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
