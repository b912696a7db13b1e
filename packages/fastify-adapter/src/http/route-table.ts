import {
  PluginError,
  type GatewayGate,
  type HttpTable,
  type HttpTableOwner,
  type PreparedEntry,
} from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import findMyWay, { type HTTPMethod, type HTTPVersion, type Instance } from 'find-my-way';
import type { MountedTables } from './mounted-tables.ts';
import { compileRoute, type PluginLoad, type PluginRoute } from './plugin-route.ts';
import { dynamicUrl, kindOfRoute, type RouteKind } from './route-kind.ts';
import type { RouteAuthOptions } from './route-authentication.ts';
import type { RouteMatch, UrlHead } from './route-match.ts';
import type { StepFunction } from './run-functions.ts';
import type { SchemaCompilers } from './schema-compilers.ts';

export interface RouteTableOptions {
  readonly app: FastifyInstance;
  readonly owner: HttpTableOwner;
  readonly mounts: MountedTables<RouteTable>;
  readonly defaultBodyLimit: number;
  readonly compilers: SchemaCompilers;
  readonly authentication: RouteAuthOptions;
}

const noParams = Object.freeze(Object.create(null)) as Readonly<Record<string, string | undefined>>;
/** Paths that the admin API of the Catalyst platform owns under every plugin, by method; no more of them must be added. */
const reservedPaths: Readonly<Record<string, readonly string[]>> = {
  POST: ['/enable', '/reload'],
  PUT: ['/config'],
};

interface ServedRoute {
  readonly route: PluginRoute;
  readonly kind: RouteKind;
  readonly head: UrlHead | undefined;
}

/** The routes of one generation: a map for static paths, find-my-way for the rest. */
export class RouteTable implements HttpTable {
  readonly plugin: string;
  readonly gate: GatewayGate;
  readonly #options: RouteTableOptions;
  readonly #middleware: { steps: readonly StepFunction[] } = { steps: [] };
  readonly #load: PluginLoad;
  readonly #prepared = new Set<string>();
  readonly #routes = new Set<PluginRoute>();
  #statics: Map<string, Map<string, RouteMatch>> | undefined;
  #router: Instance<HTTPVersion.V1> | undefined;
  #constrained = false;

  constructor(options: RouteTableOptions) {
    this.plugin = options.owner.plugin;
    this.gate = options.owner.gate;
    this.#options = options;
    this.#load = { running: 0, limit: options.owner.maxConcurrentRequests ?? Infinity };
  }

