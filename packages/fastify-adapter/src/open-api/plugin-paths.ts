import type { JsonObject } from '@catalyst-plugins/core/protocol';
import { pluginOperation, type DescribedRoute } from './plugin-operation.ts';
import { routePaths, shapeOf, type RoutePath } from './route-path.ts';
import { isRecord } from './schema-keywords.ts';
import type { SchemaComponents } from './schema-components.ts';

/** An active plugin and its routes. */
export interface DescribedPlugin {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly description: string;
  readonly routes: readonly DescribedRoute[];
}

/** The methods that OpenAPI 3.1 knows. */
const knownMethods: ReadonlySet<string> = new Set([
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
]);

/** The paths of what plugins serve. Ids of operations begin with the name of the plugin, so none is one of the admin API. */
export class PluginPaths {
  readonly #prefix: string;
  readonly #components: SchemaComponents;
  readonly #ids = new Set<string>();
  readonly #paths = new Map<string, { readonly path: RoutePath; readonly item: JsonObject }>();

  constructor(prefix: string, components: SchemaComponents) {
    this.#prefix = prefix;
    this.#components = components;
  }

  /** All paths that were added. */
  get paths(): JsonObject {
    return Object.fromEntries([...this.#paths.values()].map(({ path, item }) => [path.path, withoutHead(item)]));
  }

  add(plugin: DescribedPlugin, tag: string): void {
    for (const route of plugin.routes) if (!isHidden(route)) this.#addRoute(route, tag);
  }

  #addRoute(route: DescribedRoute, tag: string): void {
    for (const { path, parameters } of routePaths(route.url)) {
      const place = this.#placeOf({ path: `${this.#prefix}/${route.plugin}${path}`, parameters });
      for (const method of route.methods) {
        this.#addOperation({ route, method: method.toLowerCase(), tag }, place, parameters);
      }
    }
  }

  /** Two paths that differ in the names of parameters only are one: the first to come names them. */
  #placeOf(path: RoutePath): { readonly path: RoutePath; readonly item: JsonObject } {
    const shape = shapeOf(path.path);
    const known = this.#paths.get(shape);
    if (known !== undefined) return known;
    const place = { path, item: {} };
    this.#paths.set(shape, place);
    return place;
  }

  #addOperation(
    { route, method, tag }: { readonly route: DescribedRoute; readonly method: string; readonly tag: string },
    { path, item }: { readonly path: RoutePath; readonly item: JsonObject },
    own: RoutePath['parameters'],
  ): void {
    if (!knownMethods.has(method)) return note(item, `OpenAPI knows no method ${method.toUpperCase()}.`);
    if (method in item)
      return note(item, `Only one of the routes of ${method.toUpperCase()}, told apart by constraints, is shown.`);
    const parameters = own.map((parameter, index) => ({
      ...parameter,
      name: path.parameters[index]?.name ?? parameter.name,
    }));
    const freeId = (wanted: string): string => this.#freeId(wanted);
    const context = { method, parameters, tag, components: this.#components, freeId };
    try {
      item[method] = pluginOperation({ ...context, route });
    } catch {
      const operation = pluginOperation({ ...context, route: { ...route, schema: undefined } });
      item[method] = { ...operation, 'x-catalyst-problem': 'The schema of this route cannot be read.' };
    }
  }

  #freeId(wanted: string): string {
    let id = wanted;
    for (let count = 2; this.#ids.has(id); count += 1) id = `${wanted}-${count}`;
    this.#ids.add(id);
    return id;
  }
}

/** What authors keep to themselves, as with @fastify/swagger; a schema that cannot be read is not hidden. */
function isHidden({ schema }: DescribedRoute): boolean {
  try {
    return isRecord(schema) && schema['hide'] === true;
  } catch {
    return false;
  }
}

/** HEAD follows GET. */
function withoutHead(item: JsonObject): JsonObject {
  const { head, ...others } = item;
  return 'get' in item || head === undefined ? others : item;
}

function note(item: JsonObject, text: string): void {
  const before = item['x-catalyst-problem'];
  item['x-catalyst-problem'] = typeof before === 'string' ? `${before} ${text}` : text;
}
