import type { PluginHost } from '@catalyst-plugins/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MountedTables } from './mounted-tables.ts';
import type { PluginRoute } from './plugin-route.ts';
import { refuseInactive, refusePath } from './refuse-request.ts';
import type { RouteKind } from './route-kind.ts';
import type { RouteMatch } from './route-match.ts';
import type { RouteTable } from './route-table.ts';

export interface RouteFinderOptions {
  readonly host: PluginHost;
  readonly mounts: MountedTables<RouteTable>;
  /** Of all plugins, without a slash at the end. */
  readonly prefix: string;
}

/** A request as Node made it; the route found for it is kept on it, where Fastify's request does not exist yet. */
interface RawRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  [found: symbol]: RouteMatch | undefined;
}

/** Finds the plugin's route of a request, once for Fastify's router and again only when routes have changed since. */
export class RouteFinder {
  readonly #host: PluginHost;
  readonly #mounts: MountedTables<RouteTable>;
  readonly #prefix: string;
  readonly #found = Symbol('route of the plugin');

  constructor({ host, mounts, prefix }: RouteFinderOptions) {
    this.#host = host;
    this.#mounts = mounts;
    this.#prefix = `${prefix}/`;
  }

  /** Asked by the router for every request of the server: the kind of a plugin's route, and nothing for other urls. */
  kindOf(raw: object): RouteKind | undefined {
    return (raw as RawRequest).url?.startsWith(this.#prefix) === true ? this.#find(raw as RawRequest)?.kind : undefined;
  }

  /** What was found for the request. */
  foundFor(request: FastifyRequest): RouteMatch | undefined {
    return (request.raw as unknown as RawRequest)[this.#found];
  }

  /** Whether it answers still: routes may have changed since, while the body arrived or a hook of the host waited. */
  isCurrent(match: RouteMatch): boolean {
    return match.foundAt === this.#mounts.changes;
  }

  /** What was found for the request if it answers still; otherwise it is forgotten, and nothing of it is called again. */
  stillFoundFor(request: FastifyRequest): RouteMatch | undefined {
    const before = this.foundFor(request);
    if (before === undefined || this.isCurrent(before)) return before;
    const now = this.#find(request.raw as unknown as RawRequest);
    if (now?.route === before.route && now.kind === before.kind) return now;
    (request.raw as unknown as RawRequest)[this.#found] = undefined;
    return undefined;
  }

  /** The plugin's route of a request that the catch-all route answers; `null` for routes of the host. */
  routeOf(request: FastifyRequest): PluginRoute | null {
    const route = this.foundFor(request)?.route;
    // a path of the admin API may look like one of the plugin
    return route !== undefined && request.routeOptions.url === `${this.#prefix}*` ? route : null;
  }

  /** The route that answers now; without one the request is answered: 404, 405, or 503 for an inactive plugin. */
  findOrRefuse(request: FastifyRequest, reply: FastifyReply): RouteMatch | undefined {
    const raw = request.raw as unknown as RawRequest;
    const before = raw[this.#found];
    if (before !== undefined && this.isCurrent(before)) return before;
    const match = this.#find(raw);
    if (match === undefined) this.#refuse(request, reply);
    return match;
  }

  #find(raw: RawRequest): RouteMatch | undefined {
    const { method = 'GET', url = '' } = raw;
    const match = this.#mounts.routeOf(method, url) ?? this.#match(method, url, raw.headers);
    if (match !== undefined) match.foundAt = this.#mounts.changes;
    raw[this.#found] = match;
    return match;
  }

  #match(method: string, url: string, headers: RawRequest['headers']): RouteMatch | undefined {
    const { name, path } = this.#partsOf(url);
    const match = this.#mounts.get(name)?.match(method, path, headers);
    if (match !== undefined) this.#mounts.remember(method, url, match);
    return match;
  }

  #refuse(request: FastifyRequest, reply: FastifyReply): void {
    const { name, path } = this.#partsOf(request.raw.url ?? '');
    const table = this.#mounts.get(name);
    if (table === undefined) refuseInactive(name, reply, this.#host);
    else refusePath({ table, path }, request, reply);
  }

  #partsOf(url: string): { readonly name: string; readonly path: string } {
    const from = this.#prefix.length;
    const query = url.indexOf('?', from);
    const end = query === -1 ? url.length : query;
    const slash = url.indexOf('/', from);
    const nameEnd = slash === -1 || slash > end ? end : slash;
    return { name: url.slice(from, nameEnd), path: nameEnd === end ? '/' : url.slice(nameEnd, end) };
  }
}
