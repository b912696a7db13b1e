import type { PluginRoute } from './plugin-route.ts';
import type { RouteKind } from './route-kind.ts';

/** A url like `/items/:id`. */
export interface UrlHead {
  /** What stands before the parameter, `/items/`. */
  readonly url: string;
  readonly name: string;
}

/** A route that answers, and the parameters of its url. */
export interface RouteMatch {
  readonly route: PluginRoute;
  readonly kind: RouteKind;
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Whether the url has nothing in it that changes, so that it leads here each time. */
  readonly isStatic: boolean;
  /** Set when the url ends with its only parameter, and no other route has a url that begins as this one does. */
  readonly head: UrlHead | undefined;
  /** The number of changes of all routes when it was found. */
  foundAt: number;
}
