/** What the panel shows: the list, or one tab of one plugin. */
export type AdminView =
  | { readonly kind: 'list' }
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
    view: name === undefined ? { kind: 'list' } : { kind: 'plugin', name, tab },
    query: new URLSearchParams(search),
  };
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
