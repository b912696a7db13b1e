'use client';

import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { createPluginClient, type PluginClient } from './client/plugin-client.ts';
import { FrontendProblemContext, type ShowFrontendProblem } from './frontends/frontend-problem.ts';
import { PluginStoreContext } from './plugin-store-context.ts';
import { PluginStore } from './store/plugin-store.ts';

/** Where the plugins are: a client, or what one is made from. */
export interface PluginProviderProps {
  /** Makes `baseUrl` and `headers` superfluous. Another one starts anew with an empty store. */
  readonly client?: PluginClient | undefined;
  /** Prefix of the admin API; default `/api/plugins`. Another one starts anew with an empty store. */
  readonly baseUrl?: string | undefined;
  /** Asked before every request, for tokens that change. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
  /** Whether changes on the server show by themselves; default `true`. */
  readonly live?: boolean | undefined;
  /** Shown instead of what a plugin shows and what has failed, where a place says nothing else; default: a sentence in English and two buttons. */
  readonly frontendProblem?: ShowFrontendProblem | undefined;
  readonly children?: ReactNode;
}

/** Gives the plugin hooks below it their store, and keeps that up to date while it is on the page. */
export function PluginProvider({
  client,
  baseUrl,
  headers,
  live = true,
  frontendProblem,
  children,
}: PluginProviderProps): ReactElement {
  const latestHeaders = useRef(headers);
  useEffect(() => {
    latestHeaders.current = headers;
  });
  const create = (): HeldStore => ({
    client,
    baseUrl,
    store: new PluginStore(
      client ?? createPluginClient({ baseUrl, headers: () => latestHeaders.current?.() ?? {} }),
      live,
    ),
  });
  const [held, hold] = useState(create);
  const isCurrent = held.client === client && (client !== undefined || held.baseUrl === baseUrl);
  const current = isCurrent ? held : create();
  if (!isCurrent) hold(current);
  const { store } = current;
  useEffect(() => store.start(live), [store, live]);
  return (
    <PluginStoreContext.Provider value={store}>
      <FrontendProblemContext.Provider value={frontendProblem}>{children}</FrontendProblemContext.Provider>
    </PluginStoreContext.Provider>
  );
}

interface HeldStore extends Pick<PluginProviderProps, 'client' | 'baseUrl'> {
  readonly store: PluginStore;
}
