import type { RouteMatch } from './route-match.ts';
import { RememberedUrls } from './remembered-urls.ts';

/** The tables that answer, by plugin, and where urls led since they changed last. */
export class MountedTables<Table extends { readonly plugin: string }> {
  readonly #tables = new Map<string, Table>();
  readonly #urls = new RememberedUrls();
  #changes = 0;

  /** How often the routes of any plugin have changed: what was found at the same number is what answers still. */
  get changes(): number {
    return this.#changes;
  }

  /** All that answer. */
  get tables(): readonly Table[] {
    return [...this.#tables.values()];
  }

  get(plugin: string): Table | undefined {
    return this.#tables.get(plugin);
  }

  /** Lets a table answer for its plugin, instead of any other. */
  put(table: Table): void {
    this.#tables.set(table.plugin, table);
    this.routesChanged();
  }

  /** Lets the table answer no more, unless another took its place already. */
  remove(table: Table): void {
    if (this.#tables.get(table.plugin) === table) this.#tables.delete(table.plugin);
    this.routesChanged();
  }

  /** Where the url of a request led before. */
  routeOf(method: string, url: string): RouteMatch | undefined {
    return this.#urls.find(method, url);
  }

  remember(method: string, url: string, match: RouteMatch): void {
    this.#urls.remember(method, url, match);
  }

  /** To be called when a table changes. */
  routesChanged(): void {
    this.#changes += 1;
    this.#urls.forget();
  }
}
