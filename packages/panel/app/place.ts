/** Where things are, as the server wrote it into the page. */
export interface Place {
  /** Prefix of the admin API. */
  readonly api: string;
  /** Where the panel is. */
  readonly path: string;
}

/** Reads where the admin API and the panel are. */
export function readPlace(page: Document): Place {
  const content = (name: string): string =>
    page.querySelector<HTMLMetaElement>(`meta[name="catalyst-plugins:${name}"]`)?.content ?? '';
  return { api: content('api'), path: content('path') };
}
