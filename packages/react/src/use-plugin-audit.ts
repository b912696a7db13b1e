'use client';

import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import { usePluginStore } from './plugin-store-context.ts';
import { AuditPages, type AuditPagesActions, type AuditPagesQuery, type AuditPagesState } from './store/audit-pages.ts';

/** Entries of the audit log, page by page. */
export interface PluginAuditView extends AuditPagesState, AuditPagesActions {}

/** Follows the entries of the audit log that fit a query, which may be written in place; another one begins anew. */
export function usePluginAudit(query: AuditPagesQuery = {}): PluginAuditView {
  const store = usePluginStore();
  const key = JSON.stringify(query);
  const pages = useMemo(() => new AuditPages(store, JSON.parse(key) as AuditPagesQuery), [store, key]);
  useEffect(() => pages.start(), [pages]);
  const state = useStore(pages.state);
  return useMemo(() => ({ ...state, ...pages.actions }), [state, pages]);
}
