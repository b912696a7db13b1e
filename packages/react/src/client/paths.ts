/** One plugin, or one of the endpoints about it that are kept apart from the plugin's own routes. */
export function pathOf(name: string, endpoint?: string): string {
  const segment = encodeURIComponent(name);
  return endpoint === undefined ? `/${segment}` : `/-/${segment}/${endpoint}`;
}

/** A path with what is given as its query; a list repeats its name. The signal of a request is not sent. */
export function withQuery(path: string, query: object = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]: [string, string | number | undefined]) =>
    name === 'signal' || value === undefined ? [] : [value].flat().map((one) => [name, String(one)]),
  );
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}
