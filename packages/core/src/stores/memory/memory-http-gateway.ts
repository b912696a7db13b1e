import { PluginError } from '../../errors/plugin-error.ts';
import type { GatewayRequest, HttpGateway, HttpTable, HttpTableOwner } from '../../ports/http-gateway.ts';

interface MemoryRoute {
  readonly method: string;
  readonly url: string;
  readonly handler: (request: object, reply: object) => unknown;
}

type Middleware = (request: object, reply: object, next: (error?: unknown) => void) => unknown;

/** An HTTP side without HTTP, for hosts that serve none and for tests: exact methods and urls, handlers only. */
export interface MemoryHttpGateway extends HttpGateway {
  /** Calls the handler of a mounted plugin. Throws `PLUGIN_NOT_ACTIVE` or `ROUTE_NOT_FOUND`. */
  request(plugin: string, method: string, url: string): Promise<unknown>;
  /** Names of the plugins that answer. */
  mounted(): string[];
}

/** Makes a gateway that keeps its routes in memory. */
export function createMemoryHttpGateway(): MemoryHttpGateway {
  const mounts = new Map<string, MemoryTable>();
  return {
    openTable: (owner) => new MemoryTable(owner, mounts),
    mounted: () => [...mounts.keys()],
    async request(plugin, method, url) {
      const table = mounts.get(plugin);
      if (!table) throw new PluginError('PLUGIN_NOT_ACTIVE', `Plugin "${plugin}" is not active.`, { plugin });
      return table.answer(method, url);
    },
  };
}

class MemoryTable implements HttpTable {
  readonly #owner: HttpTableOwner;
  readonly #mounts: Map<string, MemoryTable>;
  readonly #prepared = new Set<string>();
  readonly #routes = new Map<string, MemoryRoute>();
  readonly #middleware = new Set<Middleware>();

  constructor(owner: HttpTableOwner, mounts: Map<string, MemoryTable>) {
    this.#owner = owner;
    this.#mounts = mounts;
  }

  prepareRoute(options: unknown): ReturnType<HttpTable['prepareRoute']> {
    const route = options as MemoryRoute;
    const key = `${route.method} /${route.url.replace(/^\//, '')}`;
    const { plugin } = this.#owner;
    if (this.#prepared.has(key))
      throw new PluginError('ROUTE_DUPLICATE', `Plugin "${plugin}" registers ${key} twice.`, { plugin });
    this.#prepared.add(key);
    return {
      label: key,
      start: () => {
        this.#routes.set(key, route);
        return () => this.#routes.delete(key);
      },
      forget: () => void this.#prepared.delete(key),
    };
  }

  prepareMiddleware(handler: unknown): ReturnType<HttpTable['prepareMiddleware']> {
    const middleware = handler as Middleware;
    return {
      label: 'middleware',
      start: () => {
        this.#middleware.add(middleware);
        return () => this.#middleware.delete(middleware);
      },
      forget: () => undefined,
    };
  }

  mount(): () => void {
    const { plugin } = this.#owner;
    this.#mounts.set(plugin, this);
    return () => {
      if (this.#mounts.get(plugin) === this) this.#mounts.delete(plugin);
    };
  }

  async answer(method: string, url: string): Promise<unknown> {
    const route = this.#routes.get(`${method} ${url}`);
    const { plugin, gate } = this.#owner;
    if (!route)
      throw new PluginError('ROUTE_NOT_FOUND', `Plugin "${plugin}" has no route ${method} ${url}.`, { plugin });
    const nothing = (): void => undefined;
    const label = `${method} ${url}`;
    const told = { watch: nothing, cut: nothing, expire: nothing };
    let outcome: GatewayRequest['outcome'] = '5xx';
    const request: GatewayRequest = {
      kind: 'request',
      label,
      startedAt: 0,
      place: -1,
      get outcome() {
        return outcome;
      },
      ...told,
    };
    gate.enter(request);
    try {
      for (const middleware of this.#middleware) await gate.attribute(() => passed(middleware, { method, url }));
      const answer: unknown = await (request.span
        ? request.span.run(() => gate.answer(route.handler, { method, url }, {}))
        : gate.answer(route.handler, { method, url }, {}));
      outcome = '2xx';
      return answer;
    } finally {
      gate.leave(request);
    }
  }
}

/** Resolves when the middleware has called `next`, when its promise has settled, or when it takes no `next` and returned. */
function passed(middleware: Middleware, request: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (error?: unknown): void => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    };
    const result = middleware(request, {}, next);
    if (result instanceof Promise) result.then(() => resolve(), reject);
    else if (middleware.length < 3) resolve();
  });
}
