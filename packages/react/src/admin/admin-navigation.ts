'use client';

import { createContext, useCallback, useContext, useMemo, useRef, useSyncExternalStore } from 'react';

/** Where the panel is and how it goes elsewhere. */
export interface AdminNavigation {
  /** The address below the panel, for example `/mailer/config?revision=3`. */
  readonly address: string;
  /** Goes elsewhere, and tells whether it did: something may hold it back. */
  readonly navigate: (address: string, options?: NavigateOptions) => boolean;
  /** Asks `mayGo` before every move by the panel's own links and controls, until the returned function is called. */
  readonly holdBack: (mayGo: () => boolean) => () => void;
  /** Begins to load the code that an address needs, for it may be gone to next. */
  readonly prepare: (address: string) => void;
  /** What a link to an address has as `href`. */
  readonly hrefOf: (address: string) => string;
  /** Whether the title of the browser's page is the panel's. */
  readonly titled: boolean;
  /** How often it went elsewhere since it is there. */
  readonly moves: () => number;
}

export interface NavigateOptions {
  /** Whether the present address is forgotten by the browser's history; default `false`. */
  readonly replace?: boolean | undefined;
}

/** Who keeps the address of the panel. */
export interface AdminLocationProps {
  /** The address below the panel, kept by the application; then `onNavigate` is needed too. */
  readonly path?: string | undefined;
  /** Called with the address that a user goes to, when `path` is given. */
  readonly onNavigate?: ((path: string, options: NavigateOptions) => void) | undefined;
  /** Where the panel is in the application, for links; default `''`. */
  readonly basePath?: string | undefined;
  /** Where the address is kept without `path`: behind `#` (default), or in the path below `basePath`. */
  readonly router?: 'hash' | 'history' | undefined;
}

const nowhere: AdminNavigation = {
  address: '/',
  navigate: () => false,
  holdBack: () => () => undefined,
  prepare: () => undefined,
  hrefOf: (address) => `#${address}`,
  titled: false,
  moves: () => 0,
};

/** Carries the navigation of the panel around. */
export const AdminNavigationContext = createContext(nowhere);

/** Where the panel is and how it goes elsewhere, for parts of the panel. */
export function useAdminNavigation(): AdminNavigation {
  return useContext(AdminNavigationContext);
}

/** Keeps the address of a panel: in the application's hands, or in those of the browser. */
export function useAdminLocation({
  path,
  onNavigate,
  basePath = '',
  router = 'hash',
  titled,
  prepare,
}: AdminLocationProps & Pick<AdminNavigation, 'titled' | 'prepare'>): AdminNavigation {
  const prefix = basePath.replace(/\/+$/, '');
  const moved = useRef(0);
  const told = useRef(new Set<() => void>());
  const subscribe = useCallback((tell: () => void) => {
    const listeners = told.current;
    listeners.add(tell);
    window.addEventListener('popstate', tell);
    window.addEventListener('hashchange', tell);
    return () => {
      listeners.delete(tell);
      window.removeEventListener('popstate', tell);
      window.removeEventListener('hashchange', tell);
    };
  }, []);
  const moves = useCallback(() => moved.current, []);
  const holders = useRef(new Set<() => boolean>());
  const holdBack = useCallback((mayGo: () => boolean) => {
    const all = holders.current;
    all.add(mayGo);
    return () => void all.delete(mayGo);
  }, []);
  const read = useCallback(() => addressIn(window.location, router, prefix), [router, prefix]);
  const own = useSyncExternalStore(subscribe, read, () => '/');
  const address = path ?? own;
  const isControlled = path !== undefined;
  return useMemo((): AdminNavigation => {
    const hrefOf = (to: string): string => (router === 'hash' && !isControlled ? `#${to}` : `${prefix}${to}`);
    return {
      address,
      hrefOf,
      titled,
      moves,
      prepare,
      holdBack,
      navigate: (to, options = {}) => {
        if (![...holders.current].every((mayGo) => mayGo())) return false;
        if (options.replace !== true) moved.current += 1;
        if (isControlled) onNavigate?.(to, options);
        else {
          window.history[options.replace === true ? 'replaceState' : 'pushState'](null, '', hrefOf(to));
          for (const tell of told.current) tell();
        }
        return true;
      },
    };
  }, [address, holdBack, isControlled, moves, onNavigate, prefix, prepare, router, titled]);
}

function addressIn({ pathname, search, hash }: Location, router: 'hash' | 'history', prefix: string): string {
  if (router === 'hash') return hash.startsWith('#/') ? hash.slice(1) : '/';
  const below = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : '';
  return `${below.startsWith('/') ? below : '/'}${search}`;
}