  /** The routes that answer, in the order of their registration. */
  get routes(): readonly PluginRoute[] {
    return [...this.#routes];
  }

  prepareRoute(given: unknown): PreparedEntry {
    const { owner, ...server } = this.#options;
    const { plugin, gate, secrets } = owner;
    const recorded: HttpTableOwner['recorded'] = (logger) => owner.recorded(logger);
    const userIdOf = (request: FastifyRequest): string | undefined => owner.userIdOf(request);
    const context = {
      ...server,
      plugin,
      gate,
      secrets,
      recorded,
      middleware: this.#middleware,
      load: this.#load,
      userIdOf,
    };
    const route = compileRoute(given, context);
    const shape = route.url.replaceAll(/:[^/().-]+/g, ':');
    const keys = route.methods.map((method) => `${method} ${shape} ${JSON.stringify(route.constraints ?? {})}`);
    this.#assertFree(route, keys);
    this.#assertPattern(route);
    for (const key of keys) this.#prepared.add(key);
    return {
      label: route.label,
      start: () => {
        this.#change(() => this.#routes.add(route));
        return () => this.#change(() => this.#routes.delete(route));
      },
      forget: () => keys.forEach((key) => this.#prepared.delete(key)),
    };
  }

  prepareMiddleware(handler: unknown): PreparedEntry {
    if (typeof handler !== 'function') {
      throw new PluginError('LISTENER_INVALID', `Plugin "${this.plugin}": registerMiddleware needs a function.`, {
        plugin: this.plugin,
      });
    }
    const step: StepFunction = handler.bind(this.#options.app);
    return {
      label: `middleware ${handler.name || '(anonymous)'}`,
      start: () => {
        this.#changeMiddleware([...this.#middleware.steps, step]);
        return () => this.#changeMiddleware(this.#middleware.steps.filter((other) => other !== step));
      },
      forget: () => undefined,
    };
  }

  mount(): () => void {
    const { mounts } = this.#options;
    mounts.put(this);
    return () => mounts.remove(this);
  }

  /** The route for a path below the plugin's prefix; `HEAD` is answered by `GET` where there is no own route. */
  match(method: string, path: string, headers: Readonly<Record<string, unknown>>): RouteMatch | undefined {
    const fixed = this.#staticRoutes().get(method)?.get(path);
    if (fixed !== undefined) return fixed;
    const constraints = this.#constrained ? { host: headers['host'], version: headers['accept-version'] } : undefined;
    const found = this.#dynamicRoutes().find(method as HTTPMethod, path, constraints);
    if (found) {
      const { route, kind, head } = found.store as ServedRoute;
      return { route, kind, params: found.params, head, isStatic: false, foundAt: 0 };
    }
    return method === 'HEAD' ? this.match('GET', path, headers) : undefined;
  }

  /** The methods that a path knows. */
  allowedMethods(path: string, headers: Readonly<Record<string, unknown>>): string[] {
    const methods = new Set([...this.#routes].flatMap((route) => route.methods));
    const allowed = [...methods].filter((method) => this.match(method, path, headers));
    return allowed.includes('GET') && !allowed.includes('HEAD') ? [...allowed, 'HEAD'] : allowed;
  }

  #assertFree(route: PluginRoute, keys: readonly string[]): void {
    const { plugin } = this;
    const taken = keys.find((key) => this.#prepared.has(key));
    if (taken !== undefined) {
      throw new PluginError('ROUTE_DUPLICATE', `Plugin "${plugin}" registers ${route.label} twice.`, { plugin });
    }
    const reserved = route.methods.find((method) => reservedPaths[method]?.includes(route.url));
    if (reserved === undefined) return;
    throw new PluginError(
      'ROUTE_RESERVED',
      `Plugin "${plugin}" registers ${reserved} ${route.url}, which is the admin API's own.`,
      { plugin },
    );
  }

  /** find-my-way is asked now, so that a url it cannot take fails the load and not a request. */
  #assertPattern(route: PluginRoute): void {
    try {
      addTo(findMyWay(), { route, kind: 'full', head: undefined });
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      const message = `Plugin "${this.plugin}": the url of ${route.label} cannot be routed: ${problem}`;
      throw new PluginError('ROUTE_INVALID', message, { plugin: this.plugin, cause });
    }
  }

  /** A route behind middleware is of another kind. */
  #changeMiddleware(steps: readonly StepFunction[]): void {
    this.#change(() => {
      this.#middleware.steps = steps;
    });
  }

  #serve(route: PluginRoute): ServedRoute {
    return { route, kind: kindOfRoute(route, this.#options), head: this.#headOf(route) };
  }

  #headOf(route: PluginRoute): UrlHead | undefined {
    const [, url, name] = /^([^:*()]*\/):([^:*()/?.-]+)$/.exec(route.url) ?? [];
    if (url === undefined || name === undefined || this.#constrained) return undefined;
    const begins = url.toLowerCase();
    // the same url with another method is found apart
    const rivals = [...this.#routes].filter((other) => other.url !== route.url);
    const isAlone = rivals.every((other) => !other.url.toLowerCase().startsWith(begins));
    return isAlone ? { url, name } : undefined;
  }

  /** Indexes are made again at the next request, so that publishing many routes costs nothing twice. */
  #change(change: () => void): void {
    change();
    this.#statics = undefined;
    this.#router = undefined;
    this.#options.mounts.routesChanged();
    this.#constrained = [...this.#routes].some((route) => route.constraints !== undefined);
  }

  #staticRoutes(): Map<string, Map<string, RouteMatch>> {
    if (this.#statics) return this.#statics;
    const statics = new Map<string, Map<string, RouteMatch>>();
    for (const route of this.#routes) {
      // a constrained route of the same url has to be asked first, and only find-my-way can
      if (this.#constrained || dynamicUrl.test(route.url)) continue;
      const { kind } = this.#serve(route);
      for (const method of route.methods) {
        const ofMethod = statics.get(method) ?? new Map<string, RouteMatch>();
        const match = { route, kind, params: noParams, head: undefined, isStatic: true, foundAt: 0 };
        statics.set(method, ofMethod.set(route.url, match));
      }
    }
    this.#statics = statics;
    return statics;
  }

  #dynamicRoutes(): Instance<HTTPVersion.V1> {
    if (this.#router) return this.#router;
    const { initialConfig } = this.#options.app;
    const {
      caseSensitive = true,
      ignoreTrailingSlash = false,
      ignoreDuplicateSlashes = false,
    } = { ...initialConfig, ...initialConfig.routerOptions };
    const router = findMyWay({ caseSensitive, ignoreTrailingSlash, ignoreDuplicateSlashes, maxParamLength: 1_000 });
    for (const route of this.#routes) addTo(router, this.#serve(route));
    this.#router = router;
    return router;
  }
}

function addTo(router: Instance<HTTPVersion.V1>, served: ServedRoute): void {
  const { route } = served;
  const options = route.constraints === undefined ? {} : { constraints: route.constraints };
  router.on([...route.methods] as HTTPMethod[], route.url, options as never, () => undefined, served);
}
