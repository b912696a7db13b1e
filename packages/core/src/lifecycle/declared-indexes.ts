import { describeError } from '../errors/describe-error.ts';
import { hasCode } from '../errors/plugin-error.ts';
import type { CollectionIndexes } from '../manifest/plugin-manifest.ts';
import type { Release } from '../manifest/release.ts';
import type { CollectionStore } from '../ports/collection-store.ts';
import type { Logger } from '../ports/logger.ts';
import { SerialQueue } from './serial-queue.ts';

type Declaration = Readonly<Record<string, CollectionIndexes>>;

/** What the store was told of one plugin, and what its live generation wants. */
interface PluginIndexes {
  readonly queue: SerialQueue;
  live: Declaration;
  /** JSON text, for comparing; `undefined` when nobody knows. */
  told: string | undefined;
}

/**
 * Tells the store which indexes releases declare. While a release comes up there are its own and those of the one that
 * serves, so that both find what they rely on; afterwards there are those of the one that is live.
 */
export class DeclaredIndexes {
  readonly #store: CollectionStore;
  readonly #logger: Logger;
  readonly #plugins = new Map<string, PluginIndexes>();

  constructor(store: CollectionStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** To be awaited before a generation is enabled. Throws `INDEX_CONFLICT`; a store that is down is only warned of. */
  async prepare({ plugin, manifest }: Release): Promise<void> {
    const indexes = this.#of(plugin);
    const wanted = manifest.storage?.collections ?? {};
    await indexes.queue.run(() => this.#declare(plugin, indexes, united(indexes.live, wanted)));
  }

  /** To be told which release serves once the next one is live or came to nothing. */
  settle({ plugin, manifest }: Release): void {
    const indexes = this.#of(plugin);
    indexes.live = manifest.storage?.collections ?? {};
    const settled = indexes.queue.run(() => this.#declare(plugin, indexes, indexes.live));
    settled.catch((error: unknown) => this.#warn(plugin, error));
  }

  /** Goes back to the indexes of the release that serves, for data that those of the next one might contradict. */
  async revert(plugin: string): Promise<void> {
    const indexes = this.#of(plugin);
    await indexes.queue.run(() => this.#declare(plugin, indexes, indexes.live));
  }

  /** Ends when nothing is on its way to the store. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#plugins.values(), ({ queue }) => queue.run(async () => {})));
  }

  forget(plugin: string): void {
    this.#plugins.delete(plugin);
  }

  async #declare(plugin: string, indexes: PluginIndexes, declaration: Declaration): Promise<void> {
    const text = JSON.stringify(declaration);
    if (indexes.told === text) return;
    indexes.told = undefined;
    try {
      await this.#store.declare(plugin, declaration);
      indexes.told = text;
    } catch (error) {
      if (hasCode(error, 'INDEX_CONFLICT')) throw error;
      this.#warn(plugin, error);
    }
  }

  #warn(plugin: string, error: unknown): void {
    this.#logger.warn(
      { plugin, err: error },
      `the indexes of plugin "${plugin}" are not as declared: ${describeError(error)}`,
    );
  }

  #of(plugin: string): PluginIndexes {
    const indexes = this.#plugins.get(plugin) ?? { queue: new SerialQueue(), live: {}, told: undefined };
    this.#plugins.set(plugin, indexes);
    return indexes;
  }
}

function united(live: Declaration, next: Declaration): Declaration {
  const collections = [...new Set([...Object.keys(live), ...Object.keys(next)])];
  return Object.fromEntries(
    collections.map((name) => {
      const both = [live[name] ?? {}, next[name] ?? {}];
      const indexes = distinct(both.flatMap((declared) => declared.indexes ?? []));
      return [name, { indexes, unique: distinct(both.flatMap((declared) => declared.unique ?? [])) }];
    }),
  );
}

function distinct<Item>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
