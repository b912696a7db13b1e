/** What the panel shows: the list, who needs whom, the audit log, or one tab of one plugin. No plugin can be called like a page. */
export type AdminView =
  | { readonly kind: 'list' | 'graph' | 'audit' }
  | { readonly kind: 'plugin'; readonly name: string; readonly tab: string | undefined };

/** An address below the panel, taken apart. */
export interface AdminAddress {
  readonly view: AdminView;
  readonly query: URLSearchParams;
}

/** Takes an address like `/mailer/config?revision=3` apart. */
export function readAddress(address: string): AdminAddress {
  const [pathname = '', search = ''] = address.split('?', 2);
  const [name, tab] = pathname
    .split('/')
    .filter((step) => step !== '')
    .map(decoded);
  return {
    view: viewOf(name, tab),
    query: new URLSearchParams(search),
  };
}

function viewOf(name: string | undefined, tab: string | undefined): AdminView {
  if (name === undefined) return { kind: 'list' };
  return name === 'graph' || name === 'audit' ? { kind: name } : { kind: 'plugin', name, tab };
}

/** The address of a plugin's page, or of one tab of it. */
export function addressOfPlugin(name: string, tab?: string): string {
  const path = `/${encodeURIComponent(name)}`;
  return tab === undefined ? path : `${path}/${encodeURIComponent(tab)}`;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
