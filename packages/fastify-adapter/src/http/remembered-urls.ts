import type { RouteMatch } from './route-match.ts';

/** Of one method. */
interface Remembered {
  readonly fixed: Map<string, RouteMatch>;
  /** What stands before the one parameter at the end of the url, to what was found with some value of it. */
  readonly heads: Map<string, RouteMatch>;
}

/** An object without a prototype, which V8 keeps fast other than `Object.create(null)`. */
const NoPrototype = function noPrototype(this: unknown): void {} as unknown as new () => Record<string, string>;
NoPrototype.prototype = Object.create(null);

/** What may mean something else than itself in a url, or begin a query. */
const specialCharacter = /[%?#;]/;
/** Longer values are left to the router, which refuses them. */
const maxValueLength = 200;

/**
 * Where urls led before, in one map for all plugins. Reading a url and looking its parts up in many small tables costs
 * a request more than anything else here. Holds never more than there are routes.
 */
export class RememberedUrls {
  readonly #byMethod = new Map<string, Remembered>();

  find(method: string, url: string): RouteMatch | undefined {
    const remembered = this.#byMethod.get(method);
    return remembered === undefined ? undefined : (remembered.fixed.get(url) ?? findByHead(remembered, url));
  }

  /** Keeps a match for the next request to the same url, or to one with another value at its end. */
  remember(method: string, url: string, match: RouteMatch): void {
    const { isStatic, head, route } = match;
    if (specialCharacter.test(url) || (!isStatic && head === undefined)) return;
    const remembered = this.#byMethod.get(method) ?? { fixed: new Map(), heads: new Map() };
    this.#byMethod.set(method, remembered);
    if (head === undefined) return void remembered.fixed.set(url, match);
    const begins = url.slice(0, url.lastIndexOf('/') + 1);
    if (begins.endsWith(`/${route.plugin}${head.url}`)) remembered.heads.set(begins, match);
  }

  forget(): void {
    this.#byMethod.clear();
  }
}

function findByHead({ heads }: Remembered, url: string): RouteMatch | undefined {
  const end = url.lastIndexOf('/') + 1;
  const known = heads.get(url.slice(0, end));
  if (known === undefined) return undefined;
  const value = url.slice(end);
  if (value === '' || value.length > maxValueLength || specialCharacter.test(value)) return undefined;
  const { route, kind, head } = known;
  const params = new NoPrototype();
  params[head?.name ?? ''] = value;
  return { route, kind, params, head, isStatic: false, foundAt: 0 };
}
