/** The parameters of a path that fits a pattern with `:name` and a last `*`, which is the parameter `*`; else `undefined`. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = segmentsOf(pattern);
  const given = segmentsOf(path);
  const isOpen = wanted.at(-1) === '*';
  if (isOpen) wanted.pop();
  if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return undefined;
  const params: Record<string, string> = isOpen ? { '*': given.slice(wanted.length).join('/') } : {};
  for (const [index, segment] of wanted.entries()) {
    const text = given[index] as string;
    if (segment.startsWith(':')) params[segment.slice(1)] = text;
    else if (segment !== text) return undefined;
  }
  return params;
}

/** Larger where a pattern says more of the path: fixed segments before parameters, those before `*`. */
export function precision(pattern: string): string {
  return segmentsOf(pattern)
    .map((segment) => (segment === '*' ? '0' : segment.startsWith(':') ? '1' : '2'))
    .join('');
}

function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
