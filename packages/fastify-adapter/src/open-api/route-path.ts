import { isPattern } from './schema-keywords.ts';

/** A parameter in the url of a route. */
export interface PathParameter {
  /** In the document. */
  readonly name: string;
  /** In `request.params`. */
  readonly key: string;
  /** What the url itself says of it. */
  readonly pattern?: string;
}

/** A url as OpenAPI has it. */
export interface RoutePath {
  readonly path: string;
  readonly parameters: readonly PathParameter[];
}

/** The paths of a url in the form of find-my-way: two for one whose last parameter is optional. */
export function routePaths(url: string): RoutePath[] {
  const [optional, parameter, slash] = /(\/:[^/()]*)\?(\/?)$/.exec(url) ?? [];
  if (optional === undefined) return [onePath(url)];
  const before = url.slice(0, -optional.length);
  return [onePath(`${before}${slash}` || '/'), onePath(`${before}${parameter}${slash}`)];
}

function onePath(url: string): RoutePath {
  const parameters: PathParameter[] = [];
  let path = '';
  for (let at = 0; at < url.length;) {
    if (url.startsWith('::', at)) {
      path += ':';
      at += 2;
    } else if (url[at] === ':') {
      const { key, pattern, end } = parameterAt(url, at + 1);
      const name = key.replaceAll(/[{}]/g, '_');
      parameters.push({ name, key, ...(pattern === undefined ? {} : { pattern }) });
      path += `{${name}}`;
      at = end;
    } else if (url[at] === '*' && at === url.length - 1) {
      const name = wildcardName(parameters);
      parameters.push({ name, key: '*' });
      path += `{${name}}`;
      at += 1;
    } else {
      path += literal(url[at] as string);
      at += 1;
    }
  }
  return { path, parameters };
}

function parameterAt(url: string, start: number): { key: string; pattern: string | undefined; end: number } {
  let end = start;
  while (end < url.length && !/[/(.-]/.test(url[end] as string)) end += 1;
  const key = url.slice(start, end);
  if (url[end] !== '(') return { key, pattern: undefined, end };
  const close = closingParenthesis(url, end);
  const source = url.slice(end + 1, close);
  const pattern = `^(?:${source.replace(/^\^/, '').replace(/\$$/, '')})$`;
  return { key, pattern: isPattern(pattern) ? pattern : undefined, end: close + 1 };
}

function closingParenthesis(url: string, open: number): number {
  let depth = 0;
  for (let at = open; at < url.length; at += 1) {
    if (url[at] === '\\') at += 1;
    else if (url[at] === '(') depth += 1;
    else if (url[at] === ')' && (depth -= 1) === 0) return at;
  }
  return url.length;
}

function wildcardName(parameters: readonly PathParameter[]): string {
  let name = 'wildcard';
  while (parameters.some((other) => other.name === name)) name += '-rest';
  return name;
}

/** Braces mean parameters in OpenAPI. */
function literal(character: string): string {
  return character === '{' ? '%7B' : character === '}' ? '%7D' : character;
}

/** A path without the names of its parameters: two with the same shape are the same path. */
export function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}
