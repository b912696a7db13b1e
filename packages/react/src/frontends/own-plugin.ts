'use client';

import { createContext, useContext, useMemo } from 'react';
import { usePluginStore } from '../plugin-store-context.ts';
import { messageIn } from './message-in.ts';
import { useFrontends } from './use-frontends.ts';

/** Carries the name of the plugin whose view is shown. */
export const OwnPluginContext = createContext<string | undefined>(undefined);

/** What a view of a plugin can do as part of its plugin; the functions are the same ones at every render. */
export interface OwnPlugin {
  readonly name: string;
  /** Asks a route of the plugin: `fetch('/tickets')` is `GET /api/plugins/<name>/tickets`, signed in as the page is. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** The text of a key in the language of the page, with `{name}` filled in; the key where there is none. */
  readonly message: (key: string, values?: Readonly<Record<string, string | number>>) => string;
}

/** For views of plugins: the plugin that they belong to. */
export function useOwnPlugin(): OwnPlugin {
  const name = useContext(OwnPluginContext);
  const { client } = usePluginStore();
  const frontends = useFrontends();
  if (name === undefined) throw new Error('useOwnPlugin works only in a view of a plugin.');
  return useMemo(
    () => ({
      name,
      fetch: (path, init) => client.fetchOf(name, path, init),
      message: (key, values) => messageIn(frontends.messagesOf(name), key, values) ?? key,
    }),
    [name, client, frontends],
  );
}
