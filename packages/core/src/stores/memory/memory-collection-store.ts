import { PluginError } from '../../errors/plugin-error.ts';
import type { CollectionIndexes } from '../../manifest/plugin-manifest.ts';
import type {
  CollectionName,
  CollectionStore,
  DocumentFilter,
  DocumentQuery,
  StoredDocument,
} from '../../ports/collection-store.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { MemoryCollection, type KeptDocument } from './memory-collection.ts';
import type { MemoryData } from './memory-state.ts';
import { assertShallow, storedJson } from './stored-json.ts';

/**
 * The collections of tests and of hosts that need not remember. Nothing awaits between the reading of documents and
 * their writing, which makes each method atomic.
 */
export class MemoryCollectionStore implements CollectionStore {
  readonly #state: MemoryData;

  constructor(state: MemoryData) {
    this.#state = state;
  }

  async find(name: CollectionName, query: DocumentQuery): Promise<JsonObject[]> {
    return this.#read(name)
      .select(query)
      .map(({ text }) => copyOf(text));
  }

  async count(name: CollectionName, filter: DocumentFilter): Promise<number> {
    return this.#read(name).select({ filter, order: [], skip: 0, limit: undefined }).length;
  }

  async insert(name: CollectionName, documents: readonly StoredDocument[]): Promise<void> {
    const kept = documents.map(({ id, data }) => keep(id, data));
    while (this.#state.busy(name.plugin)) await this.#state.busy(name.plugin);
    this.#state.assertOpen();
    if (!this.#state.plugins.has(name.plugin)) {
      const message = `There is no plugin "${name.plugin}" to store documents for.`;
      throw new PluginError('PLUGIN_NOT_FOUND', message, { plugin: name.plugin });
    }
    this.#replace(name, [], kept);
  }

  async update(
    name: CollectionName,
    query: DocumentQuery,
    change: (document: JsonObject) => JsonObject,
  ): Promise<number> {
    while (this.#state.busy(name.plugin)) await this.#state.busy(name.plugin);
    const before = this.#read(name).select(query);
    const after = before.map(({ id, text }) => keep(id, change(copyOf(text))));
    this.#replace(name, before, after);
    return after.length;
  }

  async delete(name: CollectionName, query: DocumentQuery): Promise<number> {
    while (this.#state.busy(name.plugin)) await this.#state.busy(name.plugin);
    const documents = this.#read(name).select(query);
    this.#replace(name, documents, []);
    return documents.length;
  }

  async declare(plugin: string, collections: Readonly<Record<string, CollectionIndexes>>): Promise<void> {
    while (this.#state.busy(plugin)) await this.#state.busy(plugin);
    this.#state.assertOpen();
    const declared = new Map(Object.entries(collections).map(([name, { unique = [] }]) => [name, unique]));
    const conflicts: (CollectionName & { readonly fields: readonly string[] })[] = [];
    for (const collection of new Set([...this.#collections(plugin).keys(), ...declared.keys()])) {
      const unique = (declared.get(collection) ?? []).map((fields) => (typeof fields === 'string' ? [fields] : fields));
      const contradicted = this.#collection({ plugin, collection }).declare(unique);
      conflicts.push(...contradicted.map((fields) => ({ plugin, collection, fields })));
    }
    const [conflict] = conflicts;
    if (conflict) throw indexConflict(conflict, conflict.fields);
  }

  #replace(name: CollectionName, before: readonly KeptDocument[], after: readonly KeptDocument[]): void {
    const collection = this.#collection(name);
    const taken = collection.conflict(before, after);
    if (taken) throw duplicate(name, taken);
    collection.replace(before, after);
  }

  #read({ plugin, collection }: CollectionName): MemoryCollection {
    this.#state.assertOpen();
    return this.#state.collections.get(plugin)?.get(collection) ?? new MemoryCollection();
  }

  #collections(plugin: string): Map<string, MemoryCollection> {
    const collections = this.#state.collections.get(plugin) ?? new Map<string, MemoryCollection>();
    // a plugin without a record keeps nothing
    if (this.#state.plugins.has(plugin)) this.#state.collections.set(plugin, collections);
    return collections;
  }

  #collection({ plugin, collection }: CollectionName): MemoryCollection {
    const collections = this.#collections(plugin);
    const kept = collections.get(collection) ?? new MemoryCollection();
    collections.set(collection, kept);
    return kept;
  }
}

function keep(id: string, data: JsonObject): KeptDocument {
  const text = storedJson(data);
  assertShallow(text);
  return { id, data: copyOf(text), text };
}

function copyOf(text: string): JsonObject {
  const copy: JsonObject = JSON.parse(text);
  return copy;
}

function duplicate(name: CollectionName, fields: readonly string[]): PluginError {
  const message = `Plugin "${name.plugin}" has a document with the same ${fields.join(', ')} in "${name.collection}".`;
  return new PluginError('DOCUMENT_DUPLICATE', message, detailsOf(name, fields));
}

function indexConflict(name: CollectionName, fields: readonly string[]): PluginError {
  const message = `Documents of plugin "${name.plugin}" in "${name.collection}" contradict its unique index on ${fields.join(', ')}.`;
  return new PluginError('INDEX_CONFLICT', message, detailsOf(name, fields));
}

function detailsOf({ plugin, collection }: CollectionName, fields: readonly string[]) {
  return { plugin, details: { collection, fields: [...fields] } };
}
